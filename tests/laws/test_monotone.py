"""The law of promised directions: the released model's answer never moves against one, whatever the record."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenfold import Run, Workflow

pytestmark = pytest.mark.slow
#: Sums of trees are the same on both sides but for what rounding does to them.
_ROUNDING = 1e-6
TASKS = ("binary", "negative", "regression")
NUMBERS = st.floats(-1e6, 1e6, allow_nan=False) | st.floats(-3, 3)


def rows(task: str, count: int = 700) -> list[dict[str, str]]:
    """Raw rows in which the answer goes against both promises here and there, so that keeping them costs something."""
    draw = np.random.default_rng(3)
    months, charge, since = draw.integers(0, 72, count), draw.normal(60, 25, count), draw.integers(0, 3000, count)
    plan = draw.choice(["basic", "plus", "pro", "família"], count)
    risk = np.sin(months / 6) - months / 40 + charge / 50 + np.cos(charge / 8) + since / 2000 + (plan == "basic")
    risk += draw.normal(0, 0.8, count)
    left = [f"{each:.3f}" for each in risk] if task == "regression" else np.where(risk > np.median(risk), "yes", "no")
    days = np.datetime64("2015-01-01") + since
    return [
        {"customer": f"C{n:05d}", "months": "" if n % 19 == 0 else str(months[n]), "charge": f"{charge[n]:.2f}",
         "plan": str(plan[n]), "since": str(days[n]), "left": str(left[n])}
        for n in range(count)
    ]  # fmt: skip


@pytest.fixture(scope="module", params=TASKS)
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, write_project: Any) -> Run:
    problem: dict[str, Any] = {"positive": "no" if request.param == "negative" else "yes", "success": {}}
    if request.param == "regression":
        problem |= {"positive": None, "task": "regression", "metric": "rmse"}
    folder: Path = tmp_path_factory.mktemp(request.param)
    file = write_project(
        folder, rows(request.param), problem=problem, modeling={"candidates": "auto"},
        cleaning={"roles": {"customer": "key"}, "columns": {"since": {"kind": "date", "formats": ["%Y-%m-%d"]}}},
        features={
            "create": {"root": "abs(charge) ** 0.5"},
            "monotone": {"months": "decreasing", "charge": "increasing", "since": "increasing"},
        },
        release={"refit": "everything"},
    )  # fmt: skip
    return Workflow(file, project=folder).run(release=True, trials=4)


@given(
    charge=st.lists(NUMBERS, min_size=2, max_size=2), months=st.lists(NUMBERS | st.none(), min_size=1, max_size=1),
    plan=st.sampled_from(["basic", "plus", "pro", "unseen", ""]), moved=st.sampled_from(["months", "since"]),
    days=st.lists(st.integers(0, 20_000), min_size=2, max_size=2), later=NUMBERS,
)  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_an_answer_never_goes_against_what_was_promised(
    run: Run, charge: list[float], months: list[float | None], plan: str, days: list[int], moved: str, later: float
) -> None:
    first, last = sorted(str(np.datetime64("1990-01-01") + each) for each in days)
    record = {"months": months[0], "charge": charge[0], "plan": plan, "since": first}
    if moved == "months":
        low, high = sorted([0.0 if months[0] is None else months[0], later])
        other, record = {**record, "months": low}, {**record, "months": high}  # fewer months: a higher risk
    else:
        other = {**record, "since": last}
    before, after = risk(run, [record, other])
    assert after >= before - _ROUNDING


def risk(run: Run, records: list[dict[str, Any]]) -> np.ndarray[Any, Any]:
    """The positive class's probability, or the value."""
    scorer = run.model.scorer
    positive = run.result("cleaning").positive
    scores: np.ndarray[Any, Any] = scorer.scores(records)
    return scores[:, list(scorer.decision.classes).index(positive)] if positive else scores[:, 0]


def test_the_model_has_learned_something(run: Run) -> None:
    """A constant answer would keep every promise."""
    parts = run.result("tuning").composition.members
    assert all(member.family == "trees" for member in parts)
    table = [{name: row[name] for name in row if name != "left"} for row in rows("binary", 60)]
    assert np.ptp(risk(run, table)) > 0.3


def test_the_rows_of_training_keep_it_too(run: Run) -> None:
    """Every row, moved to every month there is: the pipelines and the graph."""
    table = [{**row, "charge": row["charge"], "left": None} for row in rows("binary", 40)]
    for row in table:
        moved = [{**row, "months": str(month)} for month in range(-5, 90)]
        assert np.diff(risk(run, moved)).max() <= _ROUNDING


def test_who_cannot_promise_does_not_compete_and_the_report_says_what_is_promised(run: Run) -> None:
    told = {each.code: each for each in run.chapters["modeling"].findings}
    unable = {"linear", "realmlp"} - run.result("modeling").passed_over.keys()  # no network without PyTorch
    assert run.result("modeling").left_out.keys() == unable
    assert told["TF-MODEL-106"].subject in unable
    names = {trial.candidate for trial in run.result("modeling").finished}
    assert names == {"dummy", "lightgbm", "extra_trees", "catboost"}
    assert {each.code: each.subject for each in run.chapters["features"].findings}["TF-FEATURE-102"] == "root"
    blocks = {getattr(block, "title", ""): block for block in run.chapters["features"].blocks}
    promised = {"months": "decreasing", "charge": "increasing", "since": "increasing"}
    assert {row[0]: row[1] for row in blocks["Promised directions"].rows} == promised
    card = (run.released.bundle / "card.md").read_text("utf-8")
    assert "months: decreasing" in card
    for family, recipe in run.result("features").by_family.items():
        assert recipe.monotone == ((1, -1, 1) if family == "trees" else ())
