"""How alike columns are: Spearman's and Pearson's coefficients of all pairs at once, and Cramér's V.

Spearman, The proof and measurement of association between two things, 1904; Cramér, Mathematical Methods of
Statistics, 1946, with Bergsma's correction (J. Korean Statistical Society 42, 2013).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from tenfold.statistics.binning import Codes, crosstab

Floats = NDArray[np.float64]


def pearson(columns: Floats) -> Floats:
    """Correlations [K, K] of columns [N, K] over the rows where both are known; 0 for a constant column.

    >>> pearson(np.array([[1.0, 2.0], [2.0, 4.0], [3.0, 6.0]])).round(6).tolist()
    [[1.0, 1.0], [1.0, 1.0]]
    """
    known = np.isfinite(columns)
    shared = known.astype(np.float64)
    values = _standardise(columns, known)
    rows = np.maximum(shared.T @ shared, 1.0)
    sums, squares = values.T @ shared, (values**2).T @ shared
    spreads = squares - sums**2 / rows  # of each column over the rows it shares with the other
    bottom = np.sqrt(np.maximum(spreads * spreads.T, 0.0))
    top = values.T @ values - sums * sums.T / rows
    found = np.divide(top, bottom, out=np.zeros_like(bottom), where=bottom > 1e-9 * rows)
    return np.clip(found, -1.0, 1.0)


def _standardise(columns: Floats, known: NDArray[np.bool_]) -> Floats:
    """Mean 0 and deviation 1 over what is known, 0 elsewhere: sums of squares then keep their digits."""
    rows = np.maximum(known.sum(axis=0), 1)
    filled = np.where(known, columns, 0.0)
    centred = np.where(known, filled - filled.sum(axis=0) / rows, 0.0)
    scale = np.sqrt((centred**2).sum(axis=0) / rows)
    return np.asarray(centred / np.where(scale > 0, scale, 1.0))


def spearman(columns: Floats) -> Floats:
    """As :func:`pearson`, of ranks: 1 for every rising relation.

    >>> spearman(np.array([[1.0, 1.0], [2.0, 10.0], [3.0, 1000.0]])).round(6)[0, 1].item()
    1.0
    """
    ranks = stats.rankdata(columns, axis=0, nan_policy="omit") if len(columns) else columns
    return pearson(np.asarray(ranks, dtype=np.float64))


def cramers_v(one: Codes, other: Codes) -> float:
    """How far two categories determine each other, 0 to 1, corrected for what chance alone would give.

    >>> sides = np.arange(1000) % 4
    >>> round(cramers_v(sides, sides), 3), cramers_v(sides, np.arange(1000) // 4 % 2)
    (1.0, 0.0)
    """
    if len(one) < 2:
        return 0.0
    table = crosstab(one, other)
    table = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0]
    rows, columns = table.shape
    total = table.sum()
    if min(rows, columns) < 2:
        return 0.0
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / total
    squared = ((table - expected) ** 2 / expected).sum() / total - (rows - 1) * (columns - 1) / (total - 1)
    sides = min(rows - (rows - 1) ** 2 / (total - 1), columns - (columns - 1) ** 2 / (total - 1)) - 1
    return float(np.sqrt(min(1.0, max(0.0, squared) / sides))) if sides > 0 else 0.0
