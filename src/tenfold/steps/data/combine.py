"""Several tables made one by the user's SQL, in DuckDB, which may look at nothing but them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import duckdb

from tenfold.steps.data import refusals
from tenfold.steps.data.part import check_names


def combine(sql: str, tables: Mapping[str, Path], target: Path, memory: int) -> None:
    """Write the answer of ``sql`` over ``tables`` (name → Parquet file) to ``target``, in an order of its own rows.

    One thread, rows sorted by all columns: the same tables give the same file, down to the last digit of a sum.
    TF-DATA-017 when the SQL fails. ``memory`` is in bytes; what does not fit spills to the folder of ``target``.
    """
    statement = sql.strip().rstrip(";")
    with duckdb.connect() as database:
        _fence(database, target.parent, memory)
        try:
            for name, path in tables.items():
                database.execute(f"create view {_quoted(name)} as from read_parquet({_text(path)})")
            check_names(_names(database, statement), "data.combine")
            ordered = f"select * from (\n{statement}\n) order by all"
            database.execute(f"copy ({ordered}) to {_text(target)} (format parquet)")
        except duckdb.Error as error:
            raise refusals.bad_combine(_why(error), list(tables)) from error


def _fence(database: duckdb.DuckDBPyConnection, folder: Path, memory: int) -> None:
    database.execute("set threads = 1")
    database.execute(f"set memory_limit = '{max(memory // 2, 64 << 20) // (1 << 20)}MiB'")
    database.execute(f"set temp_directory = {_text(folder)}")
    database.execute(f"set allowed_directories = [{_text(folder)}]")
    database.execute("set python_enable_replacements = false")
    database.execute("set enable_external_access = false")
    database.execute("set lock_configuration = true")


def _names(database: duckdb.DuckDBPyConnection, statement: str) -> list[str]:
    """The names as the SQL gives them: within a subquery, DuckDB would rename duplicates silently."""
    if len(database.extract_statements(statement)) != 1:
        raise duckdb.ParserException("it is more than one statement")
    return [name for name, *_ in database.execute(f"describe {statement}").fetchall()]


def _why(error: duckdb.Error) -> str:
    """DuckDB's message without its picture, and without the system tables it may propose."""
    text = " ".join(str(error).split("\n\nLINE")[0].split())
    return re.sub(r' Did you mean "(pg_|duckdb_|sqlite_)[^"]*"\??', "", text)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
