"""A pool of isolated processes: calls go out, outcomes come back; what overruns is ended, and only that.

>>> import operator
>>> with Pool(workers=1, preload=()) as pool:
...     number = pool.submit(operator.add, (2, 3))
...     outcome = pool.next(timeout=30)
>>> outcome.status, outcome.value
('done', 5)
"""

from __future__ import annotations

import itertools
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from multiprocessing.connection import wait
from types import TracebackType
from typing import Any, Literal, Protocol, Self

import psutil

from tenfold.learning.trials.client import ForkServer, Process, fork_server
from tenfold.learning.trials.worker import Call, Reply

Status = Literal["done", "failed", "timeout", "memory", "killed", "cancelled"]

#: Libraries that every worker has loaded the moment it is forked.
PRELOAD = (
    "pandas", "scipy.sparse", "sklearn.pipeline", "sklearn.compose", "sklearn.linear_model", "sklearn.ensemble",
    "sklearn.feature_extraction.text", "sklearn.decomposition", "sklearn.dummy", "sklearn.preprocessing",
    "sklearn.impute", "lightgbm", "catboost", "tenfold.learning.trials.fitting", "tenfold.learning.refitting",
)  # fmt: skip

#: From so many rows on the libraries that trials need are in memory only while there are trials.
MANY_ROWS = 50_000

_TICK = 0.05  # seconds between looks at memory and deadlines
_GONE = 2.0  # seconds that processes which were ended are waited for


@dataclass(frozen=True)
class Outcome:
    """What came of one call. ``value`` is there when ``status`` is ``done``, else ``error`` says what happened."""

    id: int
    status: Status
    value: Any = None
    error: str = ""
    seconds: float = 0.0
    peak_bytes: int = 0


class AnyPool(Protocol):
    """Where calls are made: this machine's processes (:class:`Pool`), or an engine's workers."""

    @property
    def workers(self) -> int:
        """Calls at a time; known while the pool is entered."""

    @property
    def threads(self) -> int:
        """The most threads that one call may use while others are idle."""

    def __enter__(self) -> Self: ...

    def submit(
        self, function: Callable[..., Any], arguments: tuple[Any, ...] = (), keywords: Mapping[str, Any] | None = None,
        seconds: float | None = None,
    ) -> int:  # fmt: skip
        """Queue a call that may take ``seconds`` from the moment it starts; returns the number of its outcome."""

    def next(self, timeout: float | None = None) -> Outcome | None:
        """The next outcome in the order of completion; None when none came within ``timeout`` seconds."""

    def cancel(self, *numbers: int) -> None:
        """End these calls, or all; each has an outcome ``cancelled``."""

    def close(self) -> None:
        """End everything."""


@dataclass
class _Worker:
    """One process, and what it is doing."""

    process: Process
    call: Call | None = None
    seconds: float | None = None
    started: float = 0.0
    peak: int = 0


@dataclass(frozen=True)
class _Waiting:
    call: Call
    seconds: float | None


