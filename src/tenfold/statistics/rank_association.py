"""How much each of many columns tells about one target, by ranks: quick, for thousands of columns at once.

For classes the share of a column's variance of ranks that lies between them, which orders columns as the statistic of
Kruskal & Wallis does (J. Am. Statist. Ass. 47, 1952); for values the square of Spearman's coefficient.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def rank_association(columns: Floats, target: NDArray[Any], *, of_values: bool = False) -> Floats:
    """A share [K], 0 to 1, for columns [N, K]; 0 for a constant one. ``of_values``: the target [N] is a number.

    A missing value (NaN) counts as the middle rank, so that a column with many gaps tells little. Nine digits: the
    order of a sum does not show.

    >>> rank_association(np.array([[5.0, 1.0], [5.0, 2.0], [4.0, 9.0]]), np.array(["a", "a", "b"])).tolist()
    [1.0, 0.75]
    """
    ranks = _centred_ranks(columns)
    sides = _centred_ranks(target.astype(np.float64)[:, None]) if of_values else target[:, None] == np.unique(target)
    lengths = np.sqrt((sides * sides).sum(axis=0, dtype=np.float64))
    spread = (ranks * ranks).sum(axis=0)
    explained = ((sides / np.where(lengths > 0, lengths, 1.0)).T @ ranks) ** 2
    shares: Floats = np.round(explained.sum(axis=0) / np.where(spread > 0, spread, 1.0), 9)
    return shares


def _centred_ranks(values: Floats) -> Floats:
    """Ranks around 0, equal values sharing theirs; 0 where a value is missing."""
    ranks = pd.DataFrame(values).rank().to_numpy()
    centred: Floats = np.nan_to_num(ranks - (np.isfinite(ranks).sum(axis=0) + 1) / 2)
    return centred
