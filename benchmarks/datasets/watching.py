"""Run a command and watch it: wall-clock time, and the memory that it and its children hold together."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import psutil

#: Seconds between two looks at the memory.
_EVERY = 0.3


@dataclass(frozen=True)
class Watched:
    """What came of a command. ``peak_mb``: the largest sum of proportional set sizes (PSS), in 10^6 bytes."""

    status: int
    seconds: float
    peak_mb: float
    out: str
    error: str


def watched(command: Sequence[str], seconds: float, environment: Mapping[str, str] | None = None) -> Watched:
    """Run ``command`` for at most ``seconds``; then it is ended (status -9), as is all that it left running."""
    begun = time.monotonic()
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment, start_new_session=True
    )
    peaks, over = [0], threading.Event()
    seen: set[psutil.Process] = set()
    watcher = threading.Thread(target=_watch, args=(process.pid, peaks, seen, over), daemon=True)
    watcher.start()
    try:
        out, error = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        _end(process.pid, seen)
        out, error = process.communicate()
    finally:
        spent = time.monotonic() - begun
        over.set()
        watcher.join()
        _end(process.pid, seen)
    return Watched(process.returncode, spent, max(peaks) / 1e6, out, error)


def _watch(pid: int, peaks: list[int], seen: set[psutil.Process], over: threading.Event) -> None:
    while not over.wait(_EVERY):
        try:
            root = psutil.Process(pid)
            tree = (root, *root.children(recursive=True))
        except psutil.Error:  # it is gone
            return
        seen.update(tree)
        peaks.append(sum(_held(each) for each in tree))


def _end(group: int, seen: set[psutil.Process]) -> None:
    """End a process group, and processes of the tree that made a session of their own (a Java server does)."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)
    for each in tuple(seen):
        with contextlib.suppress(psutil.Error):
            each.kill()


def _held(process: psutil.Process) -> int:
    try:
        return int(process.memory_full_info().pss)
    except psutil.Error:
        return 0
