"""How each metric is computed. Labels become codes once, so that no metric compares text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn import metrics as sklearn_metrics

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]

#: Probabilities are kept this far from 0 and 1 before a logarithm, as scikit-learn does.
_TINY = float(np.finfo(np.float64).eps)


def encode(labels: NDArray[Any], classes: Sequence[str]) -> Codes:
    """The position of each label in ``classes``; ``ValueError`` when one is not there.

    >>> encode(np.array(["b", "a"], dtype=object), ("a", "b"))
    array([1, 0])
    """
    codes = np.full(len(labels), -1, dtype=np.intp)
    values = np.asarray(labels, dtype=object)
    for position, label in enumerate(classes):
        codes[values == label] = position
    if (codes < 0).any():
        raise ValueError(f"label {values[codes < 0][0]!r} is not among the classes {list(classes)}")
    return codes


@dataclass(frozen=True)
class Answers:
    """Right answers beside a model's, in the form that metrics compute with.

    ``target``: [N] codes (classification) or values. ``scores``: [N, classes] or [N]. ``positive``: the code of the
    positive class of a binary task, else None. ``decided``: [N] codes, or None for regression.
    """

    target: NDArray[Any]
    scores: Floats
    positive: int | None
    decided: Codes | None
    weights: Floats | None

    @classmethod
    def of(
        cls,
        target: NDArray[Any],
        scores: NDArray[Any],
        classes: Sequence[str],
        positive: str | None,
        threshold: float | None,
        weights: NDArray[Any] | None,
    ) -> Self:
        weighed = None if weights is None else np.asarray(weights, dtype=np.float64)
        answers = np.asarray(scores, dtype=np.float64)
        if not classes:
            values = np.asarray(target, dtype=np.float64)
            if answers.size != values.size:
                raise ValueError(f"{answers.shape} scores do not fit {values.shape} values")
            return cls(values, answers.reshape(-1), None, None, weighed)
        if answers.shape != (len(target), len(classes)):
            raise ValueError(f"{answers.shape} scores do not fit {len(target)} rows and {len(classes)} classes")
        code = _positive(classes, positive)
        return cls(encode(target, classes), answers, code, decide(answers, code, threshold), weighed)


def _positive(classes: Sequence[str], positive: str | None) -> int | None:
    if len(classes) != 2:
        return None
    return 1 if positive is None else list(classes).index(positive)


def decide(scores: Floats, positive: int | None, threshold: float | None = None) -> Codes:
    """The class that scores decide for: the most probable one, or for a binary task the positive one from
    ``threshold`` (0.5) up.

    >>> decide(np.array([[0.7, 0.3], [0.5, 0.5]]), positive=1, threshold=0.3)
    array([1, 1])
    """
    if positive is None:
        return np.asarray(scores.argmax(axis=1), dtype=np.intp)
    limit = 0.5 if threshold is None else threshold
    return np.where(scores[:, positive] >= limit, positive, 1 - positive).astype(np.intp)


def score(name: str, answers: Answers) -> float:
    """The metric ``name`` of some answers; NaN where it is undefined or where a score is not finite."""
    if len(answers.target) == 0 or not np.isfinite(answers.scores).all():
        return float("nan")
    if answers.weights is not None and not answers.weights.sum() > 0:
        return float("nan")
    return float(_COMPUTE[name](answers))


def _accuracy(answers: Answers) -> float:
    return float(np.average(answers.target == answers.decided, weights=answers.weights))


def _balanced_accuracy(answers: Answers) -> float:
    """Mean recall over the classes that occur. (scikit-learn's warns when a decided class does not occur.)"""
    right = (answers.target == answers.decided).astype(np.float64)
    weights = np.ones(len(right)) if answers.weights is None else answers.weights
    totals = np.bincount(answers.target, weights)
    found = np.bincount(answers.target, weights * right)
    return float(np.mean(found[totals > 0] / totals[totals > 0]))


def _of_decisions(compute: Callable[..., float]) -> Callable[[Answers], float]:
    """A metric of the positive class (binary), or its macro average over classes that occur or were decided for."""

    def computed(answers: Answers) -> float:
        options: dict[str, Any] = {"sample_weight": answers.weights, "zero_division": 0}
        if answers.positive is None:
            return compute(answers.target, answers.decided, average="macro", **options)
        decided = answers.decided == answers.positive
        return compute(answers.target == answers.positive, decided, **options)

    return computed


def _of_ranks(compute: Callable[..., float]) -> Callable[[Answers], float]:
    """A metric of how the positive class is ranked, or the mean over classes, each against the rest."""

    def computed(answers: Answers) -> float:
        codes = range(answers.scores.shape[1]) if answers.positive is None else (answers.positive,)
        each = [
            compute(answers.target == code, answers.scores[:, code], sample_weight=answers.weights)
            for code in codes
            if _both(answers, code)
        ]
        return float(np.mean(each)) if each else float("nan")

    return computed


def _both(answers: Answers, code: int) -> bool:
    rows = answers.target == code
    if answers.weights is not None:
        rows = rows[answers.weights > 0]
    return bool(rows.any() and not rows.all())


def _log_loss(answers: Answers) -> float:
    rows = np.arange(len(answers.target))
    totals = answers.scores.sum(axis=1)
    chosen = answers.scores[rows, answers.target] / np.where(totals > 0, totals, 1.0)
    return float(np.average(-np.log(np.clip(chosen, _TINY, 1 - _TINY)), weights=answers.weights))


def _brier(answers: Answers) -> float:
    if answers.positive is not None:
        errors = (answers.scores[:, answers.positive] - (answers.target == answers.positive)) ** 2
        return float(np.average(errors, weights=answers.weights))
    actual = np.eye(answers.scores.shape[1])[answers.target]
    return float(np.average(((answers.scores - actual) ** 2).sum(axis=1), weights=answers.weights))


def _rmse(answers: Answers) -> float:
    return float(np.sqrt(np.average((answers.target - answers.scores) ** 2, weights=answers.weights)))


def _r2(answers: Answers) -> float:
    mean = np.average(answers.target, weights=answers.weights)
    spread = np.average((answers.target - mean) ** 2, weights=answers.weights)
    return float("nan") if spread == 0 else float(1 - _rmse(answers) ** 2 / spread)


def _of_values(compute: Callable[..., float]) -> Callable[[Answers], float]:
    return lambda answers: compute(answers.target, answers.scores, sample_weight=answers.weights)


_COMPUTE: Mapping[str, Callable[[Answers], float]] = {
    "accuracy": _accuracy,
    "balanced_accuracy": _balanced_accuracy,
    "precision": _of_decisions(sklearn_metrics.precision_score),
    "recall": _of_decisions(sklearn_metrics.recall_score),
    "f1": _of_decisions(sklearn_metrics.f1_score),
    "roc_auc": _of_ranks(sklearn_metrics.roc_auc_score),
    "average_precision": _of_ranks(sklearn_metrics.average_precision_score),
    "log_loss": _log_loss,
    "brier": _brier,
    "rmse": _rmse,
    "mae": _of_values(sklearn_metrics.mean_absolute_error),
    "r2": _r2,
    "mape": _of_values(sklearn_metrics.mean_absolute_percentage_error),
}
