"""Conformal calibration: from out-of-fold answers, how far later answers may be off.

Of n rows that are exchangeable with the next one, the k-th smallest error with k = ⌈(n + 1) · level⌉ bounds the next
row's error with a probability of at least ``level``, whatever the model and the distribution are (Vovk, Gammerman &
Shafer, *Algorithmic Learning in a Random World*, 2005; Lei et al., "Distribution-Free Predictive Inference for
Regression", JASA 113, 2018). Errors are taken out-of-fold, so no row is lost to calibration; the final model has seen
more rows than the models of the folds, which usually errs on the side of width. Without assumptions, cross-validated
residuals promise 2 · level − 1 only (Barber et al., "Predictive Inference with the Jackknife+", Annals of Statistics
49, 2021, for CV+), so validation measures what is covered.

Where rows have weights, errors are counted by them, and n is the number of equal rows that would tell as much
(:func:`tenfold.learning.weights.effective`): the promise is about what the weights stand for, with the next row's
weight as it is on average (Tibshirani, Barber, Candès & Ramdas, "Conformal Prediction Under Covariate Shift", NeurIPS
2019).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tenfold.bundle.coverage import IntervalRule, Rule, SetRule
from tenfold.learning.weights import Weights, effective, of_rows

Floats = NDArray[np.float64]

#: Bins of predicted values at most, and the rows that each one needs.
_BINS, _A_BIN = 10, 200
#: Many rows may have one score, so a rule is a little wider than need be: by 1e-5 (half widths: of themselves), since
#: what is served differs from what was trained in its last bits; for probabilities also by as many rows as class shares
#: differ by from fold to fold.
_SLACK, _SHARE = 1e-5, 2
#: Sums of weights are off by about so much.
_ROUNDING = 1e-12


def calibrate(
    target: NDArray[Any], scores: Floats, level: float | None, decided: NDArray[Any] | None = None,
    weights: Weights | None = None,
) -> Rule | None:  # fmt: skip
    """The rule that covers ``level`` of rows like these; None where no level is asked for, or rows are too few for it.

    ``target`` [N]: class codes, or values where ``scores`` [N, 1] are predicted values; ``scores`` [N, classes] are
    probabilities; ``decided`` [N] the codes of the predicted labels, the most probable ones when left out; ``weights``
    [N]: how much each row counts, None where all do alike.

    >>> calibrate(np.array([0, 1] * 10), np.tile([0.7, 0.3], (20, 1)), 0.9)
    SetRule(level=0.9, rows=20, least=0.19999)
    >>> calibrate(np.array([0, 1]), np.tile([0.7, 0.3], (2, 1)), 0.9)
    """
    if level is None:
        return None
    if scores.shape[1] == 1:
        return intervals(np.asarray(target, dtype=np.float64), scores[:, 0], level, weights)
    given = scores[np.arange(len(target)), target]
    always = (given >= scores.max(axis=1)) | (target == decided)  # in the set whatever the rule is
    return sets(np.where(always, 1.0, given), level, weights)


def intervals(target: Floats, predicted: Floats, level: float, weights: Weights | None = None) -> IntervalRule | None:
    """Half widths from absolute errors, one for each bin of predicted values, of at least 200 rows.

    Bins are a Mondrian taxonomy (Vovk et al. 2005, section 4.5): the promise holds within each, so that intervals are
    wide only where errors are large. None for fewer than level / (1 − level) rows, or infinite errors.

    >>> truth = np.arange(100.0)
    >>> intervals(truth, truth + np.tile([-1.0, 1.0, 3.0, -3.0], 25), level=0.8)
    IntervalRule(level=0.8, rows=100, half_widths=(3.00003,), edges=())
    """
    binned = _edges(predicted, max(_A_BIN, 1 + math.ceil(level / (1 - level)), len(predicted) // _BINS))
    errors = abs(predicted - target)
    for edges in dict.fromkeys((binned, ())):  # weights may leave a bin with next to nothing: then there is one of all
        bins = np.searchsorted(edges, predicted, side="right")
        within = [np.flatnonzero(bins == each) for each in range(len(edges) + 1)]
        bounds = (_bound(errors[rows], level, of_rows(weights, rows)) for rows in within)
        widths = tuple(_short(each * (1 + _SLACK)) for each in bounds)
        if all(map(math.isfinite, widths)):
            return IntervalRule(level, len(target), widths, edges)
    return None


def sets(probability: Floats, level: float, weights: Weights | None = None) -> SetRule | None:
    """The least probability of a label in a set, from the ``probability`` [N] that was given to the true label (1 where
    that is in the set anyway).

    None when fewer than level / (1 − level) rows are given.

    Source: LAC, Sadinle, Lei & Wasserman, "Least Ambiguous Set-Valued Classifiers With Bounded Error Levels", JASA 114,
    2019.

    >>> sets(np.linspace(0, 1, 1000), level=0.9)
    SetRule(level=0.9, rows=1000, least=0.0970891)
    """
    least = -_bound(-probability, level, weights)
    if not math.isfinite(least):
        return None
    return SetRule(level, len(probability), _short(max(0.0, least - _SLACK - _SHARE / len(probability))))


def _bound(errors: Floats, level: float, weights: Weights | None = None) -> float:
    """What at least ``level`` of later errors do not exceed; infinite where so few errors cannot tell.

    >>> errors = np.array([1.0, 2.0, 3.0, 4.0])
    >>> _bound(errors, 0.6), _bound(errors, 0.6, np.array([9.0, 9.0, 1.0, 1.0])), _bound(errors, 0.9)
    (3.0, 2.0, inf)
    """
    if weights is None:
        place = math.ceil((len(errors) + 1) * level)
        return float(np.partition(errors, place - 1)[place - 1]) if place <= len(errors) else math.inf
    counted = weights > 0
    if not counted.any():
        return math.inf
    errors, weights = errors[counted], weights[counted]
    order = np.argsort(errors, kind="stable")
    below, rows = np.cumsum(weights[order]), effective(weights)
    place = int(np.searchsorted(below, (1 + 1 / rows) * level * below[-1] * (1 - _ROUNDING)))
    return float(errors[order[place]]) if place < len(errors) else math.inf


def _edges(predicted: Floats, size: int) -> tuple[float, ...]:
    """Cuts half way between neighbouring values, with at least ``size`` rows below, above and between them.

    >>> _edges(np.array([1.0, 1.0, 1.0, 2.0, 3.0, 4.0]), 2)
    (1.5,)
    """
    ordered = np.sort(predicted)
    other = np.flatnonzero(np.diff(ordered) > 0) + 1  # where another value begins
    edges: list[float] = []
    begun = 0
    while True:
        later = other[np.searchsorted(other, begun + size) :]
        if not len(later) or len(ordered) - later[0] < size:
            return tuple(edges)
        begun = int(later[0])
        edges.append(float(ordered[begun - 1] / 2 + ordered[begun] / 2))


def _short(limit: float) -> float:
    """Six significant digits, which take less than half of the slack."""
    return float(f"{limit:.6g}")
