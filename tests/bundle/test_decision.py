"""When a probability becomes a label."""

from __future__ import annotations

import json
import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenfold.bundle import Decision
from tenfold.bundle.coverage import IntervalRule, SetRule

INTERVALS, SETS = IntervalRule(0.9, 40, (1.0, 2.0), (0.0,)), SetRule(0.9, 40, 0.25)


@given(st.floats(0, 1), st.floats(0, 1), st.booleans())
def test_binary_is_positive_from_the_threshold_up(p: float, threshold: float, first: bool) -> None:
    classes = ("Yes", "No") if first else ("No", "Yes")
    scores = np.array([[p, 1 - p]] if first else [[1 - p, p]])
    predicted = Decision("binary", classes, "Yes", threshold).predictions(scores)
    assert predicted == ["Yes" if p >= threshold else "No"]


def test_multiclass_takes_the_first_of_equals() -> None:
    decision = Decision("multiclass", ("a", "b", "c"))
    assert decision.predictions(np.array([[0.2, 0.4, 0.4], [0.1, 0.2, 0.7]])) == ["b", "c"]


def test_regression_keeps_its_values() -> None:
    decision = Decision("regression")
    assert decision.predictions(np.array([[1.5], [-2.0]])) == [1.5, -2.0]
    assert decision.probabilities(np.array([[1.5]])) is None


@pytest.mark.parametrize(
    "fields",
    [
        {"task": "ranking"},
        {"task": "binary", "classes": ("a",), "positive": "a", "threshold": 0.5},
        {"task": "binary", "classes": ("a", "b"), "positive": "c", "threshold": 0.5},
        {"task": "binary", "classes": ("a", "b"), "positive": "b", "threshold": None},
        {"task": "binary", "classes": ("a", "b"), "positive": "b", "threshold": math.nan},
        {"task": "binary", "classes": ("a", "b"), "positive": "b", "threshold": 1.5},
        {"task": "multiclass", "classes": ("a",)},
        {"task": "multiclass", "classes": ("a", "b", "a")},
        {"task": "multiclass", "classes": ("a", "b", 3)},
        {"task": "multiclass", "classes": ("a", "b", "c"), "threshold": 0.5},
        {"task": "regression", "classes": ("a", "b")},
        {"task": "regression", "threshold": 0.5},
        {"task": "regression", "coverage": SETS},
        {"task": "multiclass", "classes": ("a", "b", "c"), "coverage": INTERVALS},
    ],
)
def test_what_is_no_decision_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        Decision(**fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "decision",
    [
        Decision("binary", ("0", "1"), "1", 0.25, "f1"),
        Decision("multiclass", ("ä", "b", "c"), metric="log_loss"),
        Decision("regression", metric="rmse"),
        Decision("binary", ("0", "1"), "1", 0.25, "f1", SETS),
        Decision("regression", metric="rmse", coverage=INTERVALS),
    ],
)
def test_a_decision_survives_being_written(decision: Decision) -> None:
    assert Decision.from_dict(json.loads(json.dumps(decision.to_dict()))) == decision


def test_a_decision_of_before_there_was_coverage_promises_none() -> None:
    data = Decision("regression").to_dict()
    del data["coverage"]
    decision = Decision.from_dict(data)
    assert decision.intervals(np.array([[1.0]])) is decision.sets(np.array([[1.0]]), [1.0]) is None


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: IntervalRule(1.0, 40, (1.0,)),
        lambda: IntervalRule(0.9, 40, (1.0, 2.0)),
        lambda: IntervalRule(0.9, 40, (1.0, -2.0), (0.0,)),
        lambda: IntervalRule(0.9, 40, (1.0, math.inf), (0.0,)),
        lambda: IntervalRule(0.9, 40, (1.0, 1.0, 1.0), (2.0, 1.0)),
        lambda: SetRule(0.0, 40, 0.5),
        lambda: SetRule(0.9, 40, math.nan),
    ],
)
def test_what_is_no_rule_is_refused(wrong: Callable[[], object]) -> None:
    with pytest.raises(ValueError):
        wrong()


def test_intervals_are_as_wide_as_their_bin_and_sets_hold_the_decision() -> None:
    decision = Decision("regression", coverage=INTERVALS)
    scores = np.array([[-1.0], [0.0]])
    np.testing.assert_array_equal(decision.intervals(scores), [[-2.0, 0.0], [-2.0, 2.0]])
    decision = Decision("binary", ("No", "Yes"), "Yes", 0.1, coverage=SETS)
    scores = np.array([[0.95, 0.05], [0.85, 0.15], [0.7, 0.3]])
    assert decision.sets(scores, decision.predictions(scores)) == [["No"], ["No", "Yes"], ["No", "Yes"]]
