"""Dask: its scheduler at an address, or one that is started here with a worker process for every core."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from joblib.parallel import BatchedCalls

from tenfold.learning.trials.engines.engine import Engine, Hear, configured, in_turn
from tenfold.learning.trials.engines.local import started

#: Seconds to wait for a cluster's first worker.
_PATIENCE = 30


class DaskEngine(Engine):
    """Joblib's own backend for Dask. Its callback does not hear of calls that are lost, its futures do."""

    def _send(self, batch: BatchedCalls, hear: Hear) -> None:
        self.backend.submit(batch, _ignore).add_done_callback(lambda done: hear(done.exception() or done.result()))

    def _opened(self, out: Any) -> Any:
        return out if isinstance(out, BaseException) else super()._opened(out)


def _ignore(out: Any) -> None:
    """The future has it, too."""


def start(address: str | None, cores: int) -> Engine:
    """Connect to the scheduler at an address; without one, to this process's own client, or else start ``cores``
    workers. Raises whatever Dask does."""
    from distributed import Client, default_client

    end: list[Callable[[], None]] = []
    ours = False
    try:
        if address is None:
            try:
                client = default_client()
            except ValueError:  # there is none
                address, ending = started("dask", cores)
                end.append(ending)
                ours = True
        if address is not None:
            client = Client(address, set_as_default=False, timeout=_PATIENCE)
            end.insert(0, client.close)
        client.wait_for_workers(1, timeout=_PATIENCE)
        backend, slots = configured("dask", -1, client=client)
    except BaseException:
        in_turn(end)
        raise
    return DaskEngine("dask", backend, slots, lambda: in_turn(end), ours)
