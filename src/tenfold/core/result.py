"""What a step receives besides its inputs (:class:`Context`) and what it leaves behind (:class:`Result`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, Protocol, Self, TypeVar

from tenfold.core.chapter import Chapter
from tenfold.core.clock import Deadline
from tenfold.core.compute import Compute


class Saved(Protocol):
    """A value that can be put into a folder and taken out again, equal to itself."""

    def save(self, folder: Path) -> None:
        """Write everything into ``folder`` (which exists and is empty but for artifacts written before)."""

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what :meth:`save` wrote; paths inside the value point into ``folder``."""


T_co = TypeVar("T_co", bound=Saved, covariant=True)


@dataclass(frozen=True)
class Progress:
    """One thing that happened while a step ran; the command line shows it live, ``events.jsonl`` keeps it."""

    step: str
    message: str
    done: float | None = None  # share of the step, 0..1
    score: float | None = None  # best out-of-fold score so far
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Context:
    """The world as a step may see it. Randomness, time and folders are handed in, never taken.

    ``folder`` is the step's own, empty, and becomes its immutable result; ``root`` is where relative paths of the
    workflow file start; ``deadline`` ends the step's share of the budget; ``stopping()`` turns true when the
    user asked to stop (Ctrl-C once): finish with the best so far.
    """

    step: str
    folder: Path
    root: Path
    seed: int = 0
    deadline: Deadline = field(default_factory=Deadline.never)
    memory: int = 4 << 30  # bytes the step may use
    trials: int | None = None  # a budget in trials instead of seconds
    cores: int = 1
    compute: Compute = field(default_factory=Compute)  # where trials run
    tell: Callable[[Progress], None] = lambda progress: None
    stopping: Callable[[], bool] = lambda: False

    def say(self, message: str, *, done: float | None = None, score: float | None = None, **facts: object) -> None:
        """Report progress to whoever listens."""
        self.tell(Progress(self.step, message, done, score, facts))


@dataclass(frozen=True)
class Result(Generic[T_co]):
    """What one step leaves behind: its value and its chapter; the store gives it a fingerprint and a folder."""

    step: str
    value: T_co
    chapter: Chapter
    seconds: float = 0.0
    partial: bool = False  # stopped early: usable, but not to be reused as if complete
