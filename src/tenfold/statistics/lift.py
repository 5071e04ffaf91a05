"""What ranking by the model brings: how many positives the top of the list holds.

Berry & Linoff, Data Mining Techniques, 2nd edition 2004 (cumulative gains and lift).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tenfold.statistics.values import Gain


def cumulative_gains(
    positive: NDArray[np.bool_], scores: NDArray[np.float64], parts: int = 10,
    weights: NDArray[np.float64] | None = None,
) -> tuple[Gain, ...]:  # fmt: skip
    """Gains at 1/parts, 2/parts … 1 of the rows; rows of equal score share their positives evenly. Empty without
    positives. With ``weights`` [N] rows and positives are counted by theirs.

    >>> cumulative_gains(np.array([True, False, False, False]), np.array([0.9, 0.3, 0.2, 0.1]), parts=2)[0]
    Gain(share=0.5, captured=1.0, lift=2.0)
    """
    if not positive.any() or (weights is not None and not weights[positive].any()):
        return ()
    _, ranks, counts = np.unique(-scores, return_inverse=True, return_counts=True)
    if weights is None:
        rows = np.concatenate([[0], np.cumsum(counts)]) / len(scores)
        found = np.concatenate([[0], np.cumsum(np.bincount(ranks, positive.astype(np.float64)))]) / positive.sum()
    else:
        rows = np.concatenate([[0], np.cumsum(np.bincount(ranks, weights))]) / weights.sum()
        hits = positive * weights
        found = np.concatenate([[0], np.cumsum(np.bincount(ranks, hits))]) / hits.sum()
    shares = np.arange(1, parts + 1) / parts
    captured = np.interp(shares, rows, found)
    return tuple(Gain(float(s), float(c), float(c / s)) for s, c in zip(shares, captured, strict=True))
