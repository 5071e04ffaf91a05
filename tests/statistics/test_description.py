"""Description: distributions, outliers, calibration, gains, confusion, permutation importance."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import confusion_matrix as reference_confusion

from tenfold.core.clock import Deadline
from tenfold.statistics.calibration import calibration_curve, expected_calibration_error
from tenfold.statistics.confusion import confusion_matrix
from tenfold.statistics.distribution import histogram, summarise
from tenfold.statistics.lift import cumulative_gains
from tenfold.statistics.outliers import far_out
from tenfold.statistics.permutation_importance import permutation_importance
from tenfold.statistics.single_feature_score import regression_score

RANDOM = np.random.default_rng(0)


def test_a_summary_survives_huge_and_missing_values() -> None:
    summary = summarise(np.array([1e200, -1e200, np.inf, np.nan, 0.0]))
    assert summary.maximum == 1e200
    assert summary.deviation == pytest.approx(8.165e199, rel=1e-3)
    assert np.isnan(summarise(np.array([np.nan])).median)


def test_every_known_value_is_counted_once() -> None:
    values = np.concatenate([RANDOM.normal(size=500), [1e9, np.nan]])
    edges, counts = histogram(values)
    assert counts.sum() == 501
    assert edges[-1] < 10  # the stray value went into the last bin
    assert histogram(np.full(7, 3.0))[1].sum() == 7


@pytest.mark.parametrize(
    "values",
    [
        np.array([0.3, 0.1 + 0.2]), 1.7e18 + np.arange(3000.0), (2**60 + np.arange(4000)).astype(float),
        np.full(9, 1e300), np.full(9, np.finfo(float).max), np.array([0.0, 5e-324]),
    ],
)  # fmt: skip
def test_values_too_close_to_be_parted_get_fewer_bins(values: Any) -> None:
    edges, counts = histogram(np.repeat(values, 10))
    assert counts.sum() == 10 * len(values)
    assert len(counts) == len(edges) - 1 < 24
    assert (np.diff(edges) > 0).all()


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("large", [1e200, 1e300, 1.7e308])
def test_very_large_numbers_are_described_without_a_warning(large: float) -> None:
    codes, folds = np.arange(60) % 3, np.arange(60) % 5
    values = np.array([-large, 1.0, large])[codes]
    assert histogram(values)[1].sum() == 60
    assert summarise(values).median == 1.0
    assert far_out(values).count == 0
    assert regression_score(codes, values, folds, values) == pytest.approx(1.0)


def test_normal_data_has_no_outliers_and_a_spike_is_no_reason_to_flag_the_rest() -> None:
    assert far_out(RANDOM.normal(size=1000)).count == 0
    assert far_out(np.concatenate([RANDOM.normal(size=1000), [50.0]])).above == 1
    zeros = np.concatenate([np.zeros(900), RANDOM.integers(1, 5, 100)]).astype(float)
    assert far_out(zeros).count == 0
    assert far_out(np.full(10, 2.0)).count == 0


def test_true_probabilities_are_calibrated_and_squashed_ones_are_not() -> None:
    probabilities = RANDOM.random(20_000)
    outcomes = RANDOM.random(20_000) < probabilities
    assert expected_calibration_error(calibration_curve(outcomes, probabilities)) < 0.02
    assert expected_calibration_error(calibration_curve(outcomes, probabilities * 0.2 + 0.4)) > 0.15


def test_gains_of_ties_are_those_of_chance() -> None:
    positive = np.arange(100) < 30
    assert [gain.lift for gain in cumulative_gains(positive, np.full(100, 0.5))] == pytest.approx([1.0] * 10)
    assert cumulative_gains(np.zeros(3, bool), np.zeros(3)) == ()


def test_confusion_equals_scikit_learn() -> None:
    target, decided = RANDOM.integers(0, 4, 300), RANDOM.integers(0, 4, 300)
    np.testing.assert_array_equal(confusion_matrix(target, decided, 5)[:4, :4], reference_confusion(target, decided))


def test_importance_is_the_models_not_the_places() -> None:
    frame = pd.DataFrame({name: RANDOM.normal(size=200) for name in ("a", "b", "c")})
    target = 3 * frame["a"] + frame["b"]

    def score(features: pd.DataFrame) -> float:
        return -float(((3 * features["a"] + features["b"] - target) ** 2).mean())

    found = permutation_importance(score, frame, seed=1)
    assert [each.column for each in found] == ["a", "b", "c"]
    assert found[2].loss == 0
    assert permutation_importance(score, frame[["c", "b", "a"]], seed=1) == found


def test_importance_stops_at_the_deadline_with_what_it_has() -> None:
    ticks = iter(range(100))
    limit = Deadline(3.0, clock=lambda: float(next(ticks)))
    frame = pd.DataFrame({name: [1.0, 2.0] for name in "abcdef"})
    assert len(permutation_importance(lambda _: 0.0, frame, seed=0, deadline=limit)) == 3
