"""The caller's end of the fork server: one per process, started when first needed, ended with it."""

from __future__ import annotations

import atexit
import contextlib
import os
import select
import socket
import subprocess
import sys
import threading
from collections import deque
from dataclasses import dataclass, field
from functools import cache
from multiprocessing.connection import Connection

from tenfold.core.errors import Fault
from tenfold.learning.trials.server import FORK, KILL

#: For docs/errors.md: code → (what it means, what to do), where both are put together at run time.
CODES = {
    "TF-MODEL-090": (
        "the process that starts trials is gone, killed for lack of memory perhaps",
        "free memory, and run again; finished trials are kept",
    ),
}

#: One thread per process: threads that spin while they wait ruin every timing beside them.
_ENVIRONMENT = {
    "OMP_NUM_THREADS": "1", "OMP_WAIT_POLICY": "PASSIVE", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1",
    "PYTHONWARNINGS": "ignore", "LOKY_MAX_CPU_COUNT": "1",
}  # fmt: skip
_STARTING = threading.Lock()


@dataclass
class Process:
    """A worker that was asked for. ``pid`` is None until the server has forked it."""

    connection: Connection
    pid: int | None = None
    doomed: bool = False


@dataclass
class ForkServer:
    """A running fork server and the socket to it. Pools of several threads may use it (a Dask worker has many)."""

    process: subprocess.Popen[bytes]
    control: socket.socket
    owner: int = field(default_factory=os.getpid)
    _asked: deque[Process] = field(default_factory=deque)
    _lock: threading.RLock = field(default_factory=threading.RLock, repr=False)

    @classmethod
    def start(cls, preload: tuple[str, ...]) -> ForkServer:
        """Start a server that loads ``preload``; it returns at once, the first fork waits for the loading."""
        ours, theirs = socket.socketpair()
        command = [sys.executable, "-m", "tenfold.learning.trials.server", str(theirs.fileno()), *preload]
        path = os.pathsep.join(each or os.getcwd() for each in sys.path)
        process = subprocess.Popen(
            command, pass_fds=(theirs.fileno(),), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            env={**os.environ, **_ENVIRONMENT, "PYTHONPATH": path},
            start_new_session=True,  # Ctrl-C is for the caller alone: it decides what ends
        )  # fmt: skip
        theirs.close()
        return cls(process, ours)

    def alive(self) -> bool:
        return self.process.poll() is None

    def fork(self) -> Process:
        """Ask for a worker. It can be sent calls at once; it reads them as soon as it is there."""
        ours, theirs = socket.socketpair()
        process = Process(Connection(ours.detach()))
        with self._lock:  # answers come in the order of asking
            try:
                socket.send_fds(self.control, [FORK], [theirs.fileno()])
            except OSError as error:
                raise _gone(f"is gone ({error})") from error
            finally:
                theirs.close()
            self._asked.append(process)
        return process

    def listen(self) -> None:
        """Take note of workers that have been forked since; never waits."""
        with self._lock:
            while self._asked and select.select([self.control], [], [], 0)[0]:
                answer = b""
                with contextlib.suppress(ConnectionResetError):  # it ended without reading what was sent to it
                    answer = self.control.recv(16, socket.MSG_WAITALL)
                if len(answer) < 16:
                    raise _gone("came to an unexpected end")
                process = self._asked.popleft()
                process.pid = int(answer)
                if process.doomed:
                    self.kill(process)

    def kill(self, process: Process) -> None:
        """End a worker; only the server knows that the id is still its child's."""
        process.doomed = True
        with self._lock, contextlib.suppress(OSError):
            process.connection.close()
            if process.pid is not None:
                self.control.sendall(KILL + b"%015d" % process.pid)

    def close(self) -> None:
        """End the server and with it every child."""
        if os.getpid() != self.owner:
            return
        self.control.close()
        try:
            self.process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def _gone(how: str) -> Fault:
    return Fault.of("TF-MODEL-090", f"the process that starts trials {how}", do=CODES["TF-MODEL-090"][1])


@cache
def _of_process(preload: tuple[str, ...], owner: int) -> list[ForkServer]:
    """The place where the server of process ``owner`` is kept (a forked copy of us has another id)."""
    place: list[ForkServer] = []

    def close() -> None:
        for server in place:
            server.close()

    atexit.register(close)
    return place


def fork_server(preload: tuple[str, ...]) -> ForkServer:
    """The server of this process with these modules loaded; started, or started again, when it isn't there.

    Call it early: it loads libraries while the caller does other things.
    """
    with _STARTING:
        place = _of_process(preload, os.getpid())
        if not place or not place[0].alive():
            place[:] = [ForkServer.start(preload)]
        return place[0]


def end_server(preload: tuple[str, ...]) -> None:
    """End the server of this process, if it runs: its libraries are memory that whoever comes next may want."""
    with _STARTING:
        place = _of_process(preload, os.getpid())
        while place:
            place.pop().close()
