"""What validation is handed: sensitive columns that no model sees reach it, and only it."""

from __future__ import annotations

import runpy
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tenfold import Run, Workflow
from tenfold.learning.nested import Choice, Nested
from tenfold.tables.examples import load
from tenfold.workflow import evidence

pytestmark = pytest.mark.slow  # whole runs: `make check` leaves them out

SAMPLE = runpy.run_path(str(Path(__file__).parents[1] / "laws" / "sample.py"))
FAIR = {"sensitive": ["gender", "branch", "plan"], "demographic_parity_difference": {"max": 1.0}}
PROBLEM = {"target": "left", "positive": "yes", "metric": "roc_auc", "fairness": FAIR}
Build = Callable[..., Workflow]


def rows(count: int) -> list[dict[str, str]]:
    """Each with a gender, with a gap in every tenth, and a branch that is the same for all."""
    genders = [" " if number % 10 == 0 else ["f", "m"][number % 2] for number in range(count)]
    made = SAMPLE["make_rows"](count)
    return [{**row, "gender": gender, "branch": "north"} for row, gender in zip(made, genders, strict=True)]


@pytest.fixture
def build(tmp_path: Path) -> Build:
    def make(table: list[dict[str, str]], **sections: Mapping[str, Any]) -> Workflow:
        file = SAMPLE["write_rows"](tmp_path / "rows.csv", table)
        plain = SAMPLE["content"](file, {"problem": PROBLEM, "modeling": {"candidates": ["dummy", "linear"]}})
        plain["cleaning"]["roles"]["gender"] = "ignored"
        for name, section in sections.items():
            plain[name] = {**plain[name], **section}
        return Workflow(plain, project=tmp_path)

    return make


def groups(run: Run) -> dict[str, dict[str, int]]:
    assert run.validated is not None
    return {each.column: {group.group: group.rows for group in each.groups} for each in run.validated.fairness}


@pytest.mark.slow
@pytest.mark.parametrize(
    "splitting", [{"small": 0}, {"test": 0}, {"small": 2000}], ids=["sealed", "out-of-fold", "nested"]
)
def test_groups_of_unseen_columns_are_compared(build: Build, splitting: Mapping[str, Any]) -> None:
    run = build(rows(300), splitting=splitting).run(until="validation", trials=1)
    assert run.validated is not None
    judged = run.validated.rows
    assert run.validated.sealed == ("small" in splitting and splitting["small"] == 0)
    assert run.validated.nested == (splitting.get("small") == 2000)
    found = groups(run)
    assert set(found["gender"]) == {"f", "m", "missing"}
    assert sum(found["gender"].values()) == judged
    assert found["branch"] == {"north": judged}, "dropped as constant, yet compared"
    assert set(found["plan"]) == {"basic", "plus", "pro", "família"}, "a feature is compared as before"
    assert run.validated.gates[0].status == "passed"
    if not run.validated.sealed:
        table = pd.read_parquet(run.result("splitting").train)
        assert found["gender"] == table["gender"].fillna("missing").value_counts().to_dict(), "row by row"


@pytest.mark.slow
@pytest.mark.parametrize("role", ["ignored", "feature"])
def test_groups_of_a_date_are_years_whether_a_model_sees_it_or_not(build: Build, role: str) -> None:
    table = [{**row, "born": f"{1990 + number % 3}-0{1 + number % 9}-11"} for number, row in enumerate(rows(300))]
    problem = {**PROBLEM, "fairness": {"sensitive": ["born"]}}
    roles = {"customer": "key", "gender": "ignored", "born": role}
    flow = build(table, problem=problem, cleaning={"roles": roles}, splitting={"small": 0})
    assert set(groups(flow.run(until="validation", trials=1))["born"]) == {"1990", "1991", "1992"}


@pytest.mark.slow
@pytest.mark.parametrize("others", [["no"], ["no", "perhaps"]], ids=["binary", "multiclass"])
def test_a_class_of_as_many_rows_as_folds_is_tested_and_its_figures_are_called_unsure(
    build: Build, others: list[str]
) -> None:
    table = [
        {**row, "left": "yes" if number < 5 else others[number % len(others)]} for number, row in enumerate(rows(300))
    ]
    problem = {"fairness": {}, "success": {}, "metric": "log_loss", "positive": None}
    run = build(table, problem=problem, splitting={"small": 0}).run(release=True, trials=1)
    assert run.released is not None
    assert run.released.bundle is not None
    train = pd.read_parquet(run.result("splitting").train)
    assert (train["left"] == "yes").sum() == 4, "fewer than folds: one fold is judged without the class"
    told = {each.subject: each for each in run.findings if each.code == "TF-VALID-110"}
    assert told["yes"].message.startswith("1 judged row of this class")
    assert all(np.isfinite(each.score) for each in run.result("modeling").finished)


