"""Bootstrap: fast weighted metrics are the metrics, and intervals cover what they claim."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenfold.metrics import METRICS
from tenfold.metrics.scoring import Answers, score
from tenfold.statistics.bootstrap import bootstrap, resample
from tenfold.statistics.metric_intervals import compare, intervals
from tenfold.statistics.weighted_metrics import prepare

CLASSES = {"binary": ("no", "yes"), "multiclass": ("a", "b", "c"), "regression": ()}
CASES = [(name, task) for name, metric in METRICS.items() for task in CLASSES if task in metric.tasks]


def made(task: str, seed: int, rows: int = 60) -> tuple[np.ndarray, np.ndarray, tuple[str, ...]]:
    random = np.random.default_rng(seed)
    classes = CLASSES[task]
    if not classes:
        target = random.normal(5, 1, rows).round(1)
        return target, target + random.normal(size=rows).round(1), classes
    codes = np.concatenate([np.arange(len(classes)), random.integers(0, len(classes), rows - len(classes))])
    scores = random.integers(1, 6, (rows, len(classes))).astype(float)  # few values, so that ties occur
    scores[np.arange(rows), codes] += 1
    return np.array(classes, dtype=object)[codes], scores / scores.sum(axis=1, keepdims=True), classes


@pytest.mark.parametrize(("name", "task"), CASES)
@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_the_fast_form_is_the_metric(name: str, task: str, seed: int) -> None:
    target, scores, classes = made(task, seed)
    weights = np.random.default_rng(seed).integers(0, 4, len(target)).astype(float)
    weights[: max(2, len(classes))] = 1
    fast = prepare(name, Answers.of(target, scores, classes, None, 0.4, None))(weights)
    assert fast == pytest.approx(METRICS[name].score(target, scores, classes, None, 0.4, weights))


def test_resamples_keep_the_size_of_every_stratum() -> None:
    strata = np.array([0] * 5 + [1] * 95)
    assert all(weights[:5].sum() == 5 and weights.sum() == 100 for weights in resample(strata, 20, seed=0))


def test_rows_of_a_cluster_are_drawn_together() -> None:
    clusters = np.repeat(np.arange(10), 3)
    for weights in resample(np.zeros(30), 20, seed=0, clusters=clusters):
        assert (weights.reshape(10, 3) == weights.reshape(10, 3)[:, :1]).all()


def test_intervals_cover_the_truth_about_as_often_as_they_say() -> None:
    random = np.random.default_rng(0)
    covered = 0
    for seed in range(100):
        values = random.normal(0, 1, 80)
        mean = {"mean": lambda weights, values=values: float(np.average(values, weights=weights))}
        found = bootstrap(mean, np.zeros(80), seed, resamples=300)["mean"]
        covered += not found.excludes(0.0)
    assert 88 <= covered <= 99


def test_clusters_widen_the_interval() -> None:
    target = np.repeat(np.random.default_rng(1).normal(size=20), 20)
    answers = Answers.of(target, np.zeros(400), (), None, None, None)
    rows = intervals(["mae"], answers, seed=0)["mae"]
    clusters = intervals(["mae"], answers, seed=0, clusters=np.repeat(np.arange(20), 20))["mae"]
    assert clusters.high - clusters.low > 2 * (rows.high - rows.low)


def test_a_paired_difference_is_narrower_than_the_two_intervals() -> None:
    target, scores, classes = made("binary", 3, 400)
    other = 0.9 * scores + 0.1 * 0.5
    both = [Answers.of(target, each, classes, None, None, None) for each in (scores, other)]
    alone = intervals(["log_loss"], both[0], seed=0)["log_loss"]
    difference = compare(["log_loss"], [both[0]], [both[1]], seed=0)["log_loss"].difference
    assert difference.high - difference.low < 0.5 * (alone.high - alone.low)


def test_repeats_are_scored_one_by_one_not_as_the_ensemble_of_their_means() -> None:
    target, scores, classes = made("binary", 3, 400)
    random = np.random.default_rng(0)
    shifted = [np.clip(scores + random.normal(0, 0.2, len(scores))[:, None] * [[1, -1]], 0.01, 0.99) for _ in range(3)]
    times = [Answers.of(target, each, classes, None, None, None) for each in shifted]
    ensemble = Answers.of(target, np.mean(shifted, axis=0), classes, None, None, None)
    found = compare(["roc_auc", "log_loss"], times, [ensemble], seed=0)
    for name, each in found.items():
        assert each.interval.value == pytest.approx(np.mean([score(name, answers) for answers in times]))
        assert each.interval.low < each.interval.value < each.interval.high
    assert found["roc_auc"].difference.high < 0, "the ensemble would flatter"


def test_the_same_seed_gives_the_same_interval() -> None:
    target, scores, classes = made("multiclass", 4)
    answers = Answers.of(target, scores, classes, None, None, None)
    assert intervals(["roc_auc", "f1"], answers, seed=7) == intervals(["roc_auc", "f1"], answers, seed=7)


def test_without_rows_the_interval_is_unknown() -> None:
    answers = Answers.of(np.array([]), np.array([]), (), None, None, None)
    found = intervals(["rmse"], answers, seed=0)["rmse"]
    assert np.isnan(found.value)
    assert np.isnan(found.low)
    assert not found.excludes(0)
