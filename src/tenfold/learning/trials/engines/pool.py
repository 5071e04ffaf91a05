"""A pool whose calls run on an engine: the same promises as :class:`tenfold.learning.trials.pool.Pool`."""

from __future__ import annotations

import itertools
import math
import pickle
import queue
import time
import uuid
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tenfold.core.errors import Fault, Problem, UserError
from tenfold.learning.trials import versions
from tenfold.learning.trials.engines.engine import Engine
from tenfold.learning.trials.engines.lease import Lease
from tenfold.learning.trials.engines.remote import Seen, Task, Unseen, look, packed, run
from tenfold.learning.trials.pool import PRELOAD, Outcome
from tenfold.learning.trials.worker import Call

#: For docs/errors.md: code → (what it means, what to do), where both are put together at run time.
CODES = {
    "TF-MODEL-007": (
        "a worker of the engine does not see the folder that trials read and write",
        "keep the project (`--project`) where every machine sees it under the same path, or use `trials: local`",
    ),
    "TF-MODEL-008": (
        "a worker of the engine has other versions of Python, Tenfold or the libraries that fit, or lacks them",
        "install the same on every machine of the cluster (Spark's workers use what `PYSPARK_PYTHON` names)",
    ),
    "TF-MODEL-091": (
        "the engine that trials are sent to answers no call any more",
        "look at its own logs, and run again; finished trials are kept",
    ),
}

_TICK = 0.5  # seconds between looks at what is overdue
#: Seconds that an outcome may be on its way after its call's deadline, and a first answer after the start.
_ON_ITS_WAY, _FIRST = 30.0, 120.0
#: Seconds to wait for calls that were ended, so that nothing of theirs comes into a folder that is being removed.
_ENDING = 3.0
#: Calls in a row, for each slot, that an engine may lose before it counts as gone.
_LOST = 3


@dataclass(frozen=True)
class _Waiting:
    """A call that is to be sent; ``again``: the engine lost it once."""

    task: Task
    again: bool = False


@dataclass(frozen=True)
class _Sent:
    """A call on the engine. ``due``: when its outcome is overdue, on the monotonic clock."""

    waiting: _Waiting
    due: float


