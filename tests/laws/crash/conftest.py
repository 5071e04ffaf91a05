"""Shared by the tests of the law of durable writes: a stage on which runs die, and what has to hold after a death."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from tenfold.core import identity
from tenfold.learning.trials.bench import HANDED_ON
from tenfold.registry import Registry
from tenfold.workflow.file import STEPS
from tenfold.workflow.runs import all_runs, folder_name
from tenfold.workflow.seals import Ledger
from tenfold.workflow.store import Store, read

#: What differs between two computations that are equal: moments, seconds, and what is named by their hash.
TIMED = {
    "collected.json", "modeled.json", "tuned.json", "plan.json", "composition.pickle", "validated.json", "release.json",
    "bundle/manifest.json", "bundle/card.json", "bundle/card.md", "bundle/proof.json",
}  # fmt: skip
ENVIRONMENT = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


@dataclass(frozen=True)
class Died:
    """A project as a process left it that was killed at one of its durable writes, and which write that was."""

    project: Path
    call: int
    what: str = ""


@dataclass(frozen=True)
class Stage:
    """Runs workflows in processes of their own (see ``stage.py``)."""

    process: subprocess.Popen[str]

    def ask(self, project: Path, until: str, *, kill_at: int = 0, states: Path | None = None) -> dict[str, Any]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        request = {"project": str(project), "until": until, "kill_at": kill_at, "states": str(states or "")}
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer

    def run(self, project: Path, until: str) -> int:
        """Run without disturbance; returns the number of durable writes."""
        answer = self.ask(project, until)
        assert answer["status"] == 0
        return int(answer["calls"])

    def kill(self, project: Path, until: str, at: int) -> Died:
        """Kill the first run in a project of these files."""
        copy = project.parent / f"{project.name}-{until}-{at}"
        shutil.copytree(project, copy, ignore=shutil.ignore_patterns(".tenfold"))
        assert self.ask(copy, until, kill_at=at)["killed"]
        return Died(copy, at)

    def witness(self, project: Path, until: str) -> list[Died]:
        """Run without disturbance; returns the project as it stood before each durable write."""
        states = Path(tempfile.mkdtemp(prefix="states-", dir=project.parent))
        told = self.ask(project, until, states=states)
        assert told["status"] == 0
        return [Died(states / f"{place:03d}", call, what) for place, (call, what) in enumerate(told["states"], 1)]


def entries(project: Path) -> dict[str, dict[str, str]]:
    """Step → the hashes of what it left in the cache, without what only time decides."""
    found = {}
    for folder in sorted((project / ".tenfold" / "cache").glob("[!.]*")):
        stored = read(folder)
        assert stored.meta["step"] not in found, "an unchanged workflow has one result a step"
        found[stored.meta["step"]] = {n: content for n, content in stored.artifacts.items() if n not in TIMED}
    return found


def seals(project: Path) -> dict[str, str]:
    """Who is tested, as it is recorded: the hashes of parts, cuts and sealed rows."""
    folder = project / ".tenfold" / "seals"
    files = (file for file in folder.rglob("[!.]*") if file.is_file() and not _scratch(file))
    return {file.relative_to(folder).as_posix(): identity.of_file(file) for file in files if file.suffix != ".jsonl"}


def openings(project: Path) -> int:
    return sum(len(Ledger(folder).openings()) for folder in (project / ".tenfold" / "seals").glob("*"))


def bundle_of(project: Path) -> dict[str, str]:
    """The files of the one released version, without moments and timings."""
    registry = Registry(project / ".tenfold" / "registry.db")
    assert [model.name for model in registry.models()] == ["churn"]
    (version,) = registry.versions("churn")
    assert version.aliases == ("champion",)
    assert [entry.action for entry in registry.history()] == ["register", "alias"]
    names = ("model.onnx", "schema.json", "decision.json", "reference.json")
    return {name: identity.of_file(version.folder / name) for name in names}


def check_nothing_is_half_written(project: Path) -> None:
    """Whatever has a name is whole: cache entries, what runs show of them, ledgers, the registry and its bundles."""
    store = Store(project / ".tenfold")
    for folder in store.cache.glob("[!.]*"):
        _check_entry(folder)
    for file in store.root.rglob("*"):
        if file.is_file() and not _scratch(file):
            _check_file(file)
    for run in all_runs(store):
        for step in STEPS:
            if run.result(step) or step in run.facts()["steps"]:
                _check_entry(run.path / folder_name(step))
    if store.registry.exists():
        assert not Registry(store.registry).verify()


def _check_entry(folder: Path) -> None:
    stored = read(folder)
    files = (file for file in folder.rglob("*") if file.is_file() and not _scratch(file.relative_to(folder)))
    there = {file.relative_to(folder).as_posix() for file in files}
    assert there == {*stored.artifacts, "result.json"}
    assert {n: identity.of_file(folder / n) for n in stored.artifacts} == dict(stored.artifacts)


def _check_file(file: Path) -> None:
    if file.suffix == ".json":
        json.loads(file.read_text("utf-8"))
    elif file.suffix == ".jsonl":
        assert file.read_text("utf-8")[-1:] in ("\n", "")
        [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    elif file.suffix == ".parquet":
        pq.read_table(file)
    elif file.suffix == ".npy":
        np.load(file)
    elif file.suffix in (".html", ".svg"):
        assert file.read_text("utf-8").rstrip().endswith(("</html>", "/>", "</svg>"))


def _scratch(file: Path) -> bool:
    """What is nobody's result: being written, being removed, or the bench that modeling hands on to tuning."""
    hidden = [part for part in file.parts if part.startswith(".")]
    return any(part.endswith((".tmp", ".gone")) or part.startswith(HANDED_ON) for part in hidden)


