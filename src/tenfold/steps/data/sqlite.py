"""A table or query of an SQLite database, opened read-only; types by value, as SQLite itself has them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Any
from urllib.parse import quote

from tenfold.steps.data import refusals, rows
from tenfold.steps.data.config import Source
from tenfold.steps.data.locate import Located
from tenfold.steps.data.part import Part, check_names

_READING = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}


def read(files: Sequence[Located], source: Source) -> tuple[Part, ...]:
    """One part per database."""
    return tuple(_part(file, source) for file in files)


def label(file: Located, source: Source) -> str:
    """What stands in the column ``__source``: the database, and its table or "query"."""
    return f"{file.label}#{source.table or ('query' if source.query else '')}".rstrip("#")


def _part(file: Located, source: Source) -> Part:
    sql, tables = _statement(file, source)
    where = label(file, source)
    names, findings = check_names(_names(file, sql, tables), where)

    def values() -> Iterator[Sequence[Any]]:
        return _select(file, sql, tables)

    found, total = rows.kinds(values(), len(names))
    if not total:
        raise refusals.no_rows(where, "the query returns none" if source.query else "the table is empty")
    columns = tuple(zip(names, rows.physical(found), strict=True))
    said = (*findings, *rows.noticed(where, names, found))
    return Part(columns, lambda: rows.batches(values, columns), said)


def _statement(file: Located, source: Source) -> tuple[str, list[str]]:
    tables = _tables(file)
    if source.query is not None:
        return source.query, tables
    if (source.table is None and len(tables) != 1) or not tables:
        raise refusals.no_table(file.label, None, tables)
    asked = source.table or tables[0]
    known = {each.casefold(): each for each in tables}
    if asked.casefold() not in known:
        raise refusals.no_table(file.label, asked, tables)
    name = known[asked.casefold()].replace('"', '""')
    return f'select * from "{name}"', tables


def _tables(file: Located) -> list[str]:
    ask = "select name from sqlite_schema where type in ('table', 'view') and name not like 'sqlite~_%' escape '~'"
    try:
        with closing(_connect(file)) as database:
            return sorted(name for (name,) in database.execute(ask))
    except sqlite3.Error as error:
        raise refusals.broken_file(file.label, "an SQLite database", str(error)) from error


def _names(file: Located, sql: str, tables: Sequence[str]) -> list[str]:
    with closing(_connect(file)) as database:
        cursor = _execute(database, file, sql, tables)
        if cursor.description is None:
            raise refusals.bad_query(file.label, "it is not a SELECT", tables)
        return [column[0] for column in cursor.description]


def _select(file: Located, sql: str, tables: Sequence[str]) -> Iterator[Sequence[Any]]:
    with closing(_connect(file)) as database:
        try:
            yield from _execute(database, file, sql, tables)
        except sqlite3.Error as error:
            raise refusals.bad_query(file.label, str(error), tables) from error


def _execute(database: sqlite3.Connection, file: Located, sql: str, tables: Sequence[str]) -> sqlite3.Cursor:
    try:
        return database.execute(sql)
    except (sqlite3.Error, sqlite3.Warning) as error:
        raise refusals.bad_query(file.label, str(error), tables) from error


def _connect(file: Located) -> sqlite3.Connection:
    """Read-only, and unable to reach other files: a query's rows come from the file that is named."""
    database = sqlite3.connect(f"file:{quote(str(file.path.absolute()))}?mode=ro", uri=True)
    database.set_authorizer(lambda action, *_: sqlite3.SQLITE_OK if action in _READING else sqlite3.SQLITE_DENY)
    return database