@dataclass
class Pool:
    """At most ``workers`` processes, each holding at most ``memory`` bytes of its own (0: no limit).

    Used in a ``with`` statement; leaving it ends every process, whatever happened. ``paths`` are folders from which
    workers may import the user's own modules.
    """

    workers: int = 1
    memory: int = 0
    preload: tuple[str, ...] = PRELOAD
    paths: tuple[str, ...] = ()
    _queue: deque[_Waiting] = field(default_factory=deque, init=False)
    _crew: list[_Worker] = field(default_factory=list, init=False)
    _ready: deque[Outcome] = field(default_factory=deque, init=False)
    _numbers: Any = field(default_factory=itertools.count, init=False)
    _server: ForkServer | None = field(default=None, init=False)
    _ended: list[int] = field(default_factory=list, init=False)  # process ids

    @property
    def threads(self) -> int:
        """The most threads that one call may use while others are idle: one for each core."""
        return self.workers

    def __enter__(self) -> Self:
        self._server = fork_server(self.preload)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def submit(
        self,
        function: Callable[..., Any],
        arguments: tuple[Any, ...] = (),
        keywords: Mapping[str, Any] | None = None,
        seconds: float | None = None,
    ) -> int:
        """Queue a call; it may take ``seconds`` from the moment it starts. Returns the number of its outcome."""
        number = int(next(self._numbers))
        call = Call(number, function, arguments, dict(keywords or {}), self.memory, self.paths)
        self._queue.append(_Waiting(call, seconds))
        self._dispatch()
        return number

    def next(self, timeout: float | None = None) -> Outcome | None:
        """The next outcome in the order of completion; None when none came within ``timeout`` seconds."""
        end = None if timeout is None else time.monotonic() + timeout
        while not self._ready:
            running = [worker for worker in self._crew if worker.call]
            if not running and not self._queue:
                return None
            left = _TICK if end is None else min(_TICK, max(0.0, end - time.monotonic()))
            self._collect(wait([worker.process.connection for worker in running], left))
            self._watch()
            self._dispatch()
            if end is not None and time.monotonic() >= end and not self._ready:
                return None
        return self._ready.popleft()

    def cancel(self, *numbers: int) -> None:
        """End these calls, or all of them when none is named; each has an outcome ``cancelled``."""
        for waiting in [each for each in self._queue if not numbers or each.call.id in numbers]:
            self._queue.remove(waiting)
            self._ready.append(Outcome(waiting.call.id, "cancelled", error="it had not begun"))
        for worker in list(self._crew):
            if worker.call and (not numbers or worker.call.id in numbers):
                self._end(worker, "cancelled", "it was ended before it was done")

    def close(self) -> None:
        """End every process, and see that it has ended: it may be writing into a folder that is about to be removed."""
        self._queue.clear()
        for worker in list(self._crew):
            self._dismiss(worker)
        end = time.monotonic() + _GONE
        while time.monotonic() < end and any(map(_runs, self._ended)):
            time.sleep(_TICK / 10)
        self._ended.clear()

    def _dispatch(self) -> None:
        while self._queue:
            worker = next((each for each in self._crew if each.call is None), None)
            if worker is None:
                if len(self._crew) >= self.workers:
                    return
                worker = self._hire()
            waiting = self._queue.popleft()
            try:
                worker.process.connection.send(waiting.call)
            except (BrokenPipeError, ConnectionResetError):  # it died while idle: nothing is lost, hire another
                self._queue.appendleft(waiting)
                self._dismiss(worker)
                continue
            worker.call, worker.seconds, worker.started, worker.peak = (
                waiting.call,
                waiting.seconds,
                time.monotonic(),
                0,
            )

    def _hire(self) -> _Worker:
        if self._server is None or not self._server.alive():
            self._server = fork_server(self.preload)
        worker = _Worker(self._server.fork())
        self._crew.append(worker)
        return worker

    def _collect(self, ready: list[Any]) -> None:
        for worker in [each for each in self._crew if each.process.connection in ready]:
            try:
                reply: Reply = worker.process.connection.recv()
            except (EOFError, OSError):
                self._end(worker, "killed", "its process came to an unexpected end")
                continue
            if worker.call:
                peak = max(_held(worker.process.pid), worker.peak)
                number, worker.call = worker.call.id, None
                self._ready.append(Outcome(number, reply.status, reply.value, reply.error, reply.seconds, peak))

    def _watch(self) -> None:
        if self._server is not None:
            self._server.listen()
        now = time.monotonic()
        for worker in [each for each in self._crew if each.call]:
            if worker.process.pid is None:  # not forked yet: its time has not begun
                worker.started = now
                continue
            worker.peak = max(worker.peak, _held(worker.process.pid))
            if self.memory and worker.peak > self.memory:
                self._end(worker, "memory", f"it held {worker.peak:,} bytes, allowed are {self.memory:,}")
            elif worker.seconds is not None and now > worker.started + worker.seconds:
                self._end(worker, "timeout", f"it was not done after {now - worker.started:.1f} s")

    def _end(self, worker: _Worker, status: Status, error: str) -> None:
        seconds = time.monotonic() - worker.started
        if worker.call:
            self._ready.append(Outcome(worker.call.id, status, None, error, seconds, worker.peak))
        self._dismiss(worker)

    def _dismiss(self, worker: _Worker) -> None:
        if self._server is not None:
            self._server.kill(worker.process)
        if worker.process.pid is not None:
            self._ended.append(worker.process.pid)
        self._crew.remove(worker)


def _runs(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


def _held(pid: int | None) -> int:
    """Bytes of memory that belong to a process alone (files mapped into memory don't count); 0 when it is gone."""
    if pid is None:
        return 0
    try:
        memory = psutil.Process(pid).memory_info()
    except psutil.Error:
        return 0
    return int(memory.rss - getattr(memory, "shared", 0))
