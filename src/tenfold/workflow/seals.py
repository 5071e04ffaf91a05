"""Seals: who is tested is recorded once, and every opening of a test set stands in its ledger, across all runs.

``seals/<test set>/`` holds ``parts.parquet`` (row key → part, every row ever seen), ``cut.json`` (a pinned time cut),
``assigned/<content>.parquet`` (the parts of one table's content), ``<content>.parquet`` (sealed rows of that content)
and ``ledger.jsonl`` (append-only).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from tenfold.core import files
from tenfold.workflow.store import Store


@dataclass(frozen=True)
class Opening:
    """One look at sealed rows: when, by which run, with which model, for what."""

    at: str
    run: str
    step: str  # fingerprint of the validation that looked: the same one looking again is the same look
    rows: int
    purpose: str


class Ledger:
    """The openings of one test set, oldest first. Entries are only ever added."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "ledger.jsonl"

    def openings(self) -> list[Opening]:
        """All whole entries; a line that was torn by a crash is not an entry."""
        if not self.path.exists():
            return []
        return [entry for line in self.path.read_text("utf-8").splitlines() if (entry := _entry(line))]

    def record(self, opening: Opening) -> bool:
        """Write an opening down before it happens; false if this very look is already recorded."""
        if any(entry.step == opening.step for entry in self.openings()):
            return False
        files.append_line(self.path, json.dumps(opening.__dict__, ensure_ascii=False))
        return True


def _entry(line: str) -> Opening | None:
    try:
        return Opening(**json.loads(line))
    except (ValueError, TypeError):
        return None


@dataclass(frozen=True)
class TestSet:
    """The folder of one test set."""

    store: Store
    name: str

    __test__ = False  # not a test case of pytest's

    @property
    def folder(self) -> Path:
        return self.store.seals / self.name

    @property
    def ledger(self) -> Ledger:
        return Ledger(self.folder)

    def sealed(self, content: str) -> Path:
        """Where the sealed rows of a table with this content lie."""
        return self.folder / f"{content[:16]}.parquet"

    def assigned(self, content: str) -> Path:
        """Where the parts of a table with this content are recorded."""
        return self.folder / "assigned" / f"{content[:16]}.parquet"

    def cut(self) -> list[Any]:
        path = self.folder / "cut.json"
        return list(files.read_json(path)) if path.exists() else []

    def open(self, run: str, step: str, rows: int, purpose: str, now: datetime) -> bool:
        """Record that the sealed rows are about to be read; false if this look is recorded already."""
        with self.store.lease(f"seal-{self.name}"):
            return self.ledger.record(Opening(now.isoformat(timespec="seconds"), run, step, rows, purpose))
