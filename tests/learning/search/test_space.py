"""Axes of a search space."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from tenfold.learning.search.space import Axis


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        ({}, "an axis needs two ends or choices"),
        ({"low": 1}, "an axis needs two ends or choices"),
        ({"low": 3, "high": 3}, "3 is not below 3"),
        ({"low": 0, "high": 1, "log": True}, "orders of magnitude begin above 0"),
        ({"low": 0, "high": 1, "choices": [1]}, "either ends or choices"),
        ({"choices": [1, 2], "log": True}, "either ends or choices"),
        ({"low": 0, "high": float("inf")}, "finite"),
        ({"min": 0, "max": 1}, "not permitted"),
    ],
)
def test_an_axis_has_two_ends_or_choices(stated: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Axis(**stated)


@pytest.mark.parametrize(
    ("axis", "usual", "held"),
    [
        (Axis(low=8, high=64), 31, 31),
        (Axis(low=8, high=64), 4, 8),
        (Axis(low=8, high=64), 0.3, 8),
        (Axis(low=8, high=64), None, 36),
        (Axis(low=8, high=64), "sqrt", 36),
        (Axis(low=8, high=64), True, 36),
        (Axis(low=0.01, high=1, log=True), None, pytest.approx(0.1)),
        (Axis(low=0.0, high=1), 2, 1.0),
        (Axis(choices=["a", "b"]), "b", "b"),
        (Axis(choices=["a", "b"]), None, "a"),
        (Axis(choices=[None, 3]), 4, None),
    ],
)
def test_a_usual_value_is_moved_onto_the_axis(axis: Axis, usual: Any, held: Any) -> None:
    found = axis.held(usual)
    assert found == held
    assert axis.choices or isinstance(found, float) == isinstance(axis.low, float)
