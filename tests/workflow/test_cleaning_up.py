"""`tenfold gc` removes old runs and their results, and nothing that anybody is at work on."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tenfold.workflow.cleaning_up import Rules, collect
from tenfold.workflow.runs import RunFolder, new_id
from tenfold.workflow.store import Store

NOW = datetime.now(UTC)
BEGAN = NOW - timedelta(hours=1)
TWO_DAYS = 2 * 86_400


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / ".tenfold")


def run(store: Store, workflow: str, number: int, status: str = "finished") -> str:
    """The run that began ``number`` minutes after the first; its one result, of 1,000 bytes, is its own."""
    began = BEGAN + timedelta(minutes=number)
    folder = RunFolder.create(store, workflow, new_id(began), {"started": began.isoformat()})
    entry(store, folder.id)
    changes: Mapping[str, object] = {} if status == "running" else {"status": status}
    folder.update(**changes, steps={"data": {"fingerprint": folder.id, "parts": {}}})
    return folder.id


def entry(store: Store, name: str) -> Path:
    folder = store.cache / name
    folder.mkdir(parents=True)
    (folder / "rows.bin").write_bytes(b"x" * 1000)
    return folder


def age(*paths: Path, seconds: float = TWO_DAYS) -> None:
    for path in paths:
        os.utime(path, (NOW.timestamp() - seconds,) * 2)


def left(store: Store) -> list[str]:
    return sorted(path.parent.name for path in store.runs.glob("*/*/run.json"))


def small(keep: int, size: int) -> Rules:
    return Rules(age=86_400, keep=keep, size=size)


def test_the_oldest_runs_go_until_the_cache_is_below_the_size(store: Store) -> None:
    ids = [run(store, "ab"[number % 2], number) for number in range(6)]
    gone = collect(store, small(1, 3500), NOW)
    assert (gone.runs, gone.results, gone.bytes) == (ids[:3], 3, 3000)
    assert left(store) == sorted(path.name for path in store.cache.iterdir()) == ids[3:]


def test_the_newest_runs_of_each_workflow_stay_whatever_the_size(store: Store) -> None:
    rare = run(store, "rare", 0)
    often = [run(store, "often", number) for number in range(1, 5)]
    assert collect(store, small(2, 1), NOW).runs == often[:2]
    assert left(store) == [rare, *often[2:]]


def test_running_runs_stay_whatever_the_size(store: Store) -> None:
    working, done = run(store, "a", 0, "running"), run(store, "a", 1)
    assert collect(store, small(0, 1), NOW).runs == [done]
    assert left(store) == [working]
    assert (store.cache / working).is_dir()


def test_a_scratch_folder_that_is_still_written_in_stays(store: Store) -> None:
    busy, dead = entry(store, ".aa.0123.tmp"), entry(store, ".bb.0123.tmp")
    (busy / "deep").mkdir()
    (busy / "deep" / "new.bin").write_bytes(b"x")
    age(busy / "rows.bin", busy / "deep", busy, dead / "rows.bin", dead)
    assert collect(store, Rules(age=0, keep=0), NOW).results == 1
    assert (busy.is_dir(), dead.is_dir()) == (True, False)


def test_a_scratch_folder_stays_while_its_step_holds_the_lease(store: Store) -> None:
    folder = entry(store, ".aa.0123.tmp")
    age(folder / "rows.bin", folder)
    with store.lease("aa"):
        assert collect(store, Rules(age=0, keep=0), NOW).results == 0
    assert collect(store, Rules(age=0, keep=0), NOW).results == 1
