"""The fork server: a process that has the libraries loaded and forks a worker whenever it is asked to.

It is started as ``python -m tenfold.learning.trials.server``, never as a copy of the caller's main module, so it works
alike under a command line, a test runner, a notebook and a script without a ``__main__`` guard (the standard library's
``forkserver`` imports the main module in every child). It ends, with all its children, when its control socket closes,
whatever way the caller came to its end.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import os
import select
import signal
import socket
import sys
import warnings
from multiprocessing.connection import Connection
from typing import Any

from tenfold.learning.trials.worker import work

#: Messages on the control socket: a letter, and for KILL the process id.
FORK, KILL = b"F", b"K"
#: prctl(2): the signal that a process gets when its parent ends.
_PARENT_ENDS = 1


def main() -> None:
    """Serve forks on the control socket (a file descriptor, first argument), with modules (the others) loaded."""
    warnings.simplefilter("ignore")
    control = socket.socket(fileno=int(sys.argv[1]))
    _load(sys.argv[2:])
    children: set[int] = set()
    try:
        while _serve_one(control, children):
            pass
    finally:
        for pid in children:
            _kill(pid)


def _load(names: list[str]) -> None:
    """Import modules. CatBoost brings Polars along where that is installed: 30 MB that no trial of ours needs."""
    without: Any = _Without("polars")
    sys.meta_path.insert(0, without)
    for name in names:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    sys.meta_path.remove(without)  # a user's own estimator may want it


class _Without:
    """A finder of modules that makes one absent."""

    def __init__(self, name: str) -> None:
        self.name = name

    def find_spec(self, name: str, *_: Any) -> None:
        if name == self.name:
            raise ImportError(name)


def _serve_one(control: socket.socket, children: set[int]) -> bool:
    """Answer one request, or bury the dead; false when the caller is gone."""
    ready, _, _ = select.select([control], [], [], 0.5)
    _bury(children)
    if not ready:
        return True
    try:
        message, descriptors, _, _ = socket.recv_fds(control, 16, 1)
    except ConnectionResetError:  # it went without reading what was sent to it
        return False
    if not message:
        return False
    if message[:1] == KILL:
        pid = int(message[1:])
        if pid in children:  # not yet buried, so the id is still this child's
            _kill(pid)
    else:
        pid = _fork(control, descriptors[0])
        children.add(pid)
        try:
            control.sendall(b"%015d\n" % pid)
        except BrokenPipeError:  # it went while its child was made
            return False
    return True


def _fork(control: socket.socket, descriptor: int) -> int:
    parent = os.getpid()
    pid = os.fork()
    if pid:
        os.close(descriptor)
        return pid
    status = 1
    try:
        control.close()
        _end_with(parent)
        work(Connection(descriptor))
        status = 0
    finally:
        os._exit(status)  # no cleanup of what belongs to the server


def _end_with(parent: int) -> None:
    """End when the server does, though it was killed: Ray, for one, kills what its workers started (Linux only)."""
    with contextlib.suppress(AttributeError):
        ctypes.CDLL(None).prctl(_PARENT_ENDS, signal.SIGKILL)
    if os.getppid() != parent:  # it has ended already
        os._exit(1)


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _bury(children: set[int]) -> None:
    for pid in list(children):
        with contextlib.suppress(ChildProcessError):
            if os.waitpid(pid, os.WNOHANG)[0] == 0:
                continue
        children.discard(pid)


if __name__ == "__main__":
    main()
