"""Levels as one matrix: scikit-learn's encoders take a frame apart column by column, twice as slowly."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data


class TextMatrix(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """The same columns as an array of objects, for the encoder behind it.

    >>> TextMatrix().fit_transform([["a", "x"], ["b", "y"]]).tolist()
    [['a', 'x'], ['b', 'y']]
    """

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learns nothing but the number of columns."""
        validate_data(self, X, dtype=object, ensure_all_finite=False)
        self.fitted_ = True
        return self

    def transform(self, X: Any) -> NDArray[np.object_]:
        """The same columns."""
        check_is_fitted(self)
        values: NDArray[np.object_] = validate_data(self, X, dtype=object, ensure_all_finite=False, reset=False)
        return values

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.categorical = True
        tags.input_tags.string = True
        return tags
