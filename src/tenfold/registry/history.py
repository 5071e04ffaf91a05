"""The history: append-only, each entry sealed with the hash of the one before.

Haber & Stornetta, "How to time-stamp a digital document", J. Cryptology 3 (1991): changing one entry breaks every
later one.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tenfold.core import identity
from tenfold.core.errors import Problem

#: What the first entry holds as "previous".
GENESIS = "0" * 64


@dataclass(frozen=True)
class Entry:
    """One thing that happened: when, by whom, what, to which model, with which details."""

    seq: int
    at: str  # ISO 8601, UTC
    actor: str
    action: str  # register | alias
    model: str
    detail: Mapping[str, Any] = field(hash=False)
    previous: str
    hash: str = ""

    def digest(self) -> str:
        """The hash this entry has to have."""
        told = [self.seq, self.at, self.actor, self.action, self.model, dict(self.detail), self.previous]
        return identity.of_value(told)


def append(
    connection: sqlite3.Connection, at: datetime, actor: str, action: str, model: str, detail: Mapping[str, Any]
) -> Entry:
    """Write one entry at the end, inside the caller's transaction."""
    last = connection.execute("select seq, hash from history order by seq desc limit 1").fetchone()
    seq, previous = (last["seq"] + 1, last["hash"]) if last else (1, GENESIS)
    told = json.loads(identity.canonical_json(detail))  # as it will be read back
    entry = Entry(seq, at.isoformat(timespec="seconds"), actor, action, model, told, previous)
    row = (seq, entry.at, actor, action, model, identity.canonical_json(told), previous, entry.digest())
    connection.execute("insert into history values (?, ?, ?, ?, ?, ?, ?, ?)", row)
    return entry


def entries(connection: sqlite3.Connection, model: str | None = None) -> tuple[Entry, ...]:
    """All entries, or one model's, oldest first."""
    rows = connection.execute("select * from history where ? is null or model = ? order by seq", (model, model))
    return tuple(Entry(**{**dict(row), "detail": json.loads(row["detail"])}) for row in rows)


def broken(chain: tuple[Entry, ...]) -> Iterator[Problem]:
    """Where the chain does not hold."""
    previous = GENESIS
    for place, entry in enumerate(chain, start=1):
        if entry.seq != place or entry.previous != previous or entry.hash != entry.digest():
            yield Problem(
                "TF-REGISTRY-010",
                "the history was changed here: this entry does not follow from the one before",
                f"history, entry {entry.seq}",
                do="compare with a copy of the registry",
            )
        previous = entry.hash
