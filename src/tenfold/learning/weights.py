"""Weights of rows: how much each counts, in every fit and in every figure."""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Weights = NDArray[np.float64]
_Array = TypeVar("_Array", bound=NDArray[Any])


def relative(weights: NDArray[Any]) -> Weights | None:
    """Weights [N] with the mean 1, or None where there are none.

    So only their ratios matter: a model's own settings (how much it is regularised, how heavy a leaf has to be) mean
    the same whether weights are counted in persons or in millions.

    >>> relative(np.array([1.0, 3.0])), relative(np.array([]))
    (array([0.5, 1.5]), None)
    """
    if not len(weights):
        return None
    found: Weights = np.asarray(weights, dtype=np.float64) / np.mean(weights)
    return found


def of_rows(values: _Array | None, rows: Any) -> _Array | None:
    """The weights (or other values [N]) of some rows, by position; None where there are none."""
    return None if values is None else values[rows]


def effective(weights: NDArray[Any]) -> float:
    """So many rows of equal weight would tell as much: (∑w)² / ∑w².

    Source: Kish, "Survey Sampling", 1965, section 11.7.

    >>> effective(np.array([1.0, 1.0, 0.0]))
    2.0
    """
    return float(weights.sum() ** 2 / (weights**2).sum())
