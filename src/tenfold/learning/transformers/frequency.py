"""Frequency encoding: how common a category is, as a number."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data


class FrequencyEncoder(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Replace each category by its share of the training rows; an unseen one by 0.

    >>> FrequencyEncoder().fit([["a"], ["a"], ["b"], ["c"]]).transform([["a"], ["c"], ["z"]]).ravel().tolist()
    [0.5, 0.25, 0.0]

    Source: Micci-Barreca, D., "A Preprocessing Scheme for High-Cardinality Categorical Attributes",
    SIGKDD Explorations 3 (2001), on encodings by count.
    """

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn ``categories_`` and ``frequencies_``, an array per column each."""
        values = validate_data(self, X, dtype=object, ensure_all_finite=False)
        counted = [np.unique(column, return_counts=True) for column in values.T]
        self.categories_ = [levels for levels, _ in counted]
        self.frequencies_ = [counts / len(values) for _, counts in counted]
        return self

    def transform(self, X: Any) -> NDArray[np.float64]:
        """Shares in [0, 1], one column each."""
        check_is_fitted(self)
        values = validate_data(self, X, dtype=object, ensure_all_finite=False, reset=False)
        encoded = np.zeros(values.shape, dtype=np.float64)
        for index, (levels, shares) in enumerate(zip(self.categories_, self.frequencies_, strict=True)):
            found = pd.Index(levels).get_indexer(values[:, index])
            encoded[:, index] = np.where(found >= 0, shares[found], 0.0)
        return encoded

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.categorical = True
        tags.input_tags.string = True
        return tags
