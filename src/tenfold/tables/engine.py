"""The engine: an embedded DuckDB that runs what Ibis compiles.

Expressions are built on unbound Ibis tables, so the same ones compile for another engine; only this file runs them.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
import ibis
import pyarrow as pa
from ibis.backends.sql.datatypes import DuckDBType

DIALECT = "duckdb"
Rows = Any  # an Ibis table; Ibis ships no types


def connect(memory: int = 4 << 30, threads: int = 1, temp: Path | None = None) -> duckdb.DuckDBPyConnection:
    """A fresh in-memory database that spills to ``temp`` and keeps to about half of the memory budget.

    Args:
        memory: the whole budget in bytes; the engine gets half, since the rest of the process needs the other.
        threads: at least 1.
        temp: folder for spilled data; the engine's own default when left out.

    >>> connection = connect(1 << 30)
    >>> _ = run(connection, "create table t as select 1 as one")
    >>> fetch(connection, table(connection, "t")).to_pylist()
    [{'one': 1}]
    """
    settings: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": f"{max(memory // 2, 64 << 20)}B",
        "threads": max(1, threads),
        "preserve_insertion_order": True,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        # It takes the least and the largest number of a Parquet column for all there is, and NaN for never there.
        "disabled_optimizers": "statistics_propagation",
    }
    if temp is not None:
        settings["temp_directory"] = str(temp)
    return duckdb.connect(config=settings)


def run(connection: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    """Run one statement to its end and return its rows."""
    return connection.execute(sql).fetchall()


def table(connection: duckdb.DuckDBPyConnection, name: str) -> Rows:
    """A stored table as an unbound Ibis table with its types."""
    described = run(connection, f"describe {quoted(name)}")
    return ibis.table({row[0]: type_of(row[1]) for row in described}, name=name)


@lru_cache(maxsize=256)
def type_of(written: str) -> Any:
    """The Ibis type of a type as the engine describes it."""
    return DuckDBType.from_string(written)


def store(connection: duckdb.DuckDBPyConnection, name: str, rows: Rows) -> Rows:
    """Compute an Ibis table into a stored one, replacing it; returns the stored one."""
    run(connection, f"create or replace table {quoted(name)} as {ibis.to_sql(rows, dialect=DIALECT)}")
    return table(connection, name)


def fetch(connection: duckdb.DuckDBPyConnection, rows: Rows) -> pa.Table:
    """Compute an Ibis table and bring it over as Arrow."""
    return connection.sql(str(ibis.to_sql(rows, dialect=DIALECT))).to_arrow_table()


def quoted(name: str) -> str:
    """A name as an SQL identifier.

    >>> quoted("odd name")
    '"odd name"'
    """
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as an SQL literal.

    >>> literal("it's")
    "'it''s'"
    """
    return "'" + text.replace("'", "''") + "'"
