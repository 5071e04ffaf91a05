"""Workflows in Python: until a step, by mapping, by table; what a run shows of itself."""

from __future__ import annotations

import runpy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tenfold import Workflow
from tenfold.api.workflow import DEFAULT_SECONDS
from tenfold.core.errors import UserError
from tenfold.steps.data import step as data_step

pytestmark = pytest.mark.slow  # whole runs: `make check` leaves them out

SAMPLE = runpy.run_path(str(Path(__file__).parents[1] / "laws" / "sample.py"))


@pytest.fixture
def flow(tmp_path: Path) -> Workflow:
    file = SAMPLE["write_project"](tmp_path, SAMPLE["make_rows"](200), {})
    return Workflow(file, project=tmp_path)


def test_run_until_a_step_shows_findings_and_results(flow: Workflow) -> None:
    run = flow.run(until="exploration")
    assert run.steps == ("problem", "data", "cleaning", "splitting", "exploration")
    assert run.status == "finished"
    assert {chapter.step for chapter in run} == set(run.steps)
    assert "<" in run.findings._repr_html_()
    assert run.result("data").rows == 200
    assert run.released is None
    with pytest.raises(UserError, match="TF-FLOW-012"):
        run.result("modeling")
    with pytest.raises(UserError, match="TF-RELEASE-010"):
        _ = run.model


def test_everything_shows_itself_in_a_line_and_in_a_notebook(flow: Workflow) -> None:
    run = flow.run(until="exploration")
    assert repr(flow) == "Workflow('churn', target='left', customers)"
    assert repr(run).startswith(f"Run('{run.id}' of 'churn': finished, up to exploration, ")
    assert len(repr(run)) < 120
    finding = run.findings[0]
    assert repr(finding).startswith(f"{finding.code} {finding.severity}, {finding.subject}: ")
    assert repr(run.findings).splitlines()[0] == repr(finding)
    for each in (flow, finding, *(run.result(step) for step in run.steps)):
        assert each._repr_html_().startswith("<table>")
        assert len(repr(each)) < 900
    assert "rows=200" in repr(run.result("data"))


def test_table_alone_is_a_workflow(flow: Workflow, tmp_path: Path) -> None:
    table = Workflow.from_table(tmp_path / "rows.csv", "left", project=tmp_path)
    assert table.name == "rows"
    assert table.run(until="cleaning").result("cleaning").classes == ("no", "yes")


def test_resolved_file_runs_to_the_same_results(flow: Workflow, tmp_path: Path) -> None:
    first = flow.run(until="features")
    second = Workflow(first.path / "resolved.yaml", project=tmp_path).run(until="features")
    known = [run.folder.facts()["steps"] for run in (first, second)]
    for step in ("exploration", "features"):
        assert known[0][step]["fingerprint"] == known[1][step]["fingerprint"]


@pytest.mark.parametrize(
    ("options", "pinned"), [({"budget": "20s"}, 20.0), ({}, DEFAULT_SECONDS), ({"trials": 3}, {"trials": 3})]
)
def test_the_budget_that_was_used_is_pinned(
    flow: Workflow, tmp_path: Path, options: dict[str, Any], pinned: object
) -> None:
    first = flow.run(until="exploration", **options)
    second = Workflow(first.path / "resolved.yaml", project=tmp_path)
    budget = second.file.model_dump(mode="json")["problem"]["constraints"]["budget"]
    assert budget == pinned
    again = second.run(until="exploration").folder.facts()["steps"]
    assert again["exploration"]["fingerprint"] == first.folder.facts()["steps"]["exploration"]["fingerprint"]


def test_no_result_ages_by_itself(flow: Workflow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The day that dates are compared with is that of the data, whenever the workflow runs again."""
    early = datetime(2015, 6, 1, 12, tzinfo=UTC)
    monkeypatch.setattr(data_step.run, "__defaults__", (lambda: early,))
    first = flow.run(until="features")
    future = [each for each in first.findings if each.code == "TF-EXPLORE-140"]
    assert [each.subject for each in future] == ["since"]
    monkeypatch.undo()  # ten years later
    again = flow.run(until="features")
    assert all(again.cached.values())
    pinned = Workflow(first.path / "resolved.yaml", project=tmp_path)
    assert pinned.file.exploration.today == early.date()
    resolved = pinned.run(until="features", again_from="data")
    assert resolved.result("data").day > early.date()
    assert [each for each in resolved.findings if each.code == "TF-EXPLORE-140"] == future
    known = [run.folder.facts()["steps"] for run in (first, resolved)]
    assert known[0]["exploration"]["fingerprint"] == known[1]["exploration"]["fingerprint"]


@pytest.mark.parametrize(
    "how",
    [{"budget": 0}, {"budget": "0s"}, {"budget": "0"}, {"budget": -5}, {"budget": float("nan")}, {"trials": 0},
     {"budget": float("inf")}, {"trials": -1}, {"budget": "60s", "trials": 0}],
    ids=str,
)  # fmt: skip
def test_no_budget_at_all_is_refused(flow: Workflow, how: dict[str, Any]) -> None:
    with pytest.raises(UserError, match="TF-FLOW-015"):
        flow.run(until="data", **how)
    assert not flow.store.runs.exists(), "no run was begun"


def test_mistakes_in_the_call_are_the_users(flow: Workflow) -> None:
    with pytest.raises(UserError, match="did you mean 'roc_auc'"):
        flow.run(until="data", accept={"roc_ac": "because"})
    with pytest.raises(UserError, match="TF-FLOW-015"):
        flow.run(until="data", budget="soon")
    with pytest.raises(UserError, match="did you mean 'data'"):
        flow.run(until="dta")
    assert not flow.store.runs.exists(), "no run was begun"


def test_a_budget_in_time_and_in_trials_at_once_is_refused(flow: Workflow) -> None:
    with pytest.raises(UserError, match=r"TF-FLOW-015.*a budget and a number of trials.*tuning\.trials"):
        flow.run(until="data", budget="60s", trials=3)
    assert not flow.store.runs.exists(), "no run was begun"


def test_parameters_that_are_none_are_told_before_the_first_step(tmp_path: Path) -> None:
    modeling = {"candidates": ["lightgbm"], "parameters": {"lightgbm": {"num_leafs": 31}}}
    file = SAMPLE["write_project"](tmp_path, SAMPLE["make_rows"](100), {"modeling": modeling})
    begun: list[object] = []
    with pytest.raises(UserError, match=r"TF-MODEL-010.*did you mean 'num_leaves'"):
        Workflow(file, project=tmp_path).run(tell=begun.append)
    assert begun == []
    Workflow(file, project=tmp_path).run(until="features")  # no candidate competes there


@pytest.mark.parametrize("declared", [True, False])
def test_a_threshold_that_means_nothing_is_refused(tmp_path: Path, declared: bool) -> None:
    rows = "".join(f"{n * 7 % 31},{'abc'[n % 3]}\n" for n in range(120))
    (tmp_path / "t.csv").write_text(f"a,y\n{rows}", "utf-8")
    problem = {"target": "y", **({"task": "multiclass"} if declared else {})}
    content = {"name": "w", "problem": problem, "data": {"sources": {"t": {"file": str(tmp_path / "t.csv")}}}}
    with pytest.raises(UserError, match=r"TF-PROBLEM-002  tuning\.threshold"):
        Workflow({**content, "tuning": {"threshold": 0.3}}, project=tmp_path).run(until="splitting")
