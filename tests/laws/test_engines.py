"""The law of the seed holds wherever trials run: same rows, seed and trials → the same model, bit for bit."""

from __future__ import annotations

import csv
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from tenfold import Run, Workflow
from tenfold.steps.tuning.result import Tuned

pytestmark = [pytest.mark.slow, pytest.mark.engine]
ROWS = 1_500
OUR_OWN = "resource_tracker"  # of the standard library and of joblib: it ends with this process


def tuned(folder: Path, project: Path, compute: dict[str, Any]) -> Run:
    """The Telco table's first rows, cleaned, split, trained and tuned with two workers."""
    folder.mkdir(exist_ok=True)
    with (project / "examples" / "telco-churn" / "data" / "customers.csv").open(encoding="utf-8") as stream:
        lines = list(islice(csv.reader(stream), ROWS + 1))
    with (folder / "customers.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(lines)
    content = {
        "name": "telco",
        "compute": compute,
        "problem": {"target": "Churn", "positive": "Yes", "constraints": {"cores": 2}},
        "data": {"sources": {"customers": {"file": str(folder / "customers.csv")}}},
        "cleaning": {"roles": {"customerID": "key"}},
        "splitting": {"small": 0, "folds": 3},
        "modeling": {"candidates": ["linear", "lightgbm"]},
    }
    return Workflow(content, project=folder).run(trials=3)


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory, project: Path) -> Tuned:
    found: Tuned = tuned(tmp_path_factory.mktemp("local"), project, {"trials": "local"}).result("tuning")
    return found


@pytest.fixture
def family() -> Callable[[], set[int]]:
    """The processes that come from this one."""

    def pids() -> set[int]:
        found = set()
        for each in psutil.Process().children(recursive=True):
            try:
                found |= {each.pid} if OUR_OWN not in " ".join(each.cmdline()) else set()
            except psutil.Error:  # it has just ended
                continue
        return found

    return pids


@pytest.mark.parametrize("name", ["dask", "ray", "spark"])
def test_an_engine_finds_what_this_machine_finds(
    name: str, local: Tuned, tmp_path: Path, project: Path, installed: Callable[[str], None],
    family: Callable[[], set[int]], gone: Callable[..., list[str]],
) -> None:  # fmt: skip
    installed(name)
    before = family()
    there = tuned(tmp_path, project, {"trials": name}).result("tuning")
    for field in ("out_of_fold", "rows", "folds", "target"):
        np.testing.assert_array_equal(getattr(there, field), getattr(local, field))
    assert [(part.name, part.weight) for part in there.parts] == [(part.name, part.weight) for part in local.parts]
    told = [(each.name, each.metrics, each.outcome) for each in there.leaderboard]
    assert told == [(each.name, each.metrics, each.outcome) for each in local.leaderboard]
    assert any(each.name.startswith("lightgbm") and each.outcome == "done" for each in there.leaderboard)
    assert gone(family() - before) == [], "the engine ends with its run"
