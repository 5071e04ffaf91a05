"""Columns as small integer codes, the common ground of every method that counts.

Numbers fall into bins of equal mass (a frequent value gets a bin of its own), categories into their levels; the
missing ones into a bin of their own.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.intp]


def quantile_codes(values: NDArray[np.float64], bins: int = 32) -> Codes:
    """Codes 0…bins−1 in ascending order of value, about equally many rows each; missing: the next code after the last.

    >>> quantile_codes(np.array([1.0, 2.0, 3.0, 4.0, np.nan]), bins=2)
    array([0, 0, 1, 1, 2])
    """
    known = values[~np.isnan(values)]
    if len(known) == 0:
        return np.zeros(len(values), dtype=np.intp)
    distinct = np.unique(known)
    edges = distinct[1:] if len(distinct) <= bins else np.unique(np.quantile(known, np.arange(1, bins) / bins))
    codes = np.searchsorted(edges, values, side="right").astype(np.intp)
    codes[np.isnan(values)] = len(edges) + 1
    return _dense(codes)


def level_codes(values: NDArray[Any]) -> Codes:
    """Codes of levels in sorted order, so that they depend on the values and not on the order of rows.

    >>> level_codes(np.array(["b", "a", "b"], dtype=object))
    array([1, 0, 1])
    """
    return levels_of(values)[1]


def levels_of(values: NDArray[Any]) -> tuple[NDArray[np.object_], Codes]:
    """The distinct levels in sorted order, and each row's place among them.

    >>> levels_of(np.array(["b", "a", "b"], dtype=object))[0].tolist()
    ['a', 'b']
    """
    from pandas import factorize  # here only: results that mention bins are read by quick commands, too

    codes, levels = factorize(np.asarray(values, dtype=object), sort=True)
    return np.asarray(levels, dtype=object), codes.astype(np.intp)


def crosstab(one: Codes, other: Codes) -> NDArray[np.float64]:
    """How often each pair of codes occurs: [codes of one, codes of other].

    >>> crosstab(np.array([0, 0, 1]), np.array([1, 1, 0])).tolist()
    [[0.0, 2.0], [1.0, 0.0]]
    """
    rows, columns = int(one.max()) + 1, int(other.max()) + 1
    return np.bincount(one * columns + other, minlength=rows * columns).reshape(rows, columns).astype(np.float64)


def _dense(codes: Codes) -> Codes:
    return np.unique(codes, return_inverse=True)[1].astype(np.intp)
