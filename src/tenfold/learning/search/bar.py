"""What a first fold has to reach for a trial to go on."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tenfold.learning.ensemble import Scores, weighted
from tenfold.learning.folds import sample
from tenfold.learning.question import Question
from tenfold.learning.scoring import gain, score
from tenfold.learning.weights import Weights, of_rows

#: Behind by more than this share of the way from the dummy to the best, a trial hardly gets a weight in the ensemble.
_BEHIND = 0.02
#: Shares of a mixture with the best that a trial gets, and the share of the way by which that has to be better.
_SHARES, _HELP = (0.1, 0.2, 0.35), 0.003
#: Resamples, and rows of each, that tell how much of a score is luck.
_RESAMPLES, _ROWS = 40, 10_000
#: Why a trial ends after its first fold.
FAR_BEHIND = "far behind on its first fold"


@dataclass(frozen=True)
class Bar:
    """What a trial has to do on its first fold to go on: be not far behind the best, or be of help to it.

    ``target`` [N], ``best`` [N, outputs], ``weights`` [N]: of the fold; ``least``: see :func:`bar`; ``way``: from the
    dummy to the best.
    """

    question: Question
    target: NDArray[Any]
    best: Scores
    weights: Weights | None
    least: float
    way: float

    def lets_pass(self, reached: float, scores: Scores) -> bool:
        """Whether a trial goes on that reached so much by these scores."""
        if reached >= self.least:
            return True
        return helps(self.question, self.target, self.best, scores, self.way, self.weights)


def bar(gains: Iterable[float], dummy: float, noise: float) -> float:
    """The least gain on the first fold: not far behind the best, on the way from the dummy to it.

    ``gains``: of trials on that fold; ``noise``: how much of a difference means nothing (see :func:`luck`).

    >>> round(bar([0.8, 0.9], 0.5, 0.004), 3)
    0.888
    >>> bar([], 0.5, 0.1)
    -inf
    """
    best = max(gains, default=-math.inf)
    way = best - dummy
    return best - _BEHIND * way - noise if math.isfinite(way) else -math.inf


def helps(
    question: Question, target: NDArray[Any], best: Scores, scores: Scores, way: float, weights: Weights | None = None
) -> bool:
    """Whether a share of these scores makes the best ones better, however far they are behind: they err elsewhere.

    ``target`` [N]: codes or values of the same rows; ``way``: from the dummy to the best; ``weights`` [N]: of the rows.

    >>> target, best = np.array([0.0, 0.0, 4.0, 4.0]), np.array([[1.0], [1.0], [3.0], [3.0]])
    >>> other = np.array([[-2.0], [-2.0], [6.0], [6.0]])  # twice as far off, on the other side
    >>> helps(Question("regression"), target, best, other, way=1.0)
    True
    >>> helps(Question("regression"), target, best, best * 0 + 2, way=1.0)
    False
    """

    def reached(share: float) -> float:
        mixed = weighted([best, scores], [1 - share, share])
        return gain(question, score(question, target, mixed, weights=weights))

    alone = gain(question, score(question, target, best, weights=weights))
    return max(map(reached, _SHARES)) > alone + _HELP * way


def luck(
    question: Question, target: NDArray[Any], scores: Scores, weights: Weights | None = None, seed: int = 0,
    than: Scores | None = None,
) -> float:  # fmt: skip
    """The standard error of a score, by the bootstrap: large where rows are few, or a few of them decide.

    ``target`` [N]: codes or values; ``scores``: [N, outputs]; ``weights`` [N]: of the rows; ``than`` [N, outputs]: the
    error is that of how much better the scores are than these.

    >>> target = np.r_[np.zeros(999), 1000.0]  # one row is far off
    >>> round(luck(Question("regression"), target, np.zeros((1000, 1))), -1)
    20.0

    Source: Efron & Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 6.
    """
    rows = sample(np.arange(len(target)), _ROWS, seed)
    own = of_rows(weights, rows)
    drawn = np.random.default_rng(seed).multinomial(len(rows), np.full(len(rows), 1 / len(rows)), _RESAMPLES)

    def reached(some: Scores, counts: NDArray[np.int64]) -> float:
        drawn_weights: Weights = counts.astype(np.float64) if own is None else counts * own
        return score(question, target[rows], some[rows], weights=drawn_weights)

    found = [reached(scores, each) - (0.0 if than is None else reached(than, each)) for each in drawn]
    known = [value for value in found if math.isfinite(value)]
    return float(np.std(known)) * math.sqrt(len(rows) / len(target)) if len(known) > 1 else 0.0
