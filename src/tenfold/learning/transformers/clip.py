"""Clipping to learned quantiles (winsorizing): a few extreme values no longer decide the scale of a column."""

from __future__ import annotations

import warnings
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data


class Clip(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Hold each column between two quantiles of its training values.

    Parameters
    ----------
    lower, upper: quantiles in [0, 1]; 0 and 1 are the training minimum and maximum.

    Missing values (NaN) stay missing and are left out of the quantiles; infinities are clipped like any other value.
    A column without a single finite training value is left as it is.

    >>> Clip(0.0, 1.0).fit([[1.0], [5.0]]).transform([[-9.0], [3.0], [float("inf")]]).ravel().tolist()
    [1.0, 3.0, 5.0]

    Source: Dixon, W. J., "Simplified Estimation from Censored Normal Samples", Ann. Math. Statist. 31 (1960).
    """

    def __init__(self, lower: float = 0.005, upper: float = 0.995) -> None:
        self.lower = lower
        self.upper = upper

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn the bounds ``lower_`` and ``upper_``, one per column."""
        if not 0 <= self.lower < self.upper <= 1:
            raise ValueError(f"Clip: lower={self.lower}, upper={self.upper}; expected 0 <= lower < upper <= 1")
        values = validate_data(self, X, dtype=np.float64, ensure_all_finite=False)
        finite = np.where(np.isfinite(values), values, np.nan)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # a column without values has no quantiles
            bounds = np.nanquantile(finite, [self.lower, self.upper], axis=0)
        self.lower_ = np.where(np.isnan(bounds[0]), -np.inf, bounds[0])
        self.upper_ = np.where(np.isnan(bounds[1]), np.inf, bounds[1])
        return self

    def transform(self, X: Any) -> NDArray[np.float64]:
        """The same columns, within the bounds."""
        check_is_fitted(self)
        values = validate_data(self, X, dtype=np.float64, ensure_all_finite=False, reset=False)
        clipped: NDArray[np.float64] = np.clip(values, self.lower_, self.upper_)
        return clipped

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags
