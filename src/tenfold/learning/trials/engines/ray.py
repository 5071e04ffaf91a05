"""Ray: a cluster at an address, or one that is started here for as many calls as there are cores."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from joblib.parallel import BatchedCalls

from tenfold.learning.trials.engines.engine import Engine, Hear, configured

#: Ray's backend hands a single job back to this process.
_FEWEST = 2
#: The least that Ray keeps for objects; calls and outcomes are small.
_OBJECTS = 100 << 20
#: On an actor's end it is made again, perhaps elsewhere; its call is sent again by the pool.
_ACTOR = {"num_cpus": 1, "max_restarts": -1}
#: Ray reads it when it is imported: without clusters, everything listens on loopback (made for other systems).
_CLUSTERS = "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"
#: Ray's sockets have long names in its folder, and a socket's name may have 107 characters.
_LONGEST = 30


@dataclass
class RayEngine(Engine):
    """Ray's backend. Its pool deals calls out in turn, to actors that are busy too; here each goes to an idle one."""

    _busy: set[int] = field(default_factory=set)

    def _send(self, batch: BatchedCalls, hear: Hear) -> None:
        actors = self.backend._get_pool()
        idle = next((each for each in range(self.slots) if each not in self._busy), 0)
        self._busy.add(idle)
        actors._current_index = (idle - 1) % self.slots  # the pool takes the one after it

        def heard(out: object) -> None:
            self._busy.discard(idle)
            hear(out)

        self.backend.submit(batch, heard)


def start(address: str | None, cores: int) -> Engine:
    """Connect to a cluster; without an address, to the one that this process is connected to, or else start one.

    Raises whatever Ray does.
    """
    before = os.environ.get(_CLUSTERS)
    if address is None:
        os.environ[_CLUSTERS] = "0"
    try:
        return _connected(address, cores)
    finally:
        if before is None:
            os.environ.pop(_CLUSTERS, None)
        else:
            os.environ[_CLUSTERS] = before


def _connected(address: str | None, cores: int) -> Engine:
    import ray
    from ray.util.joblib import register_ray

    register_ray()
    end: Callable[[], None] = ray.shutdown
    ours = address is None and not ray.is_initialized()
    if ray.is_initialized():
        end = _nothing
    elif ours:
        end = _started(max(_FEWEST, cores))
    else:
        ray.init(address=address, log_to_driver=False, configure_logging=False)
    try:
        free = int(ray.available_resources().get("CPU", 0))
        if free < _FEWEST:
            raise OSError(f"{free} of its processors are free; {_FEWEST} at least are needed")
        backend, slots = configured("ray", free, ray_remote_args=_ACTOR)
    except BaseException:
        end()
        raise
    return RayEngine("ray", backend, slots, end, ours)


def _nothing() -> None:
    """Whoever connected to the cluster ends the connection."""


def _started(cores: int) -> Callable[[], None]:
    """Start Ray on this machine, in a folder that goes with it."""
    import ray

    place = tempfile.gettempdir()
    folder = Path(tempfile.mkdtemp(prefix="tf-ray-", dir=place if len(place) <= _LONGEST else "/tmp"))

    def end() -> None:
        ray.shutdown()
        shutil.rmtree(folder, ignore_errors=True)

    try:
        ray.init(
            address="local", num_cpus=cores, include_dashboard=False, log_to_driver=False, configure_logging=False,
            object_store_memory=_OBJECTS, _temp_dir=str(folder),
        )  # fmt: skip
    except BaseException:
        end()
        raise
    return end
