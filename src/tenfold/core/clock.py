"""Time is passed in, so that tests can hold it still and budgets can be kept.

>>> deadline = Deadline.after(60, clock=lambda: 100.0)
>>> deadline.left()
60.0
>>> deadline.within(0.5).left()
30.0
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

Clock = Callable[[], float]


def utc_now() -> datetime:
    """The wall clock, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Deadline:
    """A moment on a monotonic clock by which work has to end; ``math.inf`` for no limit. Seconds throughout."""

    at: float
    clock: Clock = field(default=time.monotonic, compare=False, repr=False)

    @classmethod
    def after(cls, seconds: float, clock: Clock = time.monotonic) -> Deadline:
        return cls(clock() + seconds, clock)

    @classmethod
    def never(cls) -> Deadline:
        return cls(math.inf)

    def left(self) -> float:
        """Seconds that remain; never negative."""
        return max(0.0, self.at - self.clock())

    def passed(self) -> bool:
        return self.clock() >= self.at

    def within(self, share: float) -> Deadline:
        """An earlier deadline: this share of the time that remains."""
        return self if math.isinf(self.at) else Deadline(self.clock() + self.left() * share, self.clock)

    def minus(self, seconds: float) -> Deadline:
        """An earlier deadline that leaves some seconds for what follows."""
        return Deadline(self.at - seconds, self.clock)
