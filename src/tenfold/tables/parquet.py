"""Parquet files as tables of the engine: looked at where they lie, written in one durable go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import ibis
import pyarrow.parquet as pq

from tenfold.core import files
from tenfold.tables.engine import DIALECT, Rows, fetch, literal, quoted, run, table, type_of


def view(connection: duckdb.DuckDBPyConnection, name: str, path: Path, columns: Sequence[str] = ()) -> Rows:
    """A Parquet file as an unbound Ibis table, under a name of the engine; nothing is read yet.

    Args:
        columns: only these, and ``__at``, the row number from 0 (all, and without it, when left out).
    """
    if columns:
        from_, number = _numbered(path, pq.read_schema(path).names)
        what = ", ".join([*map(quoted, columns), f"{number} as __at"])
    else:
        from_, what = f"read_parquet({literal(str(path))})", "*"
    run(connection, f"create or replace view {quoted(name)} as select {what} from {from_}")
    return table(connection, name)


def _numbered(path: Path, names: Iterable[str]) -> tuple[str, str]:
    """A Parquet file with its rows numbered from 0, for FROM, and the number's name: the engine's own unless some
    column of the file is called so (names differ by more than their case)."""
    file = literal(str(path))
    if all(name.casefold() != "file_row_number" for name in names):
        return f"read_parquet({file}, file_row_number=true)", "file_row_number"
    # The window has no order of its own, so it counts rows as they come: in the order of the file.
    return f"(select *, row_number() over () - 1 as __number from read_parquet({file}))", "__number"


@dataclass(frozen=True)
class Source:
    """A Parquet file for statements that read some of its columns: binding a view of thousands takes long."""

    sql: str  # stands after FROM; named ``raw``
    number: str  # SQL of the number of a row in the file, from 0
    kinds: Mapping[str, Any]  # Ibis types by column, in the file's order
    rows: int


def source(connection: duckdb.DuckDBPyConnection, path: Path) -> Source:
    """A Parquet file as a source; only its footer is read."""
    described = run(connection, f"describe select * from read_parquet({literal(str(path))})")
    kinds = {row[0]: type_of(row[1]) for row in described}
    sql, number = _numbered(path, kinds)
    return Source(f"{sql} raw", f"raw.{number}", kinds, pq.read_metadata(path).num_rows)


def write(connection: duckdb.DuckDBPyConnection, rows: Rows, path: Path) -> Path:
    """Compute an Ibis table into a Parquet file, durably. Same rows in the same order: same bytes."""
    return copy(connection, str(ibis.to_sql(rows, dialect=DIALECT)), path)


def copy(connection: duckdb.DuckDBPyConnection, sql: str, path: Path) -> Path:
    """As :func:`write`, of a statement: Ibis is slow to compile one about thousands of columns."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with files.scratch_folder(path) as scratch:
        target = scratch / path.name
        options = "format parquet, compression zstd, row_group_size 122880"
        run(connection, f"copy ({sql}) to {literal(str(target))} ({options})")
        files.sync_file(target)
        target.replace(path)
    files.sync_folder(path.parent)
    return path


def count(connection: duckdb.DuckDBPyConnection, rows: Rows) -> int:
    """How many rows an Ibis table has."""
    return int(fetch(connection, rows.aggregate(n=rows.count()))["n"][0].as_py())
