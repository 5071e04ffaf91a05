"""Ray: a cluster at an address, or one that is started here for as many calls as there are cores."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field

from joblib.parallel import BatchedCalls

from tenfold.learning.trials.engines.engine import Engine, Hear, configured, in_turn
from tenfold.learning.trials.engines.local import RAY, started

#: Ray's backend hands a single job back to this process.
_FEWEST = 2
#: On an actor's end it is made again, perhaps elsewhere; its call is sent again by the pool.
_ACTOR = {"num_cpus": 1, "max_restarts": -1}


@dataclass
class RayEngine(Engine):
    """Ray's backend. Its pool deals calls out in turn, to actors that are busy too; here each goes to an idle one."""

    _busy: set[int] = field(default_factory=set)

    def _send(self, batch: BatchedCalls, hear: Hear) -> None:
        pool = self.backend._get_pool()
        actors = len(pool._actor_pool)
        idle = next((each for each in range(actors) if each not in self._busy), 0)
        self._busy.add(idle)
        pool._current_index = (idle - 1) % actors  # the pool takes the one after it

        def heard(out: object) -> None:
            self._busy.discard(idle)
            hear(out)

        self.backend.submit(batch, heard)


def start(address: str | None, cores: int) -> Engine:
    """Connect to a cluster; without an address, to the one that this process is connected to, or else start one.

    Raises whatever Ray does.
    """
    given = {name: os.environ.get(name) for name in RAY}
    if address is None:
        os.environ.update(RAY)  # until Ray is imported
    try:
        return _connected(address, cores)
    finally:
        for name, value in given.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _connected(address: str | None, cores: int) -> Engine:
    import ray
    from ray.util.joblib import register_ray

    register_ray()
    ours = address is None and not ray.is_initialized()
    end: list[Callable[[], None]] = []
    try:
        if ours:
            address, ending = started("ray", max(_FEWEST, cores))
            end.append(ending)
        if not ray.is_initialized():
            end.insert(0, ray.shutdown)
            ray.init(address=address, log_to_driver=False, configure_logging=False)
        free = int(ray.available_resources().get("CPU", 0))
        if free < _FEWEST:
            raise OSError(f"{free} of its processors are free; {_FEWEST} at least are needed")
        backend, slots = configured("ray", free, ray_remote_args=_ACTOR)
    except BaseException:
        in_turn(end)
        raise
    return RayEngine("ray", backend, min(slots, cores) if ours else slots, lambda: in_turn(end), ours)
