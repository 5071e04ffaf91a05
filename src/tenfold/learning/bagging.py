"""Bagging by cross-validation: the models of the folds, averaged, are the model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, clone
from sklearn.model_selection import KFold
from sklearn.pipeline import Pipeline
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import has_fit_parameter

from tenfold.learning.candidates.candidate import weighing
from tenfold.learning.monotone import adjust
from tenfold.learning.recipe import keep_together
from tenfold.learning.targets import LogTarget
from tenfold.learning.weights import Weights, of_rows
from tenfold.metrics.scoring import encode

#: Where boosters tell how many rounds they have, and which parameter asks for as many.
_ROUNDS = (("best_iteration_", "n_estimators"), ("n_iter_", "n_estimators"), ("tree_count_", "iterations"),
           ("best_epoch_", "epochs"))  # fmt: skip


def _classifies(bag: Bagged) -> bool:
    return bag.labels is not None


class Bagged(BaseEstimator):  # type: ignore[misc]
    """The mean answer of fitted pipelines, each of which learned from other rows.

    Every row was predicted out-of-fold by one of them, or by one that was left out to answer in time, so those scores
    speak for the whole (and rather too low: the mean is better than its parts); no row is learned from again.

    Args:
        pipelines: fitted on columns of the same frame; classifiers know classes by their codes, 0 … K−1.
        labels: what the codes stand for; None for regression.

    >>> from sklearn.dummy import DummyRegressor
    >>> parts = [DummyRegressor(strategy="constant", constant=value).fit([[0]], [0]) for value in (1.0, 2.0)]
    >>> float(Bagged(parts).predict([[0]])[0])
    1.5

    Source: Parmanto, Munro & Doyle, "Reducing variance of committee prediction with resampling techniques",
    Connection Science 8, 1996; used so in Erickson et al., "AutoGluon-Tabular", 2020.
    """

    def __init__(self, pipelines: Sequence[Any], labels: Sequence[str] | None = None) -> None:
        self.pipelines = pipelines
        self.labels = labels

    def __sklearn_is_fitted__(self) -> bool:
        return True

    @property
    def classes_(self) -> NDArray[Any]:
        """The labels, in the order of the probabilities' columns."""
        if self.labels is None:
            raise AttributeError("a regressor knows no classes")
        return np.array(self.labels, dtype=object)

    def predict(self, X: Any) -> NDArray[Any]:
        """Values [N], or labels [N]."""
        if self.labels is None:
            answers = [np.asarray(each.predict(X), dtype=np.float64).ravel() for each in self.pipelines]
            values: NDArray[np.float64] = np.mean(answers, axis=0)
            return values
        chosen: NDArray[Any] = self.classes_[np.argmax(self.predict_proba(X), axis=1)]
        return chosen

    @available_if(_classifies)  # type: ignore[untyped-decorator]
    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """Probabilities [N, K]. A class that a fold did not meet has none there."""
        total = np.zeros((len(X), len(self.labels or ())))
        for each in self.pipelines:
            total[:, codes_of(each)] += np.asarray(each.predict_proba(X), dtype=np.float64)
        return total / len(self.pipelines)

    def again(
        self, X: Any, y: Any, seed: int = 0, weights: Weights | None = None, units: NDArray[Any] | None = None
    ) -> Bagged:
        """As many pipelines fitted anew, each without another part of the rows; boosting grows no further than it did.

        ``X``: a frame [N, columns]; ``y``: labels or values [N]; ``weights`` [N]: of the rows; ``units`` [N]: the same
        for rows that belong together.
        """
        target = np.asarray(y) if self.labels is None else encode(np.asarray(y), self.labels)
        parts = [np.arange(len(target))]
        if len(self.pipelines) > 1:
            parts = [rows for rows, _ in KFold(len(self.pipelines), shuffle=True, random_state=seed).split(target)]
        fitted = [
            again(each, X.iloc[rows], target[rows], of_rows(weights, rows), of_rows(units, rows))
            for each, rows in zip(self.pipelines, parts, strict=True)
        ]
        return Bagged(fitted, self.labels)


def codes_of(pipeline: Any) -> NDArray[np.intp]:
    """The codes of the classes that a pipeline met, in the order of its probabilities' columns."""
    codes: NDArray[np.intp] = np.asarray(pipeline.classes_, dtype=np.intp)
    return codes


def again(
    fitted: Pipeline, X: Any, y: Any, weights: Weights | None = None, units: NDArray[Any] | None = None
) -> Pipeline:
    """A pipeline fitted anew on other rows; boosting grows no further than it did, and keeps to its constraints.

    ``X``: a frame [N, columns]; ``y``: labels, codes or values [N]; ``weights`` [N]: of the rows, if its fit takes any;
    ``units`` [N]: the same for rows that belong together.
    """
    unfitted = as_grown(fitted, clone(fitted))
    keep_together(unfitted, units)
    numbers = unfitted[:-1].fit_transform(X, y)
    last = unfitted[-1]
    inner = last.regressor if isinstance(last, LogTarget) else last
    adjust(inner, numbers.shape[1])
    last.fit(numbers, y, **weighing(weights if has_fit_parameter(inner, "sample_weight") else None))
    return unfitted


def as_grown(fitted: Pipeline, unfitted: Pipeline) -> Pipeline:
    """Boosting that was stopped, by time or by rows it did not learn from, grows no further than it did."""
    one, other = (each[-1].regressor if isinstance(each[-1], LogTarget) else each[-1] for each in (fitted, unfitted))
    for grown, asked in _ROUNDS:
        rounds = getattr(one, grown, None)
        if asked in one.get_params() and rounds:  # of what is not boosted it may be an array
            other.set_params(**{asked: int(rounds)})
            break
    return unfitted
