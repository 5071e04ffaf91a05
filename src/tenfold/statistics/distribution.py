"""A column's distribution in a few numbers, and as counts between edges."""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
#: Sums of two numbers below this do not overflow.
_LARGE = 4e307


@dataclass(frozen=True)
class Distribution:
    """What the known values of a number column look like. NaN throughout for a column without values."""

    mean: float
    deviation: float
    skewness: float
    minimum: float
    lower_quartile: float
    median: float
    upper_quartile: float
    maximum: float


def summarise(values: Floats) -> Distribution:
    """Moments and quartiles of the finite values; the skewness of a constant column is 0.

    >>> summarise(np.array([1.0, 2.0, 3.0, np.nan])).median
    2.0
    """
    known = values[np.isfinite(values)]
    if len(known) == 0:
        return Distribution(*[float("nan")] * 8)
    quartiles = quantiles(known, [0, 0.25, 0.5, 0.75, 1])
    largest = float(np.abs(known).max()) or 1.0
    scaled = known / largest  # squares of very large numbers would overflow
    deviation = float(scaled.std()) * largest
    skewness = _skewness(scaled) if np.ptp(scaled) > 1e-9 else 0.0
    return Distribution(float(scaled.mean()) * largest, deviation, skewness, *(float(each) for each in quartiles))


def quantiles(values: Floats, shares: Sequence[float] | Floats) -> Floats:
    """Quantiles of finite values; NumPy's, but of the very largest numbers too, whose differences overflow.

    >>> quantiles(np.array([-1.7e308, 0.0, 1.7e308]), [0.25]).tolist()
    [-8.5e+307]
    """
    scale = 1.0 if np.abs(values).max() < _LARGE else 4.0
    return np.asarray(np.quantile(values / scale, shares) * scale, dtype=np.float64)


def _skewness(values: Floats) -> float:
    """The third standardised moment; SciPy's own takes most of its time on choosing axes and policies."""
    centred = values - values.mean()
    squares = centred * centred
    return float((squares * centred).mean() / squares.mean() ** 1.5)


def histogram(values: Floats, bins: int = 24) -> tuple[Floats, NDArray[np.intp]]:
    """Edges [bins + 1] and counts [bins] of the finite values. Edges span the middle 98 %, the end bins take what lies
    beyond, so that one stray value does not squeeze all others into a single bar. Values that lie too close together
    to be parted so often get fewer bins.

    >>> edges, counts = histogram(np.arange(100.0), bins=4)
    >>> counts.tolist(), round(float(edges[0]), 2)
    ([26, 24, 24, 26], 0.99)
    """
    known = values[np.isfinite(values)]
    if len(known) == 0:
        return np.array([0.0, 1.0]), np.array([0])
    low, high = (float(edge) for edge in quantiles(known, [0.01, 0.99]))
    if not high > low:
        low, high = float(known.min()), float(known.max())
    if not high > low:
        low, high = _around(low)
    scale = 1.0 if math.isfinite(high - low) else 2.0  # of very large numbers the span would overflow
    inside, ends = np.clip(known, low, high) / scale, (low / scale, high / scale)
    counts, edges = np.histogram(inside, bins=_parted(*ends, bins), range=ends)
    return edges.astype(np.float64) * scale, counts.astype(np.intp)


def _around(value: float) -> tuple[float, float]:
    """One half on either side, or the nearest numbers where a half is less than they lie apart."""
    if value - 0.5 < value < value + 0.5:
        return value - 0.5, value + 0.5
    largest = sys.float_info.max
    return max(math.nextafter(value, -math.inf), -largest), min(math.nextafter(value, math.inf), largest)


def _parted(low: float, high: float, bins: int) -> int:
    """The bins, or fewer where so many would be narrower than neighbouring numbers lie apart: NumPy refuses that."""
    while bins > 1 and not (np.diff(np.linspace(low, high, bins + 1)) > 0).all():
        bins -= 1
    return bins
