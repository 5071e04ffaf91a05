"""Parquet files as tables of the engine: looked at where they lie, written in one durable go."""

from __future__ import annotations

from pathlib import Path

import duckdb
import ibis

from tenfold.core import files
from tenfold.tables.engine import DIALECT, Rows, fetch, literal, quoted, run, table


def view(connection: duckdb.DuckDBPyConnection, name: str, path: Path) -> Rows:
    """A Parquet file as an unbound Ibis table, under a name of the engine; nothing is read yet."""
    run(connection, f"create or replace view {quoted(name)} as select * from read_parquet({literal(str(path))})")
    return table(connection, name)


def write(connection: duckdb.DuckDBPyConnection, rows: Rows, path: Path) -> Path:
    """Compute an Ibis table into a Parquet file, durably. Same rows in the same order: same bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with files.scratch_folder(path) as scratch:
        target = scratch / path.name
        sql = ibis.to_sql(rows, dialect=DIALECT)
        options = "format parquet, compression zstd, row_group_size 122880"
        run(connection, f"copy ({sql}) to {literal(str(target))} ({options})")
        files.sync_file(target)
        target.replace(path)
    files.sync_folder(path.parent)
    return path


def count(connection: duckdb.DuckDBPyConnection, rows: Rows) -> int:
    """How many rows an Ibis table has."""
    return int(fetch(connection, rows.aggregate(n=rows.count()))["n"][0].as_py())
