"""The law of the seed holds wherever trials run: same rows, seed and trials → the same model, bit for bit."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
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
_EVENTS = ".tenfold/runs/*/*/events.jsonl"
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


@pytest.mark.parametrize("name", ["dask", "ray", "spark"])
def test_ctrl_c_once_keeps_the_best_model_and_ends_the_engine(
    name: str, tmp_path: Path, installed: Callable[[str], None], make_rows: Callable[..., Any],
    write_project: Callable[..., Path], gone: Callable[..., list[str]],
) -> None:  # fmt: skip
    """As in a terminal: every process of the run's group hears it."""
    installed(name)
    modeling, compute = {"candidates": ["dummy", "lightgbm"]}, {"trials": name}
    write_project(tmp_path, make_rows(300), modeling=modeling, compute=compute)
    command = [sys.executable, "-m", "tenfold", "run", "workflow.yaml", "--trials", "10000", "--json"]
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        env={**os.environ, "TENFOLD_PROJECT": str(tmp_path)},
    ) as process:  # fmt: skip
        try:
            end = time.monotonic() + 120
            while not any('"trial ' in file.read_text("utf-8") for file in tmp_path.glob(_EVENTS)):
                assert time.monotonic() < end
                assert process.poll() is None
                time.sleep(0.2)
            running = [each.pid for each in psutil.Process(process.pid).children(recursive=True)]
            os.killpg(process.pid, signal.SIGINT)
            said, erred = process.communicate(timeout=60)
        finally:
            process.kill()
    assert process.returncode == 0, erred
    assert json.loads(said)["status"] == "stopped early"
    assert len(running) > 2
    assert gone(running) == []
