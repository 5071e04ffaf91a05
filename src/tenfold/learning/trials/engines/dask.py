"""Dask: its scheduler at an address, or one that is started here with a worker process for every core."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from joblib.parallel import BatchedCalls

from tenfold.learning.trials.engines.engine import Engine, Hear, configured

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
                address, ending = _started(cores)
                end.append(ending)
                ours = True
        if address is not None:
            client = Client(address, set_as_default=False, timeout=_PATIENCE)
            end.insert(0, client.close)
        client.wait_for_workers(1, timeout=_PATIENCE)
        backend, slots = configured("dask", -1, client=client)
    except BaseException:
        _all(end)
        raise
    return DaskEngine("dask", backend, slots, lambda: _all(end), ours)


def _all(steps: list[Callable[[], None]]) -> None:
    for step in steps:
        step()


def _started(cores: int) -> tuple[str, Callable[[], None]]:
    """A cluster in a process of its own: workers made from this one would run the caller's main module again."""
    command = [sys.executable, "-m", "tenfold.learning.trials.engines.local_dask", str(cores)]
    path = os.pathsep.join(each or os.getcwd() for each in sys.path)
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        env={**os.environ, "PYTHONPATH": path}, start_new_session=True,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    stdin, stdout = process.stdin, process.stdout

    def end() -> None:
        stdin.close()
        stdout.close()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    address = stdout.readline().strip()
    if not address:
        end()
        raise OSError(f"its scheduler ended with status {process.returncode} before it was ready")
    return address, end
