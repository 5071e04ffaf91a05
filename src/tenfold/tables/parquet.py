"""Parquet files as tables of the engine: looked at where they lie, written in one durable go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import ibis

from tenfold.core import files
from tenfold.tables.engine import DIALECT, Rows, fetch, literal, quoted, run, table, type_of


def view(connection: duckdb.DuckDBPyConnection, name: str, path: Path, columns: Sequence[str] = ()) -> Rows:
    """A Parquet file as an unbound Ibis table, under a name of the engine; nothing is read yet.

    Args:
        columns: only these, and ``__at``, the row number from 0 (all, and without it, when left out).
    """
    what = ", ".join([*map(quoted, columns), "file_row_number as __at"]) if columns else "*"
    numbered = ", file_row_number=true" if columns else ""
    from_ = f"read_parquet({literal(str(path))}{numbered})"
    run(connection, f"create or replace view {quoted(name)} as select {what} from {from_}")
    return table(connection, name)


@dataclass(frozen=True)
class Source:
    """A Parquet file for statements that read some of its columns: binding a view of thousands takes long."""

    sql: str  # stands after FROM; named ``raw``; has ``file_row_number``, from 0
    kinds: Mapping[str, Any]  # Ibis types by column, in the file's order
    rows: int


def source(connection: duckdb.DuckDBPyConnection, path: Path) -> Source:
    """A Parquet file as a source; only its footer is read."""
    sql = f"read_parquet({literal(str(path))}, file_row_number=true) raw"
    described = run(connection, f"describe select * from read_parquet({literal(str(path))})")
    rows = run(connection, f"select count(*) from {sql}")[0][0]
    return Source(sql, {row[0]: type_of(row[1]) for row in described}, int(rows))


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
