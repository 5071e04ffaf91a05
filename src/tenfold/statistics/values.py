"""What the statistics come to: plain values, which a cached result is read into without NumPy."""

from __future__ import annotations

from dataclasses import dataclass

#: The share of resamples that an interval holds.
LEVEL = 0.95
#: Resamples where rows are few; see :func:`tenfold.statistics.bootstrap.affordable`.
RESAMPLES = 1000


@dataclass(frozen=True)
class Interval:
    """A value with the range that ``level`` of all resamples fall into; NaN ends where it cannot be told."""

    value: float
    low: float
    high: float
    level: float = LEVEL
    resamples: int = RESAMPLES

    def excludes(self, number: float) -> bool:
        """Whether ``number`` lies outside; false where the interval is unknown."""
        return number < self.low or number > self.high


@dataclass(frozen=True)
class CalibrationBin:
    """Rows with similar probabilities: how probable they were called, and how often it came true."""

    predicted: float
    observed: float
    rows: int


@dataclass(frozen=True)
class Gain:
    """The first ``share`` of rows by probability hold ``captured`` of all positives: ``lift`` times chance."""

    share: float
    captured: float
    lift: float


@dataclass(frozen=True)
class Importance:
    """The loss in score when a column is shuffled: mean and standard deviation over ``repeats`` shuffles."""

    column: str
    loss: float
    deviation: float
    repeats: int