def test_unseen_columns_are_no_features(build: Build) -> None:
    run = build(rows(200)).run(until="features")
    roles = {column.name: column.role for column in run.result("cleaning").schema.columns}
    assert roles["gender"] == roles["branch"] == "audit"
    assert {"gender", "branch"}.isdisjoint(dict(run.result("features").schema.inputs))
    again = Workflow(run.path / "resolved.yaml", project=run.store.root.parent).run(until="features")
    assert (
        again.folder.facts()["steps"]["features"]["fingerprint"]
        == (run.folder.facts()["steps"]["features"]["fingerprint"])
    )


def test_values_of_sealed_rows_reach_validation_only(build: Build) -> None:
    table = rows(200)
    first = build(table).run(until="features")
    trained = set(pd.read_parquet(first.result("splitting").train, columns=["customer"])["customer"])
    pinned = Workflow(first.path / "resolved.yaml", project=first.store.root.parent)
    build([row if row["customer"] in trained else {**row, "gender": "x"} for row in table])
    second = pinned.run(until="features")
    assert not second.cached["splitting"]
    assert second.cached["exploration"]
    assert second.cached["features"]


def test_nested_cross_validation_that_ran_out_of_time_is_not_claimed(
    build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing = np.empty(0, dtype=np.intp)
    monkeypatch.setattr(evidence, "nested_scores", lambda *_: Nested((), nothing))
    run = build(rows(200), splitting={"small": 2000, "test": 0.3}).run(until="validation", trials=1)
    assert run.validated is not None
    assert (run.validated.sealed, run.validated.nested, run.validated.unfinished) == (False, False, True)
    told = {each.code: each.message for each in run.findings}
    assert "out-of-fold. There was too little time for nested cross-validation" in told["TF-VALID-107"]
    assert told["TF-SPLIT-105"].startswith("`test: 0.3` is not applied: the table has 200 rows, fewer than")
    assert run.chapters["splitting"].summary == "200 rows to train on, none sealed."
    assert "nested" not in run.chapters["validation"].summary


def test_candidates_that_nested_cross_validation_had_no_time_for_are_named(
    build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence, "affordable", lambda choice, *_: Choice(tuple(choice)[:1]))
    sections = {"splitting": {"small": 2000}, "modeling": {"candidates": ["dummy", "linear", "extra_trees"]}}
    run = build(rows(200), **sections).run(until="validation", trials=1)
    assert run.validated is not None
    assert run.validated.nested
    assert len(run.validated.left_out) == 1
    assert set(run.validated.left_out) < {"linear", "extra_trees"}
    told = {each.code: each.action for each in run.findings}
    assert told["TF-VALID-107"].endswith(f"no time to choose among {run.validated.left_out[0]} as well.")


@pytest.mark.parametrize("splitting", [{"small": 0}, {"small": 2000}], ids=["sealed", "nested"])
@pytest.mark.parametrize("by", ["role", "splitting"])
def test_groups_with_gaps_reach_validation(build: Build, splitting: Mapping[str, Any], by: str) -> None:
    table = [{**row, "gender": f"g{number % 40}" if number % 7 else ""} for number, row in enumerate(rows(300))]
    sections: dict[str, Any] = {"problem": {"fairness": {}}, "splitting": splitting}
    roles = {"customer": "key", "gender": "group" if by == "role" else "feature"}
    sections["cleaning"] = {"roles": roles}
    if by == "splitting":
        sections["splitting"] = {**splitting, "by": ["gender"]}
    run = build(table, **sections).run(until="validation", trials=1)
    assert run.validated is not None
    assert run.validated.nested == (splitting["small"] > 0)
    assert len(load(run.result("splitting").train, run.result("features").schema, "binary").groups) > 0


@pytest.mark.parametrize("cut", [False, True])
def test_validation_that_the_user_cut_short_is_not_kept_for_good(
    build: Build, monkeypatch: pytest.MonkeyPatch, cut: bool
) -> None:
    flow = build(rows(200), splitting={"small": 2000})
    flow.run(until="tuning", trials=1)
    if cut:
        monkeypatch.setattr(evidence, "nested_scores", lambda *_: Nested((), np.empty(0, dtype=np.intp)))
    stopped = flow.run(until="validation", trials=1, stopping=lambda: True)
    assert stopped.validated is not None
    assert stopped.validated.unfinished
    monkeypatch.undo()
    again = flow.run(until="validation", trials=1)
    assert again.validated is not None
    assert again.validated.nested


def test_more_memory_gives_trials_another_chance(build: Build) -> None:
    first = build(rows(200)).run(until="modeling", trials=1)
    second = build(rows(200), problem={"constraints": {"memory": "3 GB"}}).run(until="modeling", trials=1)
    assert first.cached["modeling"] is False
    assert (second.cached["features"], second.cached["modeling"]) == (True, False)