@dataclass
class EnginePool:
    """As many calls at a time as the engine has slots, or as ``lease.compute`` allows.

    Every call runs in an isolated process on the worker that got it, so that deadline and memory limit (``memory``
    bytes; 0: none) hold there, and what a call does harms neither others nor the worker. ``folder`` has to be seen
    by all workers; ``paths``: folders from which calls may import the user's own modules.
    """

    lease: Lease
    folder: Path
    memory: int = 0
    preload: tuple[str, ...] = PRELOAD
    paths: tuple[str, ...] = ()
    workers: int = field(default=0, init=False)  # known once the engine runs
    _engine: Engine | None = field(default=None, init=False)
    _queue: deque[_Waiting] = field(default_factory=deque, init=False)
    _sent: dict[int, _Sent] = field(default_factory=dict, init=False)
    _taken: set[int] = field(default_factory=set, init=False)  # slots: calls that the engine has not answered
    _ready: deque[Outcome] = field(default_factory=deque, init=False)
    _answers: queue.SimpleQueue[tuple[int, Any]] = field(default_factory=queue.SimpleQueue, init=False)
    _numbers: Any = field(default_factory=itertools.count, init=False)
    _name: str = field(default_factory=lambda: uuid.uuid4().hex[:8], init=False)
    _lost: int = field(default=0, init=False)

    @property
    def threads(self) -> int:
        """The most threads that one call may use: on a cluster, its neighbours may be trials, too."""
        return self.workers if self._engine is not None and self._engine.ours else 1

    def __enter__(self) -> Self:
        self.lease.__enter__()
        try:
            self._engine = self.lease.engine()
            self.workers = min(self._engine.slots, self.lease.compute.workers or self._engine.slots)
            self._look_around(self._engine)
        except BaseException:
            self.close()
            raise
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
        carried, content = packed(function, arguments, keywords or {})
        call = Call(number, carried, content, {}, self.memory, self.paths)
        task = Task(call, seconds, str(self.folder), f"ended-{self._name}-{number}", self.preload)
        self._queue.append(_Waiting(task))
        self._dispatch()
        return number

    def next(self, timeout: float | None = None) -> Outcome | None:
        """The next outcome in the order of completion; None when none came within ``timeout`` seconds.

        Raises:
            UserError: TF-MODEL-007, a worker does not see the folder.
            Fault: TF-MODEL-091, the engine loses every call.
        """
        end = None if timeout is None else time.monotonic() + timeout
        while not self._ready:
            if not self._sent and not self._queue:
                return None
            left = _TICK if end is None else min(_TICK, max(0.0, end - time.monotonic()))
            self._receive(left)
            self._watch()
            self._dispatch()
            if end is not None and time.monotonic() >= end and not self._ready:
                return None
        return self._ready.popleft()

    def cancel(self, *numbers: int) -> None:
        """End these calls, or all of them when none is named; each has an outcome ``cancelled``.

        A call that runs is ended by a sign in the folder: soon on this machine, as soon as its worker sees the sign on
        others, and by its deadline at the latest.
        """
        for waiting in [each for each in self._queue if not numbers or each.task.call.id in numbers]:
            self._queue.remove(waiting)
            self._ready.append(Outcome(waiting.task.call.id, "cancelled", error="it had not begun"))
        for number in [each for each in self._sent if not numbers or each in numbers]:
            self._end(number, Outcome(number, "cancelled", error="it was ended before it was done"))

    def close(self) -> None:
        """End every call, and the lease on the engine; calls on this machine have ended when it returns."""
        self._queue.clear()
        try:
            for number in list(self._sent):
                self._end(number, Outcome(number, "cancelled"))
            end = time.monotonic() + _ENDING
            while self._taken and time.monotonic() < end:
                self._receive(0.1)
            for sign in self.folder.glob(f"ended-{self._name}-*"):
                sign.unlink(missing_ok=True)
        finally:
            self.lease.__exit__(None, None, None)

    def _dispatch(self) -> None:
        while self._queue and self._engine is not None and len(self._taken) < self.workers:
            waiting = self._queue.popleft()
            task, number = waiting.task, waiting.task.call.id
            seconds = math.inf if task.seconds is None else task.seconds + _ON_ITS_WAY
            self._sent[number] = _Sent(waiting, time.monotonic() + seconds)
            self._taken.add(number)
            self._engine.submit(run, (task,), self._hearing(number))

    def _hearing(self, number: int) -> Callable[[Any], None]:
        return lambda answer: self._answers.put((number, answer))

    def _receive(self, timeout: float) -> None:
        try:
            number, answer = self._answers.get(timeout=timeout)
        except queue.Empty:
            return
        self._taken.discard(number)
        sent = self._sent.pop(number, None)
        if sent is None:  # it was ended, and nobody waits for it
            (self.folder / f"ended-{self._name}-{number}").unlink(missing_ok=True)
        elif isinstance(answer, Unseen):
            raise UserError(_unseen(self.folder, answer.host))
        elif isinstance(answer, Outcome):
            self._lost = 0
            done = answer.status == "done"
            self._ready.append(replace(answer, value=pickle.loads(answer.value)) if done else answer)
        else:
            self._lose(sent.waiting, answer)

    def _lose(self, waiting: _Waiting, error: Any) -> None:
        """The engine failed a call: its machine is gone, perhaps. It is sent once more; trials can be repeated."""
        self._lost += 1
        said = f"{type(error).__name__}: {error}".strip().splitlines()[0]
        if self._lost >= _LOST * self.workers:
            raise _silent(f"{self.lease.compute.trials} loses every call ({said})")
        if waiting.again:
            number = waiting.task.call.id
            self._ready.append(Outcome(number, "killed", error=f"{self.lease.compute.trials} lost it ({said})"))
        else:
            self._queue.appendleft(_Waiting(waiting.task, again=True))

    def _watch(self) -> None:
        now = time.monotonic()
        for number in [each for each, sent in self._sent.items() if now > sent.due]:
            self._end(number, Outcome(number, "timeout", error="nothing was heard of it after its deadline"))

    def _end(self, number: int, outcome: Outcome) -> None:
        """Leave the sign that ends a call; its slot is free when the engine answers."""
        sent = self._sent.pop(number)
        if self.folder.is_dir():
            (self.folder / sent.waiting.task.ended).touch()
        self._ready.append(outcome)

    def _look_around(self, engine: Engine) -> None:
        """Ask each slot what its worker sees, before any trial is sent there."""
        names = [f"seen-{self._name}-{slot}" for slot in range(self.workers)]
        for slot, name in enumerate(names):
            engine.submit(look, (str(self.folder), name, self.preload), self._hearing(slot))
        end = time.monotonic() + _FIRST
        for _ in names:
            try:
                _, answer = self._answers.get(timeout=max(0.0, end - time.monotonic()))
            except queue.Empty:
                raise _silent(f"{engine.name} answered no call in {_FIRST:.0f} s") from None
            self._judge(engine, answer)
        for name in names:
            (self.folder / name).unlink(missing_ok=True)

    def _judge(self, engine: Engine, answer: Any) -> None:
        where = f"compute.trials: {engine.name}"
        if not isinstance(answer, Seen):
            said = f"{type(answer).__name__}: {answer}".strip().splitlines()[0]
            raise UserError.of(
                "TF-MODEL-008", f"a worker cannot run Tenfold ({said})", where, expected="Tenfold on every machine",
                do=CODES["TF-MODEL-008"][1],
            )  # fmt: skip
        if not answer.folder:
            raise UserError(_unseen(self.folder, answer.host))
        lacking = sorted(set(versions.of_process()) - set(answer.versions))
        if lacking:  # what a worker has besides is its own affair
            names = {each.split()[0] for each in lacking}
            other = sorted(each for each in answer.versions if each.split()[0] in names)
            raise UserError.of(
                "TF-MODEL-008", f"worker {answer.host} has {', '.join(other) or 'none of what is expected'}", where,
                expected=", ".join(lacking), do=CODES["TF-MODEL-008"][1],
            )  # fmt: skip


def _silent(got: str) -> Fault:
    return Fault.of("TF-MODEL-091", got, do=CODES["TF-MODEL-091"][1])


def _unseen(folder: Path, host: str) -> Problem:
    return Problem(
        "TF-MODEL-007", f"worker {host} does not see it", str(folder), expected="a folder that all machines share",
        do=CODES["TF-MODEL-007"][1],
    )  # fmt: skip
