"""One hash of many columns of a row: of wide rows the hash of hashes, so that no statement holds all columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import duckdb

from tenfold.tables import engine
from tenfold.tables.parquet import Source

#: Columns that are hashed together.
HASHED = 500


def blocks(columns: Sequence[Any], size: int = HASHED) -> Iterator[tuple[Any, ...]]:
    """Columns in blocks of at most ``size``; one without columns when there are none.

    >>> list(blocks("abcde", 2)), list(blocks(""))
    ([('a', 'b'), ('c', 'd'), ('e',)], [()])
    """
    for begin in range(0, max(1, len(columns)), size):
        yield tuple(columns[begin : begin + size])


def together(texts: Sequence[str]) -> str:
    """The MD5 of SQL texts, as SQL: each marked off by its length, so that no two rows share a spelling by accident."""
    if not texts:
        return "md5('')"
    # One expression over a list: planning one for every text takes longer than computing it.
    marked = f"list_transform([{', '.join(texts)}], lambda text: coalesce(strlen(text) || ':' || text, '~'))"
    return f"md5(array_to_string({marked}, '|'))"


def store(connection: duckdb.DuckDBPyConnection, name: str, source: Source, texts: Sequence[str]) -> None:
    """A table of ``__at`` (row number of the source) and ``__hashed``, in the source's order.

    Up to ``HASHED`` texts are hashed together, of more the hashes of so many each.
    """
    parts = [f"h{place}" for place, _ in enumerate(blocks(texts))]
    for part, block in zip(parts, blocks(texts), strict=True):
        query = f"select {source.number} as __at, {together(block)} as {part} from {source.sql}"
        wider = query if part == parts[0] else f"select {name}.*, {part} from {name} join ({query}) using (__at)"
        engine.run(connection, f"create or replace table {name} as {wider}")
    whole = parts[0] if len(parts) == 1 else f"md5(concat_ws('|', {', '.join(parts)}))"
    query = f"select __at, {whole} as __hashed from {name} order by __at"
    engine.run(connection, f"create or replace table {name} as {query}")
