"""Of thousands of columns the most telling ones, chosen by the rows that a model learns from and by no others."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from tenfold.statistics.rank_association import rank_association


class TellingColumns(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """The columns whose ranks tell most about the target, gaps and all.

    Parameters
    ----------
    columns: how many at most; ``of_values``: whether the target is a number.

    >>> TellingColumns(columns=1).fit_transform([[5.0, 1.0], [5.0, 2.0], [4.0, 9.0]], ["a", "a", "b"]).ravel().tolist()
    [5.0, 5.0, 4.0]

    Source: as :func:`~tenfold.statistics.rank_association.rank_association`.
    """

    def __init__(self, columns: int = 500, of_values: bool = False) -> None:
        self.columns = columns
        self.of_values = of_values

    def fit(self, X: Any, y: Any) -> Self:
        """Learn ``chosen_`` [columns], places in their own order. ``y``: labels or codes of classes, or values."""
        known = self._numbers(X, reset=True)
        told = rank_association(known, np.asarray(y), of_values=self.of_values)
        self.chosen_: NDArray[np.intp] = np.sort(np.argsort(-told, kind="stable")[: self.columns])
        return self

    def transform(self, X: Any) -> NDArray[np.float64]:
        """These columns."""
        check_is_fitted(self)
        chosen: NDArray[np.float64] = self._numbers(X, reset=False)[:, self.chosen_]
        return chosen

    def _numbers(self, X: Any, *, reset: bool) -> NDArray[np.float64]:
        """The columns as an array; scikit-learn's own check of a frame looks at thousands of types one by one."""
        if isinstance(X, pd.DataFrame):
            validate_data(self, X, reset=reset, skip_check_array=True)  # number and names of columns
            return X.to_numpy(dtype=np.float64)
        known: NDArray[np.float64] = validate_data(self, X, dtype=np.float64, ensure_all_finite=False, reset=reset)
        return known

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
