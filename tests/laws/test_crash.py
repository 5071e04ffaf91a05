"""The law of durable writes: a process killed at any of them loses at most its step; the next run ends the same."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tenfold.core import identity
from tenfold.registry import Registry
from tenfold.workflow.runs import all_runs
from tenfold.workflow.seals import Ledger
from tenfold.workflow.store import Store, read

Fork = Callable[..., dict[str, Any]]
#: What differs between two computations that are equal: moments, seconds, and what is named by their hash.
TIMED = {"collected.json", "modeled.json", "tuned.json", "composition.pickle", "release.json", "bundle/manifest.json"}


@pytest.fixture(scope="module")
def fork() -> Iterator[Fork]:
    """Run a workflow in a process of its own that dies at its N-th durable write (0: never)."""
    stage = subprocess.Popen(
        [sys.executable, "-W", "ignore", str(Path(__file__).with_name("dying.py"))],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, "OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    assert stage.stdin is not None
    assert stage.stdout is not None

    def run(project: Path, until: str, kill_at: int = 0) -> dict[str, Any]:
        stage.stdin.write(json.dumps({"project": str(project), "until": until, "kill_at": kill_at}) + "\n")
        stage.stdin.flush()
        answer: dict[str, Any] = json.loads(stage.stdout.readline())
        return answer

    with stage:
        yield run
        stage.stdin.close()


@pytest.fixture(scope="module")
def project(
    tmp_path_factory: pytest.TempPathFactory, make_rows: Callable[..., Any], write_project: Callable[..., Path]
) -> Path:
    """A project in which nothing was run."""
    folder = tmp_path_factory.mktemp("crash") / "project"
    write_project(folder, make_rows(240), modeling={"candidates": ["dummy", "linear"]})
    return folder


def ran(fork: Fork, project: Path, name: str, until: str) -> tuple[Path, int]:
    """A copy of a project, run without disturbance, and the number of durable writes that took."""
    folder = Path(shutil.copytree(project, project.parent / name))
    assert fork(folder, until) == {"killed": False, "status": 0}
    return folder, int((folder / "calls.txt").read_text())


def entries(project: Path) -> dict[str, dict[str, str]]:
    """Step → the hashes of what it left in the cache, without what only time decides."""
    found = {}
    for folder in sorted((project / ".tenfold" / "cache").glob("[!.]*")):
        stored = read(folder)
        found[stored.meta["step"]] = {n: content for n, content in stored.artifacts.items() if n not in TIMED}
    return found


def fingerprints(project: Path, steps: int) -> dict[str, str]:
    known = all_runs(Store(project / ".tenfold"))[-1].facts()["steps"]
    return {step: known[step]["fingerprint"] for step in list(known)[:steps]}


def check_nothing_is_half_written(project: Path) -> None:
    """Whatever has a name is whole: cache entries, run files, ledgers, the registry's history and bundles."""
    store = Store(project / ".tenfold")
    for folder in store.cache.glob("[!.]*"):
        stored = read(folder)
        there = {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}
        assert there == {*stored.artifacts, "result.json"}
        assert {n: identity.of_file(folder / n) for n in stored.artifacts} == dict(stored.artifacts)
    for file in store.root.rglob("*.json"):
        if not any(part.startswith(".") and part.endswith(".tmp") for part in file.parts):
            json.loads(file.read_text("utf-8"))
    if store.registry.exists():
        assert not Registry(store.registry).verify()


def kill(fork: Fork, project: Path, until: str, at: int) -> Path:
    """A copy of a project, killed at a durable write; what it left is whole and does not read as finished."""
    folder = Path(shutil.copytree(project, project.parent / f"{project.name}-{until}-{at}"))
    before = len(all_runs(Store(folder / ".tenfold")))
    assert fork(folder, until, at) == {"killed": True, "status": None}
    check_nothing_is_half_written(folder)
    left = [run for run in all_runs(Store(folder / ".tenfold"))[before:] if until != "release"]
    assert all(run.facts()["status"] != "finished" or run.facts()["steps"].keys() >= {until} for run in left)
    return folder


def spread(calls: int, count: int) -> list[int]:
    """So many of the calls, evenly, the first and the last among them."""
    return sorted({1 + round(place * (calls - 1) / (count - 1)) for place in range(count)})


@pytest.mark.slow
def test_killed_at_a_durable_write_the_next_run_ends_the_same(fork: Fork, project: Path) -> None:
    calm, calls = ran(fork, project, "calm", "features")
    for at in spread(calls, 14):
        folder = kill(fork, project, "features", at)
        assert fork(folder, "features") == {"killed": False, "status": 0}, f"killed at write {at} of {calls}"
        check_nothing_is_half_written(folder)
        assert entries(folder) == entries(calm), f"killed at write {at} of {calls}"
        assert fingerprints(folder, 6) == fingerprints(calm, 6)
        shutil.rmtree(folder)


def bundle_of(project: Path) -> dict[str, str]:
    """The files of the one released version, without moments and timings."""
    registry = Registry(project / ".tenfold" / "registry.db")
    assert [model.name for model in registry.models()] == ["churn"]
    (version,) = registry.versions("churn")
    assert version.aliases == ("champion",)
    names = ("model.onnx", "schema.json", "decision.json", "reference.json")
    return {name: identity.of_file(version.folder / name) for name in names}


def openings(project: Path) -> int:
    return sum(len(Ledger(folder).openings()) for folder in (project / ".tenfold" / "seals").glob("*"))


@pytest.mark.slow
def test_killed_while_training_and_releasing_the_next_release_is_the_same(fork: Fork, project: Path) -> None:
    known, _ = ran(fork, project, "known", "features")
    calm, calls = ran(fork, known, "released", "release")
    assert openings(calm) == 1
    for at in spread(calls, 6):
        folder = kill(fork, known, "release", at)
        assert openings(folder) <= 1
        assert fork(folder, "release") == {"killed": False, "status": 0}, f"killed at write {at} of {calls}"
        check_nothing_is_half_written(folder)
        assert openings(folder) == 1, f"killed at write {at} of {calls}"
        assert entries(folder).keys() == entries(calm).keys()
        assert bundle_of(folder) == bundle_of(calm), f"killed at write {at} of {calls}"
        shutil.rmtree(folder)
