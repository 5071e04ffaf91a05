"""Metrics with their intervals, and the difference between two models on the same rows.

Comparisons are paired (Efron & Tibshirani 1993, chapter 8): both models are scored on each resample, so what makes
rows hard for both cancels out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tenfold.metrics.scoring import Answers
from tenfold.statistics import bootstrap, weighted_metrics
from tenfold.statistics.bootstrap import Floats, Statistic
from tenfold.statistics.values import RESAMPLES, Interval


def intervals(
    names: Sequence[str],
    answers: Answers,
    seed: int,
    resamples: int = RESAMPLES,
    clusters: NDArray[Any] | None = None,
) -> dict[str, Interval]:
    """Each metric of some answers with its 95 % interval; stratified by class unless ``clusters`` [N] are given.

    >>> answers = Answers.of(np.arange(50.0), np.arange(50.0) + 1, (), None, None, None)
    >>> intervals(["mae"], answers, seed=0)["mae"].low
    1.0
    """
    prepared = {name: weighted_metrics.prepare(name, answers) for name in names}
    count = bootstrap.affordable(len(answers.target), _cost(names, answers), resamples)
    return bootstrap.bootstrap(prepared, _strata(answers), seed, count, clusters)


@dataclass(frozen=True)
class Comparison:
    """One metric of two models on the same rows: the first's interval, the other's, and first minus other."""

    interval: Interval
    other: Interval
    difference: Interval


def compare(
    names: Sequence[str],
    answers: Sequence[Answers],
    others: Sequence[Answers],
    seed: int,
    resamples: int = RESAMPLES,
    clusters: NDArray[Any] | None = None,
) -> dict[str, Comparison]:
    """Each metric of two models' answers (same rows, same order), paired: both are scored on each resample.

    A model may have answered several times (repeated cross-validation): its metric is the mean over the times, each
    scored on the same resample. (The metric of mean answers would be that of a larger ensemble.)

    >>> truth = np.arange(50.0)
    >>> near, far = ([Answers.of(truth, truth + off, (), None, None, None)] for off in (1, 3))
    >>> compare(["mae"], near, far, seed=0)["mae"].difference.value
    -2.0
    """
    times = len(answers) + len(others)
    count = bootstrap.affordable(len(answers[0].target), times * _cost(names, answers[0]), resamples)
    one, other = (_replicates(names, each, seed, count, clusters) for each in (answers, others))
    return {name: _comparison(one[name], other[name]) for name in names}


def _replicates(
    names: Sequence[str], answers: Sequence[Answers], seed: int, count: int, clusters: NDArray[Any] | None
) -> dict[str, tuple[float, Floats]]:
    prepared = {name: _mean([weighted_metrics.prepare(name, each) for each in answers]) for name in names}
    return bootstrap.replicate(prepared, _strata(answers[0]), seed, count, clusters)


def _mean(statistics: Sequence[Statistic]) -> Statistic:
    return lambda weights: float(np.mean([statistic(weights) for statistic in statistics]))


def _comparison(one: tuple[float, Floats], other: tuple[float, Floats]) -> Comparison:
    difference = bootstrap.percentile_interval(one[0] - other[0], one[1] - other[1])
    return Comparison(bootstrap.percentile_interval(*one), bootstrap.percentile_interval(*other), difference)


def _strata(answers: Answers) -> NDArray[Any]:
    return np.zeros(len(answers.target)) if answers.decided is None else answers.target


def _cost(names: Sequence[str], answers: Answers) -> int:
    """Rank metrics of many classes take a pass per class."""
    if answers.decided is None or answers.positive is not None:
        return 1
    ranked = any(name in ("roc_auc", "average_precision") for name in names)
    return 1 + answers.scores.shape[1] // 2 if ranked else 1
