"""Targets with a long tail, learned on a logarithmic scale."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.stats import skew
from sklearn.base import BaseEstimator, RegressorMixin

#: Skewness from which a logarithm is worth a try.
_SKEWED = 1.0

Floats = NDArray[np.float64]


class LogTarget(RegressorMixin, BaseEstimator):  # type: ignore[misc]
    """A regressor that learns log(1 + y) and answers y, at least 0 and at most twice the largest y it learned from.

    Without those ends a logarithm that is somewhat too large would be an answer beyond all reason.

    ``regressor``: fitted on logarithms already (``most``: the largest of them), or to be fitted by :meth:`fit`. No y
    may be below 0.

    >>> from sklearn.dummy import DummyRegressor
    >>> made = LogTarget(DummyRegressor()).fit([[0], [0]], [0.0, 99.0])
    >>> round(float(made.predict([[0]])[0]), 6)  # the geometric mean of 1 and 100, less one
    9.0

    Source: Box & Cox, "An analysis of transformations", Journal of the Royal Statistical Society B 26, 1964 (λ = 0).
    """

    def __init__(self, regressor: Any, most: float = np.inf) -> None:
        self.regressor = regressor
        self.most = most

    def __sklearn_is_fitted__(self) -> bool:
        return True

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        weighed = {} if sample_weight is None else {"sample_weight": sample_weight}
        logarithms = np.log1p(np.asarray(y, dtype=np.float64))
        self.regressor.fit(X, logarithms, **weighed)
        self.most = float(logarithms.max())
        return self

    @property
    def end(self) -> float:
        """The largest logarithm that is answered with."""
        return self.most + float(np.log(2.0))

    def predict(self, X: Any) -> Floats:
        logarithms = np.asarray(self.regressor.predict(X), dtype=np.float64)
        answers: Floats = np.expm1(np.clip(logarithms, 0.0, self.end))
        return answers


def long_tailed(target: NDArray[Any]) -> bool:
    """Whether values are none below 0 and have a long tail to the right.

    >>> long_tailed(np.exp(np.arange(10.0))), long_tailed(np.arange(10.0)), long_tailed(np.array([-1.0, 0.0, 50.0]))
    (True, False, False)
    """
    return bool(len(target) > 1 and np.min(target) >= 0 and skew(target) > _SKEWED)
