"""The law of the seed: same inputs, same seed, same completed trials → the same result, bit for bit."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tenfold import Run, Workflow

pytestmark = pytest.mark.slow


def released(folder: Path, rows: list[dict[str, str]], write_project: Callable[..., Path], **sections: Any) -> Run:
    file = write_project(folder, rows, modeling={"candidates": ["linear", "lightgbm"]}, **sections)
    return Workflow(file, project=folder).run(release=True, trials=3)


def judged(run: Run) -> dict[str, Any]:
    """Each model's name and scores; not what its computation cost."""
    standings = run.result("tuning").leaderboard
    return {each.name: (each.metrics, each.outcome) for each in standings}


def test_same_seed_and_trials_give_the_same_result(
    tmp_path: Path, make_rows: Callable[..., Any], write_project: Callable[..., Path]
) -> None:
    rows, unseen = make_rows(300), make_rows(50, seed=3)
    first, second = (released(tmp_path / name, rows, write_project) for name in ("one", "two"))
    assert judged(first) == judged(second)
    assert any(name.startswith("lightgbm") for name in judged(first))
    one, two = first.result("tuning"), second.result("tuning")
    for name in ("out_of_fold", "rows", "folds", "target"):
        np.testing.assert_array_equal(getattr(one, name), getattr(two, name))
    assert [(part.name, part.weight) for part in one.parts] == [(part.name, part.weight) for part in two.parts]
    np.testing.assert_array_equal(first.model.predict_proba(unseen), second.model.predict_proba(unseen))
    np.testing.assert_array_equal(first.model.predict(unseen), second.model.predict(unseen))
    assert first.model.scorer.manifest.files["model.onnx"] == second.model.scorer.manifest.files["model.onnx"]


def test_another_seed_gives_another_search(
    tmp_path: Path, make_rows: Callable[..., Any], write_project: Callable[..., Path]
) -> None:
    """What the law above compares can differ at all."""
    rows, parameters = make_rows(200), []
    for seed in (0, 1):
        file = write_project(tmp_path / str(seed), rows, seed=seed, modeling={"candidates": ["linear"]})
        run = Workflow(file, project=file.parent).run(trials=3)
        journals = (run.store.root / "journals").rglob("trials.jsonl")
        lines = [line for path in journals for line in path.read_text("utf-8").splitlines()]
        parameters.append([json.loads(line)["parameters"] for line in lines])
    assert len(parameters[0]) == len(parameters[1]) == 3
    assert parameters[0] != parameters[1]
