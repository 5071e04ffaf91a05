"""A journal is kept for whoever may go on from it, and for nobody else."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tenfold.workflow import journals
from tenfold.workflow.cleaning_up import Rules, collect
from tenfold.workflow.runs import RunFolder
from tenfold.workflow.store import Store

NOW = datetime.now(UTC)
LATER = NOW + timedelta(days=30)
KEEP_ALL, KEEP_ONE = Rules(age=3600, keep=9), Rules(age=3600, keep=1)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / ".tenfold")


def run(store: Store, name: str, status: str, *used: str) -> RunFolder:
    """A run that wrote in some journals and ended so."""
    folder = RunFolder.create(store, "churn", name, {"started": NOW.isoformat()})
    for journal in used:
        (journals.use(store, journal, name) / "folds").mkdir(parents=True, exist_ok=True)
        (store.journals / journal / "folds" / "1.npz").write_bytes(b"x" * 1000)
    if status != "running":
        folder.update(status=status)
    return folder


def left(store: Store) -> list[str]:
    return sorted(path.name for path in store.journals.iterdir())


@pytest.mark.parametrize("status", ["stopped", "stopped early", "failed", "running"])
def test_what_may_go_on_keeps_its_journal(store: Store, status: str) -> None:
    run(store, "20260101-000000-000aaaa", status, "one")
    assert collect(store, KEEP_ALL, LATER).journals == 0
    assert left(store) == ["one", "one.runs"]


def test_a_killed_run_keeps_its_journal(store: Store) -> None:
    folder = run(store, "20260101-000000-000aaaa", "running", "one")
    folder.update(process={"pid": os.getpid(), "began": 0.0})
    assert folder.facts()["status"] == "killed"
    assert collect(store, KEEP_ALL, LATER).journals == 0


def test_once_a_run_has_finished_with_it_a_journal_goes(store: Store) -> None:
    run(store, "20260101-000000-000aaaa", "stopped", "one", "two")
    run(store, "20260102-000000-000aaaa", "finished", "one")
    would = collect(store, KEEP_ALL, LATER, dry_run=True)
    assert (would.journals, left(store)) == (1, ["one", "one.runs", "two", "two.runs"])
    gone = collect(store, KEEP_ALL, LATER)
    assert (gone.journals, gone.bytes) == (1, would.bytes)
    assert gone.bytes > 1000
    assert left(store) == ["two", "two.runs"]


def test_a_run_at_work_keeps_a_journal_that_another_has_finished_with(store: Store) -> None:
    run(store, "20260101-000000-000aaaa", "finished", "one")
    run(store, "20260102-000000-000aaaa", "running", "one")
    assert collect(store, KEEP_ALL, LATER).journals == 0


def test_journals_of_removed_runs_go_with_them(store: Store) -> None:
    run(store, "20260101-000000-000aaaa", "stopped", "one", "two")
    run(store, "20260102-000000-000aaaa", "stopped", "two")
    gone = collect(store, KEEP_ONE, LATER)
    assert gone.runs == ["20260101-000000-000aaaa"]
    assert left(store) == ["two", "two.runs"]


def test_a_journal_of_nobody_known_goes_once_it_is_quiet(store: Store) -> None:
    journals.use(store, "begun", "a run that begins this moment")
    (store.journals / "old").mkdir()
    assert collect(store, KEEP_ALL, NOW).journals == 0
    assert collect(store, KEEP_ALL, LATER).journals == 2
    assert left(store) == []


def test_beginning_anew_empties_it(store: Store) -> None:
    run(store, "20260101-000000-000aaaa", "stopped", "one")
    folder = journals.use(store, "one", "20260102-000000-000aaaa", anew=True)
    assert not folder.exists()
    assert (store.journals / "one.runs").read_text("utf-8").split()[-1] == "20260102-000000-000aaaa"