def check_it_says_so(died: Died, until: str) -> None:
    """A killed run does not read as finished, unless all that was left to do was telling."""
    for run in all_runs(Store(died.project / ".tenfold")):
        facts = run.facts()
        assert facts["status"] in ("finished", "killed")
        assert facts["status"] == "killed" or until in facts["steps"]


Law = Callable[[Died, str, Path], None]


@pytest.fixture(scope="module")
def holds(stage: Stage) -> Law:
    """Assert the law: ``holds(died, until, calm)``. What was left is whole, and running again ends as in ``calm``."""

    def check(died: Died, until: str, calm: Path) -> None:
        check_nothing_is_half_written(died.project)
        check_it_says_so(died, until)
        before = openings(died.project)
        stage.run(died.project, until)
        check_nothing_is_half_written(died.project)
        assert all_runs(Store(died.project / ".tenfold"))[-1].facts()["status"] == "finished"
        assert entries(died.project) == entries(calm)
        assert seals(died.project) == seals(calm)
        assert before <= openings(died.project) == openings(calm) == (until == "release")
        if until == "release":
            assert bundle_of(died.project) == bundle_of(calm)
        shutil.rmtree(died.project)

    return check


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with subprocess.Popen(
        [sys.executable, "-W", "ignore", str(Path(__file__).with_name("stage.py"))],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, **ENVIRONMENT},
    ) as process:  # fmt: skip
        yield Stage(process)
        assert process.stdin is not None
        process.stdin.close()


@pytest.fixture(scope="module")
def project(
    tmp_path_factory: pytest.TempPathFactory,
    make_rows: Callable[..., list[dict[str, str]]],
    write_project: Callable[..., Path],
) -> Path:
    """A small project in which nothing was run."""
    kept = ("customer", "income", "plan", "left")
    return write_project(
        tmp_path_factory.mktemp("crash") / "project", [{name: row[name] for name in kept} for row in make_rows(120)],
        cleaning={"columns": {}}, splitting={"folds": 2}, modeling={"candidates": ["dummy", "linear"]},
    ).parent  # fmt: skip
