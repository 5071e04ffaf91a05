"""Removing what nobody needs any more: old runs, cached results that no run shows, journals to go on from."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from filelock import Timeout

from tenfold.core import files
from tenfold.workflow import journals
from tenfold.workflow.runs import RunFolder, all_runs
from tenfold.workflow.store import Store

#: Nobody leaves a result alone for a day, in seconds, and is still at work on it (unless it holds the lease).
_QUIET = 86_400


@dataclass(frozen=True)
class Rules:
    """What may go: runs older than ``age`` seconds, but never the newest ``keep`` of a workflow; then by ``size``."""

    age: float
    keep: int
    size: int | None = None


@dataclass(frozen=True)
class Gone:
    """What was removed."""

    runs: list[str]
    results: int
    bytes: int
    journals: int = 0


def collect(store: Store, rules: Rules, now: datetime, *, dry_run: bool = False) -> Gone:
    """Remove by age, then by size; running runs, models and seals stay, and so does what a stopped run goes on from."""
    old, kept = _parted(store, rules, now)
    used, released = _used(kept), _used(old)
    unused = [
        folder
        for folder in _all_entries(store)
        if folder.name not in used and (folder.name in released or _abandoned(store, folder, now))
    ]
    removed = sum(_bytes([folder]) for folder in unused)
    idle, idle_bytes = journals.collect(store, kept, old, now, dry_run=dry_run)
    if not dry_run:
        for folder in [*(run.path for run in old), *unused]:
            shutil.rmtree(folder, ignore_errors=True)
    return Gone([run.id for run in old], len(unused), removed + idle_bytes, idle)


def _parted(store: Store, rules: Rules, now: datetime) -> tuple[list[RunFolder], list[RunFolder]]:
    """The runs that go (by age, then the oldest until what the others use is within the size), and all others."""
    everything = all_runs(store)
    ages = _spare(everything, rules.keep, now)
    old = [run for run, age in ages.items() if age > rules.age]
    younger = [run for run in ages if run not in old]
    kept = [run for run in everything if run not in old]
    while rules.size is not None and younger and _bytes(_entries(store, _used(kept))) > rules.size:
        old.append(younger.pop(0))
        kept.remove(old[-1])
    return old, kept


def _spare(runs: Sequence[RunFolder], keep: int, now: datetime) -> dict[RunFolder, float]:
    """The runs that may go, oldest first, with their age: no running ones, and of each workflow none of the newest."""
    of_workflow: dict[str, list[RunFolder]] = {}
    for run in runs:
        of_workflow.setdefault(run.workflow, []).append(run)
    newest = {run for each in of_workflow.values() for run in each[max(0, len(each) - keep) :]}
    known = {run: run.facts() for run in runs if run not in newest}
    return {
        run: (now - datetime.fromisoformat(facts["started"])).total_seconds()
        for run, facts in known.items()
        if facts["status"] != "running"
    }


def _abandoned(store: Store, folder: Path, now: datetime) -> bool:
    """Left behind by a process that died: nothing in it was written for a day, and nobody holds its lease."""
    if now.timestamp() - files.last_write(folder) <= _QUIET:
        return False
    name = folder.name.split(".")[1] if folder.name.startswith(".") else folder.name  # .<name>.<random>.tmp
    try:
        with store.lease(name).acquire(timeout=0):
            return True
    except Timeout:  # some steps write elsewhere (in a journal) until their very end
        return False


def _used(runs: Iterable[RunFolder]) -> set[str]:
    """The cache entries that runs show."""
    return {known["fingerprint"] for run in runs for known in run.facts()["steps"].values()}


def _all_entries(store: Store) -> list[Path]:
    return sorted(store.cache.iterdir()) if store.cache.is_dir() else []


def _entries(store: Store, names: set[str]) -> list[Path]:
    return [folder for folder in _all_entries(store) if folder.name in names]


def _bytes(folders: Iterable[Path]) -> int:
    return sum(file.stat().st_size for folder in folders for file in folder.rglob("*") if file.is_file())
