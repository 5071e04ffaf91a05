"""Scores of out-of-fold predictions against class codes, without comparing text again and again."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tenfold.learning.question import Question
from tenfold.metrics import METRICS, scoring


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

    >>> score(Question("regression"), np.array([1.0, 2.0]), np.array([[1.0], [2.0]]))
    0.0
    """
    name = metric or question.metric.name
    if question.task == "regression":
        answers = scoring.Answers(target, scores.reshape(-1), None, None, weights)
        return scoring.score(name, answers)
    positive = question.positive_code
    decided = scoring.decide(scores, positive, threshold) if METRICS[name].needs == "labels" else None
    return scoring.score(name, scoring.Answers(target, scores, positive, decided, weights))


def gain(question: Question, value: float, metric: str = "") -> float:
    """A score turned so that more is better; an undefined one is the worst of all.

    >>> gain(Question("regression"), 3.0), gain(Question("binary"), float("nan"))
    (-3.0, -inf)
    """
    sign = (METRICS[metric] if metric else question.metric).sign
    return -math.inf if math.isnan(value) else sign * value
