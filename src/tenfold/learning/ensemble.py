"""Weights for several models' out-of-fold predictions."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]
Gain = Callable[[Scores], float]

#: A round has to gain more than this, relative to the distance covered so far, to bring in somebody new.
_TIE = 1e-9


def greedy_weights(
    predictions: Sequence[Scores], gain: Gain, rounds: int = 30, members: int = 50,
    stopping: Callable[[], bool] = lambda: False,
) -> NDArray[np.float64]:  # fmt: skip
    """Ensemble selection with replacement: each round adds the model that helps most; the best prefix is kept.

    Args:
        predictions: one [N, outputs] array per model.
        gain: how good averaged predictions are; more is better.
        rounds: how many times a model is added, ≥ 1.
        members: at most this many different models, ≥ 1.
        stopping: asked before each round but the first; what has been reached by then is returned.

    Returns:
        one weight ≥ 0 per model, summing to 1. Ties go to models that are members already.

    >>> target = np.array([0.0, 1.0])
    >>> high, low = np.array([[0.5], [1.5]]), np.array([[-0.5], [0.5]])
    >>> greedy_weights([high, low], lambda scores: -float(abs(scores[:, 0] - target).max())).tolist()
    [0.5, 0.5]

    Source: Caruana et al., "Ensemble Selection from Libraries of Models", ICML 2004.
    """
    counts = np.zeros(len(predictions), dtype=np.int64)
    total: Scores = np.zeros_like(predictions[0])
    best, best_counts = -np.inf, counts
    for size in range(1, rounds + 1):
        if size > 1 and stopping():
            break
        full = np.count_nonzero(counts) >= members
        open_to = [place for place in range(len(predictions)) if counts[place] or not full]
        gains = {place: gain((total + predictions[place]) / size) for place in open_to}
        chosen = max(open_to, key=lambda place: (_rounded(gains[place]), counts[place] > 0, -place))
        counts = counts.copy()
        counts[chosen] += 1
        total = total + predictions[chosen]
        if gains[chosen] > best + _TIE * abs(best if np.isfinite(best) else 0.0) or size == 1:
            best, best_counts = gains[chosen], counts
    weights: NDArray[np.float64] = best_counts / best_counts.sum()
    return weights


def _rounded(value: float) -> float:
    """Equal up to rounding error is equal."""
    return float(f"{value:.10g}") if np.isfinite(value) else -np.inf


def weighted(predictions: Sequence[Scores], weights: Sequence[float] | NDArray[np.float64]) -> Scores:
    """The weighted mean of some predictions; weights are brought to sum to one.

    >>> weighted([np.array([[1.0]]), np.array([[4.0]])], [2, 1]).tolist()
    [[2.0]]
    """
    shares = np.asarray(weights, dtype=np.float64)
    mixed: Scores = sum(
        (share * each for share, each in zip(shares / shares.sum(), predictions, strict=True) if share > 0),
        start=np.zeros_like(predictions[0]),
    )
    return mixed
