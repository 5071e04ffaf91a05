"""The law of the lease: runs side by side share the cache, compute each step once, and corrupt nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from tenfold.core import identity
from tenfold.registry import Registry
from tenfold.workflow.runs import all_runs
from tenfold.workflow.seals import Ledger
from tenfold.workflow.store import Store, read

Project = tuple[Path, Path]


def together(commands: Sequence[Sequence[str]], project: Path) -> list[dict[str, Any]]:
    """Several ``tenfold`` processes at once; their answers. Each has to end well."""
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "tenfold", *command, "--json", "-C", str(project)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "OMP_NUM_THREADS": "1"},
        )
        for command in commands
    ]  # fmt: skip
    try:
        ends = [process.communicate(timeout=240) for process in started]
    finally:
        for process in started:
            process.kill()
    assert [process.returncode for process in started] == [0] * len(started), [error for _, error in ends]
    return [json.loads(said) for said, _ in ends]


def computed(project: Path) -> Counter[str]:
    """Fingerprint → how many runs computed it rather than found it."""
    runs = all_runs(Store(project / ".tenfold"))
    known = [each for run in runs for each in run.facts()["steps"].values()]
    return Counter({each["fingerprint"]: 0 for each in known}) + Counter(
        each["fingerprint"] for each in known if not each["cached"]
    )


def check_whole(project: Path) -> None:
    store = Store(project / ".tenfold")
    for folder in store.cache.iterdir():
        assert not folder.name.startswith("."), "no scratch is left"
        stored = read(folder)
        assert {n: identity.of_file(folder / n) for n in stored.artifacts} == dict(stored.artifacts)
    assert [run.facts()["status"] for run in all_runs(store)] == ["finished"] * len(all_runs(store))


@pytest.mark.slow
def test_two_runs_of_one_workflow_compute_each_step_once(
    tmp_path: Path, make_rows: Callable[..., Any], write_project: Callable[..., Path]
) -> None:
    file = write_project(tmp_path, make_rows(300))
    together([["run", str(file), "--until", "features"]] * 2, tmp_path)
    check_whole(tmp_path)
    steps = [run.facts()["steps"] for run in all_runs(Store(tmp_path / ".tenfold"))]
    assert len(steps) == 2
    assert {s: k["fingerprint"] for s, k in steps[0].items()} == {s: k["fingerprint"] for s, k in steps[1].items()}
    assert [(s, steps[0][s]["cached"] + steps[1][s]["cached"]) for s in steps[0]] == [(s, 1) for s in steps[0]]


@pytest.mark.slow
def test_two_releases_at_once_open_once_and_make_one_version(
    tmp_path: Path, make_rows: Callable[..., Any], write_project: Callable[..., Path]
) -> None:
    file = write_project(tmp_path, make_rows(300), modeling={"candidates": ["dummy", "linear"]})
    answers = together([["run", str(file), "--release", "--trials", "1"]] * 2, tmp_path)
    check_whole(tmp_path)
    assert [answer["version"] for answer in answers] == [1, 1]
    assert set(computed(tmp_path).values()) == {1}
    registry = Registry(tmp_path / ".tenfold" / "registry.db")
    assert len(registry.versions("churn")) == 1
    assert not registry.verify()
    seals = (tmp_path / ".tenfold" / "seals").glob("*")
    assert sum(len(Ledger(folder).openings()) for folder in seals) == 1


@pytest.mark.slow
def test_different_edits_at_once_share_what_is_equal(
    tmp_path: Path, make_rows: Callable[..., Any], write_project: Callable[..., Path]
) -> None:
    rows = make_rows(300)
    commands = []
    for number in range(3):
        file = write_project(tmp_path, rows, features={"one_hot": 5 + number})
        commands.append(["run", str(file.rename(tmp_path / f"edit-{number}.yaml")), "--until", "features"])
    together(commands, tmp_path)
    check_whole(tmp_path)
    times = computed(tmp_path)
    assert set(times.values()) == {1}
    assert len(times) == 5 + 3, "five shared steps, and features three times"
