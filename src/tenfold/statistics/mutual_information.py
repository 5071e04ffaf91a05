"""How much one column tells about another: mutual information.

Shannon, A Mathematical Theory of Communication, 1948. Estimated from counts and corrected for the bias that few rows
per cell bring (Miller, Note on the bias of information estimates, 1955), so that a column of noise scores about 0.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tenfold.statistics.binning import Codes


def entropy(counts: NDArray[np.float64]) -> float:
    """The entropy of a distribution in nats, with Miller's correction; ``counts`` of any shape.

    >>> round(entropy(np.array([500.0, 500.0])), 2)
    0.69
    """
    total = counts.sum()
    seen = counts[counts > 0]
    if total == 0:
        return 0.0
    shares = seen / total
    return float(-(shares * np.log(shares)).sum() + (len(seen) - 1) / (2 * total))


def mutual_information(one: Codes, other: Codes) -> float:
    """Nats that one column's codes tell about the other's, 0 or more.

    >>> sides = np.arange(1000) % 2
    >>> round(mutual_information(sides, sides), 2), mutual_information(sides, np.arange(1000) // 2 % 2)
    (0.69, 0.0)
    """
    if len(one) == 0:
        return 0.0
    _, joint = np.unique(one * (int(other.max()) + 1) + other, return_counts=True)
    parts = (np.bincount(one), np.bincount(other), joint)
    alone, beside, together = (entropy(np.asarray(counts, dtype=np.float64)) for counts in parts)
    return max(0.0, alone + beside - together)


def explained_entropy(one: Codes, target: Codes) -> float:
    """The share of the target's entropy that a column explains, 0 to 1.

    Theil's uncertainty coefficient (Theil, On the estimation of relationships involving qualitative variables, 1970).

    >>> sides = np.arange(1000) % 2
    >>> explained_entropy(sides, sides)
    1.0
    """
    whole = entropy(np.bincount(target).astype(np.float64)) if len(target) else 0.0
    return min(1.0, mutual_information(one, target) / whole) if whole > 0 else 0.0
