"""Metrics: scikit-learn's numbers, with the classes and the positive label said by name."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn import metrics as reference

from tenfold.metrics import METRICS, default_metric, metrics_for

BINARY = ("stay", "leave")  # not in alphabetical order, and the positive label comes last


def answers(seed: int, classes: tuple[str, ...], rows: int = 200) -> tuple[NDArray[Any], NDArray[Any]]:
    random = np.random.default_rng(seed)
    codes = np.concatenate([np.arange(len(classes)), random.integers(0, len(classes), rows - len(classes))])
    logits = random.normal(size=(rows, len(classes)))
    logits[np.arange(rows), codes] += 1
    scores = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return np.array(classes, dtype=object)[codes], scores


def test_binary_metrics_equal_scikit_learn() -> None:
    target, scores = answers(0, BINARY)
    truth, probability = target == "leave", scores[:, 1]
    decided = probability >= 0.3
    expected = {
        "accuracy": reference.accuracy_score(truth, decided),
        "balanced_accuracy": reference.balanced_accuracy_score(truth, decided),
        "precision": reference.precision_score(truth, decided),
        "recall": reference.recall_score(truth, decided),
        "f1": reference.f1_score(truth, decided),
        "roc_auc": reference.roc_auc_score(truth, probability),
        "average_precision": reference.average_precision_score(truth, probability),
        "log_loss": reference.log_loss(truth, probability),
        "brier": reference.brier_score_loss(truth, probability),
    }
    got = {name: METRICS[name].score(target, scores, BINARY, "leave", threshold=0.3) for name in expected}
    assert got == pytest.approx(expected)
    assert set(expected) == {metric.name for metric in metrics_for("binary")}


def test_multiclass_metrics_equal_scikit_learn() -> None:
    classes = ("a", "b", "c", "d")
    target, scores = answers(1, classes)
    decided = np.array(classes, dtype=object)[scores.argmax(axis=1)]
    options: dict[str, Any] = {"average": "macro", "zero_division": 0}
    expected = {
        "accuracy": reference.accuracy_score(target, decided),
        "balanced_accuracy": reference.balanced_accuracy_score(target, decided),
        "precision": reference.precision_score(target, decided, **options),
        "recall": reference.recall_score(target, decided, **options),
        "f1": reference.f1_score(target, decided, **options),
        "roc_auc": reference.roc_auc_score(target, scores, multi_class="ovr", labels=list(classes)),
        "log_loss": reference.log_loss(target, scores, labels=list(classes)),
        "brier": reference.brier_score_loss(target, scores, labels=list(classes)),
    }
    assert {name: METRICS[name].score(target, scores, classes) for name in expected} == pytest.approx(expected)


def test_regression_metrics_equal_scikit_learn() -> None:
    random = np.random.default_rng(2)
    target = random.normal(10, 1, 100)
    scores = target + random.normal(0, 0.3, 100)
    expected = {
        "rmse": reference.root_mean_squared_error(target, scores),
        "mae": reference.mean_absolute_error(target, scores),
        "r2": reference.r2_score(target, scores),
        "mape": reference.mean_absolute_percentage_error(target, scores),
    }
    assert {name: METRICS[name].score(target, scores[:, None]) for name in expected} == pytest.approx(expected)


@pytest.mark.parametrize("name", [metric.name for metric in metrics_for("binary")])
def test_the_order_of_classes_does_not_matter(name: str) -> None:
    target, scores = answers(3, BINARY)
    metric = METRICS[name]
    turned = metric.score(target, scores[:, ::-1], BINARY[::-1], "leave", threshold=0.4)
    assert turned == pytest.approx(metric.score(target, scores, BINARY, "leave", threshold=0.4))


@pytest.mark.parametrize("name", METRICS)
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**6), copies=st.integers(1, 3))
def test_a_weight_of_n_counts_as_n_rows(name: str, seed: int, copies: int) -> None:
    metric = METRICS[name]
    classes = () if "regression" in metric.tasks else ("a", "b", "c")
    target, scores = answers(seed, ("a", "b", "c"), 40)
    if not classes:
        target, scores = scores[:, 0] + 1, scores[:, 1]
    weights = np.where(np.arange(40) % 2 == 0, copies, 1)
    repeated = np.repeat(np.arange(40), weights)
    weighed = metric.score(target, scores, classes, weights=weights)
    assert weighed == pytest.approx(metric.score(target[repeated], scores[repeated], classes))


@pytest.mark.parametrize("name", METRICS)
def test_undefined_is_nan_and_never_a_warning(name: str) -> None:
    metric = METRICS[name]
    if "regression" in metric.tasks:
        assert np.isnan(metric.score(np.array([]), np.array([])))
        assert np.isnan(metric.score(np.array([1.0, 2.0]), np.array([1.0, np.nan])))
    else:
        assert np.isnan(metric.score(np.array([], dtype=object), np.empty((0, 2)), BINARY))
        one = metric.score(np.array(["stay"] * 3, dtype=object), np.full((3, 2), 0.5), BINARY)
        assert np.isnan(one) == (name in ("roc_auc", "average_precision"))


def test_a_class_without_rows_is_left_out_of_the_average() -> None:
    target, scores = answers(4, ("a", "b"))
    with_empty = np.column_stack([scores, np.zeros(len(scores))])
    metric = METRICS["roc_auc"]
    assert metric.score(target, with_empty, ("a", "b", "c")) == pytest.approx(metric.score(target, scores, ("a", "b")))


def test_what_does_not_fit_is_refused() -> None:
    target, scores = answers(5, BINARY)
    with pytest.raises(ValueError, match="do not fit"):
        METRICS["roc_auc"].score(target, scores[:, 1], BINARY)
    with pytest.raises(ValueError, match="'leave' is not among the classes"):
        METRICS["roc_auc"].score(target, scores, ("stay", "go"))


def test_every_task_has_a_default_that_fits_it() -> None:
    assert all(task in default_metric(task).tasks for task in ("binary", "multiclass", "regression"))  # type: ignore[arg-type]


def test_importing_names_brings_neither_numpy_nor_scikit_learn() -> None:
    code = "import sys, tenfold.metrics.fairness; sys.exit(any(m in sys.modules for m in ('numpy', 'sklearn')))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
