"""Step 1: what is said of a question before any row is read."""

from __future__ import annotations

import pytest

from tenfold.steps.problem.chapter import chapter
from tenfold.steps.problem.config import Problem
from tenfold.steps.problem.result import Specification


@pytest.mark.parametrize(("asked", "says"), [
    ({"task": "regression"}, "such as `success: {rmse: {max: 10}}`."),
    ({"task": "binary"}, "such as `success: {roc_auc: {min: 0.8}}`."),
    ({"metric": "mae"}, "such as `success: {mae: {max: 10}}`."),
    ({"metric": "log_loss"}, "such as `success: {log_loss: {max: 0.5}}`."),
    ({}, "`success: {roc_auc: {min: 0.8}}` for classes or `success: {rmse: {max: 10}}` for a number."),
])  # fmt: skip
def test_the_gate_that_is_proposed_fits_the_task(asked: dict[str, str], says: str) -> None:
    found = {each.code: each for each in chapter(Specification(Problem(target="y", **asked))).findings}
    assert found["TF-PROBLEM-102"].action.endswith(says)
