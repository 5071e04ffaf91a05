"""Scores of out-of-fold predictions against class codes, without comparing text again and again."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tenfold.learning.question import Question
from tenfold.learning.threshold import best_score, by_metric
from tenfold.metrics import METRICS, scoring

#: Metrics of decisions by which models are compared at the threshold that suits each best, as the model will be
#: released with its own. Not precision and recall: each is perfect at some end, whatever the model.
AT_BEST = ("accuracy", "balanced_accuracy", "f1")


def score(
    question: Question,
    target: NDArray[Any],
    scores: NDArray[np.float64],
    metric: str = "",
    threshold: float | None = None,
    weights: NDArray[np.float64] | None = None,
) -> float:
    """The question's metric (or another, by name); ``target``: [N] class codes or values, ``scores``: [N, outputs],
    ``weights``: [N] of the rows, ≥ 0, or None where all count alike.

    Two classes are decided between at ``threshold``. Where that is None it is one half; but where the question's own
    metric is one of :data:`AT_BEST`, the best threshold for these rows.

    >>> score(Question("regression"), np.array([1.0, 2.0]), np.array([[1.0], [2.0]]))
    0.0
    >>> scores = np.array([[0.9, 0.1], [0.8, 0.2]])  # the second row is the likelier one, though not likely
    >>> score(Question("binary", ("a", "b"), metric_name="f1"), np.array([0, 1]), scores)
    1.0
    """
    name = metric or question.metric.name
    if question.task == "regression":
        answers = scoring.Answers(target, scores.reshape(-1), None, None, weights)
        return scoring.score(name, answers)
    positive = question.positive_code
    if threshold is None and positive is not None and name == question.metric.name and name in AT_BEST:
        known = _known(scores, weights)
        return best_score(target == positive, scores[:, positive], name, weights) if known else math.nan
    decided = scoring.decide(scores, positive, threshold) if METRICS[name].needs == "labels" else None
    return scoring.score(name, scoring.Answers(target, scores, positive, decided, weights))


def own_threshold(
    question: Question, target: NDArray[Any], scores: NDArray[np.float64], weights: NDArray[np.float64] | None = None
) -> float | None:
    """The threshold at which :func:`score` judges these scores by the question's metric; None for one half, or no
    choice between two.

    >>> own_threshold(Question("binary", ("a", "b"), metric_name="f1"), np.array([0, 1]), np.array([[0.9, 0.1]] * 2))
    0.05
    """
    positive = question.positive_code
    if positive is None or question.metric.name not in AT_BEST or not _known(scores, weights):
        return None
    return by_metric(target == positive, scores[:, positive], question.metric.name, weights)


def _known(scores: NDArray[np.float64], weights: NDArray[np.float64] | None) -> bool:
    """Whether there are rows that count, and every one has a score."""
    counts = len(scores) > 0 if weights is None else bool(weights.sum() > 0)
    return counts and bool(np.isfinite(scores).all())


def gain(question: Question, value: float, metric: str = "") -> float:
    """A score turned so that more is better; an undefined one is the worst of all.

    >>> gain(Question("regression"), 3.0), gain(Question("binary"), float("nan"))
    (-3.0, -inf)
    """
    sign = (METRICS[metric] if metric else question.metric).sign
    return -math.inf if math.isnan(value) else sign * value
