"""Temperature scaling: one number that makes probabilities less (or more) sure of themselves."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from sklearn.base import BaseEstimator

from tenfold.learning.composition import calibrated
from tenfold.learning.question import Question
from tenfold.learning.scoring import score

#: Out-of-fold rows from which one number is learned safely.
ENOUGH = {"binary": 3000, "multiclass": 500}
#: The log loss has to fall by at least this share of itself.
_WORTH = 1e-4


def temperature(
    question: Question, target: NDArray[Any], scores: NDArray[np.float64], weights: NDArray[np.float64] | None = None
) -> float | None:
    """The temperature that minimises the log loss of out-of-fold predictions, or None where it does not help.

    ``target``: [N] class codes; ``scores``: [N, classes] probabilities; ``weights``: [N] of the rows. None too for
    regression, and below 3,000 rows (binary) or 500 (multiclass).

    Source: Guo et al., "On Calibration of Modern Neural Networks", ICML 2017.

    >>> target = np.tile([0, 1, 1], 2000)
    >>> sure = np.where(target[:, None] == [0, 1], 0.999, 0.001)
    >>> sure[::6] = sure[::6, ::-1]  # every sixth row is told wrong, as surely as the others
    >>> round(temperature(Question("binary", ("a", "b")), target, sure), 1)
    4.3
    """
    if len(target) < ENOUGH.get(question.task, len(target) + 1):
        return None
    before = score(question, target, scores, "log_loss", weights=weights)
    found = minimize_scalar(
        lambda power: score(question, target, calibrated(scores, float(np.exp(power))), "log_loss", weights=weights),
        bounds=(-2.0, 2.0), method="bounded", options={"xatol": 1e-3},
    )  # fmt: skip
    if not found.fun < before * (1 - _WORTH):
        return None
    return round(float(np.exp(found.x)), 6)


class Tempered(BaseEstimator):  # type: ignore[misc]
    """A fitted classifier and its temperature, in one: what a bundle of kind ``python`` keeps, as a graph has its node.

    >>> from sklearn.dummy import DummyClassifier
    >>> sure = DummyClassifier(strategy="prior").fit([[0]] * 5, ["no", "yes", "yes", "yes", "yes"])
    >>> Tempered(sure, 2.0).predict_proba([[0]]).round(3).tolist()
    [[0.333, 0.667]]
    """

    def __init__(self, classifier: Any, temperature: float) -> None:
        self.classifier = classifier
        self.temperature = temperature

    def __sklearn_is_fitted__(self) -> bool:
        return True

    @property
    def classes_(self) -> NDArray[Any]:
        """The labels, in the order of the probabilities' columns."""
        labels: NDArray[Any] = self.classifier.classes_
        return labels

    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """Probabilities [N, classes] after temperature scaling."""
        return calibrated(np.asarray(self.classifier.predict_proba(X), dtype=np.float64), self.temperature)

    def predict(self, X: Any) -> NDArray[Any]:
        """The most probable label of each row [N]: a temperature changes no order."""
        labels: NDArray[Any] = self.classifier.predict(X)
        return labels
