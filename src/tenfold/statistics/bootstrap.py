"""How far a number could be off because the rows are a sample: the percentile bootstrap.

Efron & Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13. A resample is a vector of row weights (how often
each row was drawn), so that a statistic never copies rows. Rows of one class are drawn among themselves (stratified),
rows of one cluster (a patient's visits) are drawn together, or the interval would be too narrow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tenfold.statistics.values import LEVEL, RESAMPLES, Interval

Floats = NDArray[np.float64]
#: A number computed from row weights [N].
Statistic = Callable[[Floats], float]


def affordable(rows: int, cost: int = 1, resamples: int = RESAMPLES) -> int:
    """Fewer resamples for many rows (at least 100): the ends of an interval from 100 resamples wander by about a
    seventh of its width, and with that many rows it is narrow.

    >>> affordable(1_000), affordable(50_000), affordable(1_000_000)
    (1000, 400, 100)
    """
    return int(np.clip(20_000_000 // max(1, rows * cost), min(100, resamples), resamples))


def resample(strata: NDArray[Any], count: int, seed: int, clusters: NDArray[Any] | None = None) -> Iterator[Floats]:
    """Draw ``count`` vectors of row weights [N].

    ``strata`` [N]: rows are drawn with replacement within each distinct value; ``clusters`` [N]: whole clusters are
    drawn instead, and strata are not kept.

    >>> [int(weights.sum()) for weights in resample(np.array([0, 0, 1]), 2, seed=0)]
    [3, 3]
    """
    random = np.random.default_rng(seed)
    if clusters is not None:
        _, member = np.unique(clusters, return_inverse=True)
        total = int(member.max()) + 1 if len(member) else 0
        for _ in range(count):
            yield _draw(total, random)[member]
        return
    _, member = np.unique(strata, return_inverse=True)
    groups = [np.flatnonzero(member == each) for each in range(int(member.max()) + 1 if len(member) else 0)]
    for _ in range(count):
        weights = np.empty(len(strata))
        for rows in groups:
            weights[rows] = _draw(len(rows), random)
        yield weights


def _draw(size: int, random: np.random.Generator) -> Floats:
    return np.bincount(random.integers(0, size, size), minlength=size).astype(np.float64)


def percentile_interval(value: float, replicates: Floats, level: float = LEVEL) -> Interval:
    """The middle ``level`` of the replicates that are defined; NaN ends with fewer than 20 of them.

    >>> percentile_interval(50.0, np.arange(101.0), level=0.5)
    Interval(value=50.0, low=25.0, high=75.0, level=0.5, resamples=101)
    """
    known = replicates[np.isfinite(replicates)]
    if len(known) < 20:
        return Interval(value, float("nan"), float("nan"), level, len(known))
    low, high = np.quantile(known, [(1 - level) / 2, (1 + level) / 2])
    return Interval(value, float(low), float(high), level, len(known))


def bootstrap(
    statistics: dict[str, Statistic],
    strata: NDArray[Any],
    seed: int,
    resamples: int = RESAMPLES,
    clusters: NDArray[Any] | None = None,
) -> dict[str, Interval]:
    """Intervals of several statistics from the same resamples (so that differences between them are paired).

    >>> values = np.arange(100.0)
    >>> found = bootstrap({"mean": lambda weights: float(np.average(values, weights=weights))}, np.zeros(100), seed=1)
    >>> found["mean"].value, bool(40 < found["mean"].low < 45), bool(54 < found["mean"].high < 60)
    (49.5, True, True)
    """
    found = replicate(statistics, strata, seed, resamples, clusters)
    return {name: percentile_interval(value, replicates) for name, (value, replicates) in found.items()}


def replicate(
    statistics: dict[str, Statistic],
    strata: NDArray[Any],
    seed: int,
    resamples: int = RESAMPLES,
    clusters: NDArray[Any] | None = None,
) -> dict[str, tuple[float, Floats]]:
    """Each statistic's value and its replicates [resamples]; the same seed and rows give the same resamples."""
    replicates = np.empty((resamples, len(statistics)))
    for row, weights in enumerate(resample(strata, resamples, seed, clusters)):
        replicates[row] = [statistic(weights) for statistic in statistics.values()]
    ones = np.ones(len(strata))
    return {
        name: (statistic(ones), replicates[:, position])
        for position, (name, statistic) in enumerate(statistics.items())
    }
