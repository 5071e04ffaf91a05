"""Runs: the latest is the latest, a name means one run, ledgers survive torn lines."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tenfold.core.errors import UserError
from tenfold.workflow.runs import RunFolder, find_run, new_id
from tenfold.workflow.seals import Ledger, Opening, TestSet
from tenfold.workflow.store import Store

NOW = datetime(2024, 5, 3, 12, 0, 0, 7000, tzinfo=UTC)


def made(store: Store, workflow: str, at: datetime) -> RunFolder:
    return RunFolder.create(store, workflow, new_id(at), {"workflow": workflow, "started": at.isoformat()})


def test_runs_of_one_second_sort_by_time(tmp_path: Path) -> None:
    ids = [new_id(NOW + timedelta(milliseconds=n)) for n in range(200)]
    assert ids == sorted(ids)
    assert len({new_id(NOW) for _ in range(20)}) > 15
    store = Store(tmp_path)
    runs = [made(store, "a", NOW + timedelta(milliseconds=n)) for n in range(5)]
    assert find_run(store, "latest") == find_run(store, "a") == runs[-1]


def test_run_is_found_by_id_start_and_workflow(tmp_path: Path) -> None:
    store = Store(tmp_path)
    first, second = made(store, "a", NOW), made(store, "b", NOW + timedelta(days=1))
    assert find_run(store, first.id) == find_run(store, f"a/{first.id}") == find_run(store, "20240503") == first
    assert find_run(store, "b") == second
    with pytest.raises(UserError, match="2 runs begin with '2024'"):
        find_run(store, "2024")
    with pytest.raises(UserError, match="no run is named 'c'"):
        find_run(store, "c")


def test_same_look_is_recorded_once_and_torn_lines_are_no_entries(tmp_path: Path) -> None:
    test_set = TestSet(Store(tmp_path), "set")
    assert test_set.open("run-1", "look", 10, "validation", NOW)
    assert not test_set.open("run-2", "look", 10, "validation", NOW)
    path = test_set.folder / "ledger.jsonl"
    path.write_text(path.read_text("utf-8") + '{"at": "2024', "utf-8")
    ledger = Ledger(test_set.folder)
    assert [entry.run for entry in ledger.openings()] == ["run-1"]
    assert ledger.record(Opening(NOW.isoformat(), "run-3", "another look", 10, "validation"))
    assert [entry.run for entry in ledger.openings()] == ["run-1", "run-3"]
    assert json.loads(path.read_text("utf-8").splitlines()[-1])["run"] == "run-3"
