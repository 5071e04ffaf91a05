"""The registry's file: SQLite with a rollback journal, one writer at a time, every commit on disk.

https://www.sqlite.org/atomiccommit.html. Rows of ``versions`` and ``history`` are never changed or removed; the
triggers hold it against slips, the hash chain against more.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from tenfold.core.errors import UserError

#: For docs/errors.md: code → (what it means, what to do), where both are put together at run time.
CODES = {
    "TF-REGISTRY-001": (
        "the registry cannot be used: it is damaged, cannot be written, or a newer Tenfold wrote it",
        "check its permissions, restore it from a copy, or install the Tenfold that wrote it",
    ),
}

_LAYOUT = 1
_PATIENCE = 60.0  # seconds that a process waits for another one's write

_TABLES = """
create table if not exists versions (
  model text not null, version integer not null, identity text not null, created text not null,
  run text not null, evidence text not null, primary key (model, version), unique (model, identity)
) strict;
create table if not exists aliases (
  model text not null, alias text not null, version integer not null, primary key (model, alias),
  foreign key (model, version) references versions (model, version)
) strict;
create table if not exists history (
  seq integer primary key, at text not null, actor text not null, action text not null, model text not null,
  detail text not null, previous text not null, hash text not null
) strict;
"""
_GUARDS = "".join(
    f"""
create trigger if not exists {table}_keeps_{verb} before {verb} on {table}
begin select raise(abort, '{table} is append-only'); end;
"""
    for table in ("versions", "history")
    for verb in ("update", "delete")
)


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection | None]:
    """One consistent view of the registry; None when there is no registry yet (nothing is made by looking)."""
    if not path.exists():
        yield None
        return
    with _open(path) as connection:
        connection.execute("begin")
        if not _layout(connection, path):
            yield None
        else:
            yield connection
        connection.execute("rollback")


@contextmanager
def writing(path: Path) -> Iterator[sqlite3.Connection]:
    """The one writer: everything inside is committed at the end, or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with _open(path) as connection:
        connection.execute("begin immediate")
        try:
            if not _layout(connection, path):
                for statement in _statements():
                    connection.execute(statement)
            yield connection
        except BaseException:
            connection.execute("rollback")
            raise
        connection.execute("commit")


@contextmanager
def _open(path: Path) -> Iterator[sqlite3.Connection]:
    try:
        with closing(sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None)) as connection:
            connection.execute("pragma synchronous = full")
            connection.execute("pragma foreign_keys = on")
            connection.row_factory = sqlite3.Row
            yield connection
    except (sqlite3.DatabaseError, sqlite3.OperationalError) as error:
        raise UserError.of(
            "TF-REGISTRY-001",
            f"the registry cannot be used ({error})",
            str(path),
            expected="a registry that Tenfold wrote, on a disk that can be written",
            do="check its permissions; if it is damaged, restore it from a copy",
        ) from error


def _layout(connection: sqlite3.Connection, path: Path) -> int:
    layout = int(connection.execute("pragma user_version").fetchone()[0])
    if layout > _LAYOUT:
        raise UserError.of(
            "TF-REGISTRY-001",
            f"the registry has layout {layout}",
            str(path),
            expected=f"layout {_LAYOUT}",
            do="install the Tenfold that wrote it",
        )
    return layout


def _statements() -> list[str]:
    tables = [each for each in _TABLES.split(";\n") if each.strip()]
    guards = [each for each in _GUARDS.split("\n\n") if each.strip()]
    return [*tables, *guards, f"pragma user_version = {_LAYOUT}"]
