"""Rounding to single precision, so that a tree meets in training what it meets in the graph."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

LARGEST = float(np.finfo(np.float32).max)


class Float32(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Round every value to float32; what is too large becomes the largest float32, NaN stays NaN.

    Forests and CatBoost round their inputs themselves, but forests refuse what does not fit: put it before them.

    >>> Float32().fit_transform([[0.1, 1e300]]).tolist()
    [[0.10000000149011612, 3.4028234663852886e+38]]
    """

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learns nothing but the number of columns."""
        validate_data(self, X, dtype=np.float64, ensure_all_finite=False)
        self.fitted_ = True
        return self

    def transform(self, X: Any) -> NDArray[np.float32]:
        """The same columns in single precision."""
        check_is_fitted(self)
        values = validate_data(self, X, dtype=np.float64, ensure_all_finite=False, reset=False)
        rounded: NDArray[np.float32] = np.clip(values, -LARGEST, LARGEST).astype(np.float32)
        return rounded

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags
