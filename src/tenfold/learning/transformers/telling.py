"""Of thousands of columns the most telling ones, chosen by the rows that a model learns from and by no others."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data


class TellingColumns(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """The columns whose ranks tell most about the target: the highest Kruskal-Wallis statistics (classes) or squares of
    Spearman's coefficient (``values``).

    Parameters
    ----------
    columns: how many at most; ``values``: whether the target is a number.

    A missing value (NaN) counts as the middle rank, so that a column with many gaps tells little.

    >>> TellingColumns(columns=1).fit_transform([[5.0, 1.0], [5.0, 2.0], [4.0, 9.0]], ["a", "a", "b"]).ravel().tolist()
    [5.0, 5.0, 4.0]

    Source: Kruskal & Wallis, "Use of ranks in one-criterion variance analysis", J. Am. Statist. Ass. 47 (1952).
    """

    def __init__(self, columns: int = 500, values: bool = False) -> None:
        self.columns = columns
        self.values = values

    def fit(self, X: Any, y: Any) -> Self:
        """Learn ``chosen_`` [columns], places in their own order. ``y``: labels or codes of classes, or values."""
        known = validate_data(self, X, dtype=np.float64, ensure_all_finite=False)
        told = np.round(_explained(_centred_ranks(known), _sides(np.asarray(y), self.values)), 9)
        self.chosen_: NDArray[np.intp] = np.sort(np.argsort(-told, kind="stable")[: self.columns])
        return self

    def transform(self, X: Any) -> NDArray[np.float64]:
        """These columns."""
        check_is_fitted(self)
        known = validate_data(self, X, dtype=np.float64, ensure_all_finite=False, reset=False)
        chosen: NDArray[np.float64] = known[:, self.chosen_]
        return chosen

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[np.object_]:
        """The names of these columns."""
        check_is_fitted(self)
        names = getattr(self, "feature_names_in_", input_features)
        names = [f"x{place}" for place in range(self.n_features_in_)] if names is None else names
        return np.asarray(names, dtype=object)[self.chosen_]

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.target_tags.required = True
        return tags


def _centred_ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Ranks [N, columns] around 0, equal values sharing theirs; 0 where a value is missing."""
    ranks = pd.DataFrame(values).rank().to_numpy()
    with np.errstate(invalid="ignore"):
        middle = (np.isfinite(ranks).sum(axis=0) + 1) / 2
    return np.nan_to_num(ranks - middle)


def _sides(target: NDArray[Any], values: bool) -> NDArray[np.float64]:
    """What ranks are compared with [N, K], of length 1 each: the centred ranks of values, or a column per class."""
    if values:
        sides = _centred_ranks(target.astype(np.float64).reshape(-1, 1))
    else:
        sides = (target[:, None] == np.unique(target)).astype(np.float64)
    return sides / np.maximum(np.sqrt((sides * sides).sum(axis=0)), 1e-300)


def _explained(ranks: NDArray[np.float64], sides: NDArray[np.float64]) -> NDArray[np.float64]:
    """The share of each column's variance of ranks that the target explains, 0 to 1; 0 for a constant column."""
    spread = (ranks * ranks).sum(axis=0)
    explained: NDArray[np.float64] = ((sides.T @ ranks) ** 2).sum(axis=0) / np.where(spread > 0, spread, 1.0)
    return explained
