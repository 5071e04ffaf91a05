"""Removing what nobody needs any more: old runs, cached results that no run shows, journals to go on from."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tenfold.workflow import journals
from tenfold.workflow.runs import RunFolder, all_runs
from tenfold.workflow.store import Store


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
    old = _old(store, rules, now)
    kept = [run for run in all_runs(store) if run not in old]
    while rules.size is not None and len(kept) > rules.keep and _bytes(_entries(store, _used(kept))) > rules.size:
        old.append(kept.pop(0))
    used, released = _used(kept), _used(old)
    unused = [
        folder
        for folder in _all_entries(store)
        if folder.name not in used and (folder.name in released or _abandoned(folder, now))
    ]
    removed = sum(_bytes([folder]) for folder in unused)
    idle, idle_bytes = journals.collect(store, kept, old, now, dry_run=dry_run)
    if not dry_run:
        for folder in [*(run.path for run in old), *unused]:
            shutil.rmtree(folder, ignore_errors=True)
    return Gone([run.id for run in old], len(unused), removed + idle_bytes, idle)


def _old(store: Store, rules: Rules, now: datetime) -> list[RunFolder]:
    found = []
    for workflow in sorted({run.workflow for run in all_runs(store)}):
        runs = all_runs(store, workflow)
        for run in runs[: max(0, len(runs) - rules.keep)]:
            facts = run.facts()
            age = (now - datetime.fromisoformat(facts["started"])).total_seconds()
            if age > rules.age and facts["status"] != "running":
                found.append(run)
    return found


def _abandoned(folder: Path, now: datetime) -> bool:
    """Left behind by a process that died: nobody writes to one result for a day."""
    return now.timestamp() - folder.stat().st_mtime > 86_400


def _used(runs: Iterable[RunFolder]) -> set[str]:
    """The cache entries that runs show."""
    return {known["fingerprint"] for run in runs for known in run.facts()["steps"].values()}


def _all_entries(store: Store) -> list[Path]:
    return sorted(store.cache.iterdir()) if store.cache.is_dir() else []


def _entries(store: Store, names: set[str]) -> list[Path]:
    return [folder for folder in _all_entries(store) if folder.name in names]


def _bytes(folders: Iterable[Path]) -> int:
    return sum(file.stat().st_size for folder in folders for file in folder.rglob("*") if file.is_file())
