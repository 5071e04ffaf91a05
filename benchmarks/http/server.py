"""A server under test: started in a process group of its own, asked until it answers, and ended whole."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

#: Seconds that a server has to answer for the first time, and to end.
PATIENCE, FAREWELL = 120, 15


@dataclass(frozen=True)
class Server:
    """A server that answers: its group's leader, its address, and the seconds until its first right answer."""

    pid: int
    url: str
    ready_seconds: float

    def memory_mb(self) -> tuple[float, int]:
        """Resident memory of the process tree in MB (pages that processes share are counted in each), and its size."""
        leader = psutil.Process(self.pid)
        tree = [leader, *leader.children(recursive=True)]
        return sum(each.memory_info().rss for each in tree) / 1e6, len(tree)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def post(url: str, body: bytes) -> bytes:
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        got: bytes = answer.read()
    return got


@contextmanager
def running(
    command: Sequence[str], url: str, body: bytes, environment: Mapping[str, str], log: Path
) -> Iterator[Server]:
    """Start ``command``, yield once ``body`` is answered at ``url``, end the whole process group on the way out."""
    started = time.perf_counter()
    with log.open("wb") as sink:
        process = subprocess.Popen(command, env=environment, stdout=sink, stderr=sink, start_new_session=True)
    try:
        _await(process, url, body, log)
        yield Server(process.pid, url, time.perf_counter() - started)
    finally:
        _end(process)


def _await(process: subprocess.Popen[bytes], url: str, body: bytes, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        try:
            post(url, body)
        except urllib.error.HTTPError as error:
            raise SystemExit(f"{url} answers {error.code}: {error.read()[:500]!r}") from error
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise SystemExit(f"the server ended, or did not answer within {PATIENCE} s:\n{log.read_text()[-2000:]}")


def _end(process: subprocess.Popen[bytes]) -> None:
    """SIGTERM to the group; SIGKILL to whatever of it is left."""
    _signal(process.pid, signal.SIGTERM)
    deadline = time.monotonic() + FAREWELL
    while time.monotonic() < deadline and _alive(process):
        time.sleep(0.05)
    if _alive(process):
        _signal(process.pid, signal.SIGKILL)
    process.wait(timeout=FAREWELL)


def _alive(process: subprocess.Popen[bytes]) -> bool:
    process.poll()  # reaps the leader: a zombie would keep its group alive
    return _signal(process.pid, 0)


def _signal(group: int, number: int) -> bool:
    """Whether the group is still there."""
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        return False
    return True
