"""The law of weights: a row counts as much as its weight says, in every fit and in every figure, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tenfold import Run, Workflow
from tenfold.core.errors import UserError
from tenfold.metrics import METRICS
from tenfold.tables.examples import load

Row = dict[str, str]
Build = Callable[..., Workflow]
ROLES = {"customer": "key", "persons": "weight"}


def rows(count: int = 600, constant: str = "") -> list[Row]:
    """Two halves of the country in which the same plan means the opposite; weights belong to one of them."""
    draw = np.random.default_rng(5)
    north, plan = draw.random(count) < 0.5, draw.integers(0, 2, count)
    age, noise = draw.normal(40, 10, count), draw.random(count) < 0.1
    left = (plan == 1) ^ north ^ noise
    return [
        {"customer": f"C{n:05d}", "plan": ["basic", "pro"][plan[n]], "age": f"{age[n]:.1f}",
         "persons": constant or ("0.25" if north[n] else "40"), "left": "yes" if left[n] else "no"}
        for n in range(count)
    ]  # fmt: skip


def cleaning(**more: Any) -> dict[str, Any]:
    return {"cleaning": {"roles": ROLES, "columns": {}}, "problem": {"success": {}}, **more}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, write_project: Any) -> Run:
    folder: Path = tmp_path_factory.mktemp("weights")
    file = write_project(folder, rows(), **cleaning(modeling={"candidates": "auto"}, tuning={"threshold": "f1"}))
    return Workflow(file, project=folder).run(release=True, trials=4)


@pytest.mark.slow
def test_every_model_learns_what_the_heavy_rows_say(run: Run) -> None:
    """The light half says the opposite: unweighted, the plan would tell nothing."""
    for trial in run.result("modeling").finished:
        if trial.candidate != "dummy":
            assert trial.score > 0.8, trial.candidate
    records = [{"plan": plan, "age": "40"} for plan in ("basic", "pro")]  # no weight: a request need not carry it
    basic, pro = run.model.scorer.scores(records)[:, 1]
    assert basic < 0.25 < 0.75 < pro
    again = run.model.scorer.scores([{**record, "persons": "1e9"} for record in records])[:, 1]
    assert again.tolist() == [basic, pro]


@pytest.mark.slow
def test_every_figure_is_weighted(run: Run) -> None:
    cleaned, parts, tuned = (run.result(step) for step in ("cleaning", "splitting", "tuning"))
    schema = run.result("features").schema
    assert "persons" not in [name for name, _ in schema.inputs]
    train = load(parts.train, schema, cleaned.task)
    judged = train.weights[tuned.rows]

    def metric(name: str, scores: Any, target: Any, weights: Any, threshold: float | None = None) -> float:
        return METRICS[name].score(target, scores, cleaned.classes, "yes", threshold, weights)

    assert tuned.score == pytest.approx(metric("roc_auc", tuned.out_of_fold, tuned.target, judged))
    assert tuned.score > 0.8 > metric("roc_auc", tuned.out_of_fold, tuned.target, None)
    model = tuned.leaderboard[0].metrics
    threshold = tuned.composition.threshold
    for name in ("log_loss", "f1", "accuracy"):
        assert model[name] == pytest.approx(metric(name, tuned.out_of_fold, tuned.target, judged, threshold))
    validated = run.result("validation")
    main = validated.metrics["roc_auc"].interval
    assert main.low <= main.value <= main.high
    assert main.value > 0.75
    assert validated.weighted == "persons"
    assert 0.3 * validated.rows < validated.effective < 0.7 * validated.rows


@pytest.mark.slow
def test_the_reports_say_weighted(run: Run) -> None:
    assert "weighted by persons" in run.chapters["validation"].summary
    for step in ("modeling", "tuning", "validation"):
        facts = [item for block in run.chapters[step].blocks for item in getattr(block, "items", ())]
        assert any(name == "weighted by" and "persons" in what for name, what in facts), step
    card = (run.released.bundle / "card.md").read_text("utf-8")
    assert card.count("**weighted by**: persons") == 2


@pytest.mark.parametrize(
    ("weights", "what"),
    [
        (["", "1"], "1 row without a weight"),
        (["inf", "nan", "2"], "without a weight, or with one that is not finite"),
        (["-1", "-2"], "2 rows with a negative weight"),
        (["0"], "every weight is 0"),
    ],
)
def test_weights_that_say_nothing_are_refused(build: Build, weights: list[str], what: str) -> None:
    table = rows(60, constant="1" if weights != ["0"] else "0")
    for row, weight in zip(table, weights, strict=False):
        row["persons"] = weight
    with pytest.raises(UserError, match="TF-CLEAN-049") as raised:
        build(table, **cleaning()).run(until="cleaning")
    assert what in str(raised.value)


def test_two_weights_or_a_weight_of_words_are_refused(build: Build) -> None:
    with pytest.raises(UserError, match="TF-CLEAN-047"):
        build(rows(60), cleaning={"roles": {"persons": "weight", "age": "weight"}, "columns": {}}).run(until="cleaning")
    kinds = {"persons": {"kind": "category"}}
    with pytest.raises(UserError, match="TF-CLEAN-048"):
        build(rows(60), cleaning={"roles": ROLES, "columns": kinds}).run(until="cleaning")
