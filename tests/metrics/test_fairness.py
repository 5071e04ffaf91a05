"""Fairness: differences between groups, by hand-counted rates."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tenfold.metrics.fairness import FAIRNESS, FAIRNESS_METRICS

GROUPS = np.array(["a"] * 4 + ["b"] * 4)
TARGET = np.array([True, True, False, False] * 2)


def test_differences_by_hand() -> None:
    decisions = np.array([True, True, True, False, True, False, False, False])  # a: 3/4, b: 1/4 positive
    got = {name: FAIRNESS[name](TARGET, decisions, GROUPS) for name in FAIRNESS_METRICS}
    assert got == {
        "demographic_parity_difference": 0.5,
        "equal_opportunity_difference": 0.5,  # recall 1 and 1/2
        "equalized_odds_difference": 0.5,  # false positives 1/2 and 0
    }


def test_equal_treatment_is_zero() -> None:
    assert all(function(TARGET, TARGET, GROUPS) == 0 for function in FAIRNESS.values())


@pytest.mark.parametrize("name", FAIRNESS_METRICS)
def test_one_group_is_undefined(name: str) -> None:
    assert math.isnan(FAIRNESS[name](TARGET, TARGET, np.array(["a"] * 8)))


def test_a_group_without_positives_takes_no_part() -> None:
    target = np.array([True, True, False, False, False, False, False, False])
    assert math.isnan(FAIRNESS["equal_opportunity_difference"](target, target, GROUPS))
    assert math.isnan(FAIRNESS["equalized_odds_difference"](target, target, GROUPS))
