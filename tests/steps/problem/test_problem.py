"""Step 1: what is said of a question before any row is read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from tenfold import Workflow
from tenfold.core.errors import UserError
from tenfold.steps.problem.chapter import chapter
from tenfold.steps.problem.config import Problem, Trials
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


BOUNDS = {"max": 0.1}
FAIR = {"sensitive": ["side"], "equal_opportunity_difference": BOUNDS}


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A target of two classes (`won`), of three (`place`), and an amount (`prize`)."""
    lines = [f"{row % 2},{'abc'[row % 3]},{row * 1.5},{'lr'[row % 2]}" for row in range(60)]
    (tmp_path / "rows.csv").write_text("\n".join(["won,place,prize,side", *lines]))
    return tmp_path


@pytest.mark.parametrize("declared", [True, False])
@pytest.mark.parametrize(("target", "task", "asked", "wrong"), [
    ("won", "binary", {"metric": "rmse"}, ["problem.metric"]),
    ("won", "binary", {"metric": "roc_auc", "success": {"mae": BOUNDS, "bundle_mb": BOUNDS}}, ["problem.success.mae"]),
    ("prize", "regression", {"metric": "f1", "fairness": FAIR},
     ["problem.metric", "problem.fairness.equal_opportunity_difference"]),
    ("place", "multiclass", {"positive": "a", "costs": {"false_negative": 5}}, ["problem.positive", "problem.costs"]),
])  # fmt: skip
def test_what_does_not_fit_the_kind_of_problem_is_refused_before_training(
    table: Path, target: str, task: str, asked: dict[str, Any], wrong: list[str], *, declared: bool
) -> None:
    problem = {"target": target, **({"task": task} if declared else {})}
    plain = {
        "name": "race",
        "data": {"sources": {"rows": {"file": str(table / "rows.csv")}}},
        "splitting": {"small": 0},
    }
    Workflow({**plain, "problem": problem}, project=table).run(until="cleaning")
    for _ in range(2):  # computed and cached
        with pytest.raises(UserError) as caught:
            Workflow({**plain, "problem": {**problem, **asked}}, project=table).run(until="splitting")
        assert [each.where for each in caught.value.problems] == wrong
        assert all(task in each.got for each in caught.value.problems)


@pytest.mark.parametrize(
    ("written", "text"),
    [(1, "1"), (0, "0"), (1.0, "1"), (0.5, "0.5"), (True, "true"), (False, "false")],
)
def test_a_positive_label_need_not_be_quoted(written: object, text: str) -> None:
    assert Problem.model_validate({"target": "y", "positive": written}).positive == text


@pytest.mark.parametrize("wrong", [["60s"], {"trial": 3}])
def test_a_budget_of_trials_is_read_and_any_other_shape_refused(wrong: object) -> None:
    written = {"target": "y", "constraints": {"budget": {"trials": 3}}}
    assert Problem.model_validate(written).constraints.budget == Trials(trials=3)
    for key in ("budget", "memory"):
        with pytest.raises(ValidationError):
            Problem.model_validate({"target": "y", "constraints": {key: wrong}})
