"""Networks as scikit-learn estimators. PyTorch is imported by ``fit`` alone: what is fitted are arrays."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin

from tenfold.learning.candidates.candidate import Watch
from tenfold.learning.networks.encoding import Encoding, Floats
from tenfold.learning.networks.layers import Layer, through

#: Rows that are answered at once.
_BLOCK = 8192


class _RealMLP(BaseEstimator):  # type: ignore[misc]
    """What both kinds share.

    Args:
        epochs: how often training goes through the rows; fewer where time is short (``Watch.seconds``).
        batch_size: rows of a step.
        learning_rate: the highest of its schedule.
        layers, width: how many hidden layers, and units of each.
        bins: quantiles that a number's inputs are made of, at most.
        dropout: share of a layer's units that a step leaves out.
        weight_decay: how much of a weight a step takes away, times the learning rate.
        random_state: seed; the same one gives the same network on one thread.
        n_jobs: threads.

    Attributes:
        encoding_, layers_: all that answers. ``best_epoch_``: the epoch that they are of.
    """

    def __init__(
        self, epochs: int = 32, batch_size: int = 256, learning_rate: float = 0.04, layers: int = 2, width: int = 128,
        bins: int = 24, dropout: float = 0.15, weight_decay: float = 0.02, random_state: int = 0, n_jobs: int = 1,
    ) -> None:  # fmt: skip
        self.epochs = epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.layers = layers
        self.width = width
        self.bins = bins
        self.dropout = dropout
        self.weight_decay = weight_decay
        self.random_state = random_state
        self.n_jobs = n_jobs

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "layers_")

    def _train(self, X: Any, y: NDArray[Any], outputs: int, weights: Any, watch: tuple[Any, ...], limit: Any) -> None:
        from tenfold.learning.networks.training import Plan, Rows, train

        matrix = np.asarray(X, dtype=np.float64)
        self.encoding_ = Encoding.fit(matrix, self.bins)
        plan = Plan(
            (self.width,) * self.layers, self.epochs, self.batch_size, self.learning_rate, self.dropout,
            self.weight_decay, self.random_state, self.n_jobs, limit,
        )  # fmt: skip
        judged = Rows(np.asarray(watch[0], dtype=np.float64), *watch[1:]) if watch and len(watch[1]) else None
        layers, self.best_epoch_ = train(self.encoding_, Rows(matrix, y, weights), judged, outputs, plan)
        self.layers_: tuple[Layer, ...] = tuple(layers)

    def _answers(self, X: Any) -> Floats:
        blocks = [
            through(self.layers_, self.encoding_.transform(np.asarray(X[start : start + _BLOCK], dtype=np.float64)))
            for start in range(0, max(1, len(X)), _BLOCK)
        ]
        return np.concatenate(blocks)


class RealMLPClassifier(ClassifierMixin, _RealMLP):  # type: ignore[misc]
    """Classes by a multilayer perceptron, a softmax at its end. Missing values (NaN) are taken as they are."""

    def fit(self, X: Any, y: Any, sample_weight: Any = None, watch: Watch | None = None) -> Self:
        """``X`` [N, columns], ``y`` labels [N]; ``watch``: rows by which the best epoch is found, and seconds."""
        self.classes_, codes = np.unique(np.asarray(y), return_inverse=True)
        judged: tuple[Any, ...] = ()
        if watch is not None and watch.X is not None:
            known = np.isin(watch.y, self.classes_)
            weights = None if watch.weights is None else watch.weights[known]
            judged = watch.X[known], np.searchsorted(self.classes_, watch.y[known]), weights
        limit = None if watch is None else watch.seconds
        self._train(X, codes.astype(np.int64), len(self.classes_), sample_weight, judged, limit)
        return self

    def predict_proba(self, X: Any) -> Floats:
        """Probabilities [N, classes]."""
        found: Floats = softmax(self._answers(X), axis=1)
        return found

    def predict(self, X: Any) -> NDArray[Any]:
        """The most probable label of each row [N]."""
        found: NDArray[Any] = self.classes_[np.argmax(self.predict_proba(X), axis=1)]
        return found


class RealMLPRegressor(RegressorMixin, _RealMLP):  # type: ignore[misc]
    """Values by a multilayer perceptron, held within the range that it learned from.

    Attributes: ``centre_``, ``spread_``: mean and standard deviation of these values; ``low_``, ``high_``: their ends.
    """

    def fit(self, X: Any, y: Any, sample_weight: Any = None, watch: Watch | None = None) -> Self:
        """``X`` [N, columns], ``y`` values [N]; ``watch``: rows by which the best epoch is found, and seconds."""
        values = np.asarray(y, dtype=np.float64)
        self.centre_, self.spread_ = float(values.mean()), float(values.std()) or 1.0
        self.low_, self.high_ = float(values.min()), float(values.max())
        judged: tuple[Any, ...] = ()
        if watch is not None and watch.X is not None:
            judged = watch.X, self._scaled(np.asarray(watch.y, dtype=np.float64)), watch.weights
        limit = None if watch is None else watch.seconds
        self._train(X, self._scaled(values), 1, sample_weight, judged, limit)
        return self

    def _scaled(self, values: Floats) -> Floats:
        return (values - self.centre_) / self.spread_

    def predict(self, X: Any) -> Floats:
        """Values [N]."""
        found: Floats = np.clip(self._answers(X)[:, 0] * self.spread_ + self.centre_, self.low_, self.high_)
        return found
