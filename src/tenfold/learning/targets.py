"""Targets with a long tail, learned on a logarithmic scale."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.stats import skew
from sklearn.base import BaseEstimator, RegressorMixin

#: Skewness from which a logarithm is worth a try.
_SKEWED = 1.0
#: Metrics that want means; the others are served best by the middle value, which a logarithm's mean stands for.
_OF_MEANS = ("rmse", "r2")
#: The least and the most that a logarithm is raised by, and the rows from which that can be told.
_RAISED, _TOLD_BY = (-0.1, 0.4), 50
#: Parts of judged rows, each raised by what the others say.
_PARTS = 5

Floats = NDArray[np.float64]


class LogTarget(RegressorMixin, BaseEstimator):  # type: ignore[misc]
    """A regressor that learns log(1 + y) and answers y, at least 0 and at most twice the largest y it learned from.

    Without those ends a logarithm that is somewhat too large would be an answer beyond all reason.

    ``regressor``: fitted on logarithms already (``most``: the largest of them), or to be fitted by :meth:`fit`. No y
    may be below 0. ``raised``: added to the logarithms that it answers (see :func:`smearing`).

    >>> from sklearn.dummy import DummyRegressor
    >>> made = LogTarget(DummyRegressor()).fit([[0], [0]], [0.0, 99.0])
    >>> round(float(made.predict([[0]])[0]), 6)  # the geometric mean of 1 and 100, less one
    9.0

    Source: Box & Cox, "An analysis of transformations", Journal of the Royal Statistical Society B 26, 1964 (λ = 0).
    """

    def __init__(self, regressor: Any, most: float = np.inf, raised: float = 0.0) -> None:
        self.regressor = regressor
        self.most = most
        self.raised = raised

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

    def logarithms(self, X: Any) -> Floats:
        """What the regressor says, [N], held within the ends and not raised."""
        return np.clip(np.asarray(self.regressor.predict(X), dtype=np.float64), 0.0, self.end)

    def answers(self, logarithms: Floats, raised: float | Floats) -> Floats:
        """Values [N] for logarithms [N], raised by so much."""
        values: Floats = np.expm1(np.clip(logarithms + raised, 0.0, self.end))
        return values

    def predict(self, X: Any) -> Floats:
        said = np.asarray(self.regressor.predict(X), dtype=np.float64)
        return self.answers(said, self.raised)


def smearing(logarithms: Floats, y: Floats, metric: str, weights: Floats | None = None) -> float:
    """What logarithms have to be raised by to stand for means: log of the mean of exp(residual).

    The mean of logarithms brought back is a geometric mean, which is too small for a metric such as RMSE.
    ``logarithms`` [N]: of log(1 + y), for rows that nothing was learned from; ``y`` [N]: their values; ``weights`` [N].
    0 for metrics of middle values (MAE), and for fewer than 50 rows; else between −0.1 and 0.4, so that a few rows far
    off do not carry the others away.

    >>> y = np.tile([0.0, 99.0], 50)
    >>> smearing(np.full(100, np.log1p(y).mean()), y, "rmse"), smearing(np.full(100, np.log1p(y).mean()), y, "mae")
    (0.4, 0.0)

    Source: Duan, "Smearing estimate: a nonparametric retransformation method", JASA 78, 1983.
    """
    if metric not in _OF_MEANS or len(y) < _TOLD_BY:
        return 0.0
    residuals = np.log1p(y) - logarithms
    return float(np.clip(np.log(np.average(np.exp(residuals), weights=weights)), *_RAISED))


def smeared(
    logarithms: Floats, y: Floats, metric: str, weights: Floats | None = None, seed: int = 0
) -> tuple[float, Floats]:
    """What all rows say that logarithms have to be raised by, and for each row [N] what the rows of other parts say.

    So a row may be judged by an answer that its own value had no part in. Parts are dealt at random.

    >>> y = np.tile([0.0, 99.0], 50)
    >>> all_say, others_say = smeared(np.full(100, np.log1p(y).mean()), y, "rmse")
    >>> all_say, others_say.shape
    (0.4, (100,))
    """
    parts = np.random.default_rng(seed).permutation(len(y)) % _PARTS
    each = np.zeros(len(y))
    for part in range(_PARTS):
        own, others = parts == part, parts != part
        told = None if weights is None else weights[others]
        each[own] = smearing(logarithms[others], y[others], metric, told)
    return smearing(logarithms, y, metric, weights), each


def long_tailed(target: NDArray[Any]) -> bool:
    """Whether values are none below 0 and have a long tail to the right.

    >>> long_tailed(np.exp(np.arange(10.0))), long_tailed(np.arange(10.0)), long_tailed(np.array([-1.0, 0.0, 50.0]))
    (True, False, False)
    """
    return bool(len(target) > 1 and np.min(target) >= 0 and skew(target) > _SKEWED)
