"""How well one column alone predicts the target on rows it has not seen.

Each row is predicted by the target's mean (share of each class) among the rows of the same level or bin in the other
folds, drawn towards the overall mean where they are few (Micci-Barreca, SIGKDD Explorations 3, 2001). Out of fold, so
a column of unique values scores like chance.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from tenfold.statistics.binning import Codes

Floats = NDArray[np.float64]
#: Rows' worth of trust in the overall mean.
_PRIOR = 5.0
#: Numbers beyond this have squares that overflow when many are summed.
_LARGE = 1e140


def out_of_fold_means(codes: Codes, values: Floats, folds: NDArray[np.intp]) -> Floats:
    """Each row's mean of ``values`` [N] over rows with its code in other folds; folds are 0…k−1.

    >>> codes, folds = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
    >>> out_of_fold_means(codes, np.array([0.0, 0.0, 6.0, 6.0]), folds)
    array([2.5, 2.5, 3.5, 3.5])
    """
    parts = int(folds.max()) + 1
    cells = codes * parts + folds
    shape = (int(codes.max()) + 1, parts)
    size = shape[0] * shape[1]
    sums = np.bincount(cells, values, minlength=size).astype(np.float64).reshape(shape)
    counts = np.bincount(cells, minlength=size).astype(np.float64).reshape(shape)
    return np.asarray(_means_elsewhere(sums, counts).reshape(-1)[cells], dtype=np.float64)


def _means_elsewhere(sums: Floats, counts: Floats) -> Floats:
    """Means [codes, folds] over the other folds, from sums and counts of the same shape."""
    others, rows = (each.sum(axis=1, keepdims=True) - each for each in (sums, counts))
    overall = others.sum(axis=0) / np.maximum(rows.sum(axis=0), 1)
    return np.asarray((others + _PRIOR * overall) / (rows + _PRIOR), dtype=np.float64)


def classification_score(codes: Codes, target: Codes, folds: NDArray[np.intp]) -> float:
    """The column's ROC AUC as 0 (chance) to 1 (certain): 2·AUC − 1, one-vs-rest weighted by class; never below 0.

    >>> codes = np.arange(100) % 2
    >>> classification_score(codes, codes, np.arange(100) // 20)
    1.0
    """
    totals = np.bincount(target)
    present = np.flatnonzero((totals > 1) & (totals < len(target)))
    chosen = present[-1:] if len(totals) == 2 else present
    if len(chosen) == 0:
        return 0.0
    shape = (int(codes.max()) + 1, int(folds.max()) + 1, len(totals))
    cells = (codes * shape[1] + folds) * shape[2] + target
    table = np.bincount(cells, minlength=shape[0] * shape[1] * shape[2]).astype(np.float64).reshape(shape)
    counts = table.sum(axis=2)
    each = [_gini(_means_elsewhere(table[:, :, code], counts), table[:, :, code], counts) for code in chosen]
    return max(0.0, float(np.average(each, weights=totals[chosen])))


def regression_score(codes: Codes, target: Floats, folds: NDArray[np.intp], values: Floats | None = None) -> float:
    """The share of the target's variance that the column alone explains, 0 to 1.

    With ``values`` (a number column's own) a straight or a monotone relation counts in full (squared Pearson and
    Spearman correlation), because bins would blur it.

    >>> target = np.arange(200.0)
    >>> regression_score(np.arange(200) // 10, target, np.arange(200) % 5, target * 3 + 1)
    1.0
    """
    target = _moderate(target)
    spread = target.var()
    if spread == 0:
        return 0.0
    binned = 1 - float(((target - out_of_fold_means(codes, target, folds)) ** 2).mean() / spread)
    candidates = [0.0, binned]
    if values is not None:
        known = np.isfinite(values)
        some, theirs = _moderate(values[known]), target[known]
        if known.mean() > 0.5 and known.sum() > 10 and np.ptp(some) > 0 and np.ptp(theirs) > 0:
            candidates += [_squared(some, theirs), _squared(stats.rankdata(some), stats.rankdata(theirs))]
    return min(1.0, max(candidates))


def _moderate(values: Floats) -> Floats:
    """Values whose squares can be summed: very large ones in units of the largest, which changes no correlation."""
    largest = np.abs(values).max(initial=0.0)
    return values / largest if largest > _LARGE else values


def _squared(one: Floats, other: Floats) -> float:
    return float(np.corrcoef(one, other)[0, 1] ** 2)


def _gini(scores: Floats, hits: Floats, counts: Floats) -> float:
    """2·AUC − 1 from cells of rows with equal scores: the score, the positives and the rows of each."""
    _, ranks = np.unique(scores.reshape(-1).round(12), return_inverse=True)
    found = np.bincount(ranks, hits.reshape(-1))
    missed = np.bincount(ranks, (counts - hits).reshape(-1))
    below = np.cumsum(missed) - missed
    return float(2 * (found @ (below + missed / 2)) / (found.sum() * missed.sum()) - 1)
