"""Values far from the rest, judged by quartiles, which a few strays cannot move.

Tukey, Exploratory Data Analysis, 1977: beyond 1.5 interquartile ranges "outside", beyond 3 "far out". Where half of
all values are equal the range is 0; then the median absolute deviation of the other values stands in
(Iglewicz & Hoaglin, How to Detect and Handle Outliers, 1993).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tenfold.statistics.distribution import quantiles


@dataclass(frozen=True)
class Outliers:
    """The fences, and how many values lie below and above them."""

    low: float
    high: float
    below: int
    above: int

    @property
    def count(self) -> int:
        return self.below + self.above


def far_out(values: NDArray[np.float64], reach: float = 3.0) -> Outliers:
    """Values beyond ``reach`` interquartile ranges from the quartiles; none where the spread cannot be told.

    >>> far_out(np.array([1.0, 2.0, 3.0, 4.0, 100.0])).above
    1
    """
    known = values[np.isfinite(values)]
    if len(known) == 0:
        return Outliers(float("nan"), float("nan"), 0, 0)
    lower, median, upper = quantiles(known, [0.25, 0.5, 0.75]).tolist()  # Python's numbers overflow in silence
    spread = upper - lower
    if spread == 0:
        distances = np.abs(known / 2 - median / 2)  # halves: a span may be twice the largest number
        others = distances[distances > 0]
        spread = 4 * float(np.median(others)) if len(others) else float("inf")
        lower = upper = median
    low, high = lower - reach * spread, upper + reach * spread
    return Outliers(low, high, int((known < low).sum()), int((known > high).sum()))
