"""The decision threshold: from which probability a row counts as positive."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from tenfold.metrics import METRICS

#: Candidate thresholds: quantiles of the probabilities themselves.
_TRIED = 400
Weights = NDArray[np.float64] | None


def by_cost(
    positive: NDArray[np.bool_], probability: NDArray[np.float64], costs: tuple[float, float], weights: Weights = None
) -> float:
    """The threshold with the least total cost.

    ``costs``: of a false negative and of a false positive, ≥ 0; ``weights``: [N] of the rows.

    Source: Elkan, "The Foundations of Cost-Sensitive Learning", IJCAI 2001.

    >>> positive = np.array([False, False, True, True])
    >>> by_cost(positive, np.array([0.1, 0.4, 0.3, 0.8]), (5.0, 1.0))
    0.166667
    """
    negative_cost, positive_cost = costs

    def gain(decided: NDArray[np.bool_]) -> float:
        if weights is not None:
            missed, alarmed = weights[positive & ~decided].sum(), weights[decided & ~positive].sum()
            return -float(negative_cost * missed + positive_cost * alarmed)
        return -float(negative_cost * (positive & ~decided).sum() + positive_cost * (decided & ~positive).sum())

    theoretical = positive_cost / (negative_cost + positive_cost) if negative_cost + positive_cost > 0 else 0.5
    return _best(probability, gain, near=theoretical)


def by_metric(
    positive: NDArray[np.bool_], probability: NDArray[np.float64], metric: str, weights: Weights = None
) -> float:
    """The threshold with the best value of a metric of decisions (``f1``, ``balanced_accuracy`` …)."""
    target = np.where(positive, "1", "0").astype(object)
    classes = ("0", "1")

    def gain(decided: NDArray[np.bool_]) -> float:
        scores = np.stack([~decided, decided], axis=1).astype(np.float64)
        return METRICS[metric].sign * METRICS[metric].score(target, scores, classes, "1", weights=weights)

    return _best(probability, gain, near=0.5)


def _best(probability: NDArray[np.float64], gain: Callable[[NDArray[np.bool_]], float], near: float) -> float:
    """The best cut between neighbouring probabilities; of equally good ones the nearest to ``near``."""
    values = np.unique(probability)
    if len(values) > _TRIED:
        values = np.unique(np.quantile(values, np.linspace(0, 1, _TRIED)))
    cuts = np.unique(np.concatenate([[near], (values[1:] + values[:-1]) / 2]))
    gains = np.array([gain(probability >= cut) for cut in cuts])
    best = cuts[gains >= gains.max() - 1e-12]
    return _short(float(best[np.argmin(abs(best - near))]), probability)


def _short(cut: float, probability: NDArray[np.float64]) -> float:
    """The cut with as few digits, from six significant ones up, as leave every probability on its side.

    >>> _short(2 / 3, np.array([0.5, 0.8])), _short(2 / 3, np.array([2 / 3, 0.8]))
    (0.666667, 0.6666666666666666)
    """
    decided = probability >= cut
    rounded = (float(f"{cut:.{digits}g}") for digits in range(6, 17))
    return next((each for each in rounded if np.array_equal(probability >= each, decided)), cut)
