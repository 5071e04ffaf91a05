"""Rows read by the rules: both layers as one statement for a block of columns, each block a file sorted by row key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb

from tenfold.schema import Column, Schema
from tenfold.schema.finish import NUMBER_KINDS
from tenfold.tables import engine, hashing, parquet, stitching, templates
from tenfold.tables.parquet import Source

#: Number of a raw row, and whether it is the user's own test row.
ROW, TEST = "__id", "__test"
#: Columns that are read together: engines plan and hold thousands of them badly.
BLOCK = 500
#: So many columns of one type and rule are read as one list: planning an expression for each takes longer.
SHARED = 8
Engine = duckdb.DuckDBPyConnection


@dataclass(frozen=True)
class Typed:
    """The typed layer: files with the same rows in the same order. The first has ROW, TEST, ``__key`` and
    ``__content``, too.

    ``unreadable`` and ``infinite`` count such values by column, where there are any.
    """

    blocks: tuple[Path, ...]
    columns: tuple[tuple[Column, ...], ...]
    unreadable: Mapping[str, int]
    infinite: Mapping[str, int]


def used(schema: Schema) -> list[Column]:
    """The columns of the typed table in name order; keys and groups are categories: it matters which rows agree."""
    columns = sorted((column for column in schema.columns if column.role != "ignored"), key=lambda each: each.name)
    return [
        Column(each.name, "category", each.role, each.rule) if each.role in ("key", "group") else each
        for each in columns
    ]


def statement(raw: Source, columns: Sequence[Column], extra: Mapping[str, str], texts: bool = False) -> str:
    """Columns read by their rules, as a query over the raw table.

    Args:
        extra: more columns: name → SQL over the raw table.
        texts: whether the text behind each value comes along, as ``__text NAME``.
    """
    kinds, name = raw.kinds, engine.quoted
    alone, lists = (columns, {}) if texts else _alike(kinds, columns)
    added = [f"{sql} as {name(each)}" for each, sql in extra.items()]
    ready = [f"{templates.prepared(kinds[each.name], each)} as {name(each.name)}" for each in alone]
    ready += [f"{templates.prepared_list(kinds[group[0].name], group)} as {each}" for each, group in lists.items()]
    typed = [f"{templates.typed(kinds[each.name], each)} as {name(each.name)}" for each in alone]
    typed += [f"{templates.typed_list(kinds[group[0].name], group, each)} as {each}" for each, group in lists.items()]
    shown = [f"cast({name(each.name)} as varchar) as {name(f'__text {each.name}')}" for each in alone if texts]
    inner = f"select {', '.join([*added, *ready])} from {raw.sql}"
    read = f"select {', '.join([*map(name, extra), *typed, *shown])} from ({inner})"
    if not lists:
        return read
    whole = [name(each) for each in (*extra, *(column.name for column in alone))]
    parts = [f"{each}[{place}] as {name(column.name)}"
             for each, group in lists.items() for place, column in enumerate(group, start=1)]  # fmt: skip
    return f"select {', '.join([*whole, *parts])} from ({read})"


def _alike(kinds: Mapping[str, Any], columns: Sequence[Column]) -> tuple[list[Column], dict[str, list[Column]]]:
    """The columns that are read one by one, and lists of those that share their type and rule with many others."""
    shared: dict[Any, list[Column]] = {}
    for each in columns:
        shared.setdefault((kinds[each.name], each.kind, each.rule), []).append(each)
    lists = [group for group in shared.values() if len(group) >= SHARED]
    together = {each.name for group in lists for each in group}
    alone = [each for each in columns if each.name not in together]
    return alone, {f"__list{place}": group for place, group in enumerate(lists)}


def read(connection: Engine, raw: Source, schema: Schema, folder: Path) -> Typed:
    """Read every row of ``raw``, a block of columns at a time, into files of ``folder``."""
    identified, identity = _identity(connection, raw, schema.key.name if schema.key else None)
    paths, read_columns = [], list(hashing.blocks(used(schema), BLOCK))
    unreadable: dict[str, int] = {}
    infinite: dict[str, int] = {}
    for place, columns in enumerate(read_columns):
        engine.run(connection, f"create or replace table block as {statement(identified, columns, identity)}")
        numbers = [column.name for column in columns if column.kind in NUMBER_KINDS]
        for counts, found in zip((unreadable, infinite), _odd(connection, numbers), strict=True):
            counts.update(found)
        shown = [*(column.name for column in columns), *(identity if place == 0 else ())]
        paths.append(_sorted(connection, shown, [*identity], folder / f"block{place}.parquet"))
    engine.run(connection, "drop table block")
    return Typed(tuple(paths), tuple(read_columns), unreadable, infinite)


def _sorted(connection: Engine, names: Sequence[str], identity: Sequence[str], path: Path) -> Path:
    """One block as a file; the order of the source leaves no trace but among rows that are equal throughout."""
    order = [engine.quoted(name) for name in ("__key", "__content", TEST, ROW) if name in identity]
    rows = stitching.group_rows(len(names))
    query = f"select {', '.join(map(engine.quoted, names))} from block order by {', '.join(order)}"
    engine.run(connection, f"copy ({query}) to {engine.literal(str(path))} (format parquet, row_group_size {rows})")
    return path


def own(raw: Source) -> dict[str, str]:
    """SQL over the raw table for a row's number and, where there is one, its mark as a test row."""
    return {ROW: raw.number, **({TEST: engine.quoted(TEST)} if TEST in raw.kinds else {})}


def _identity(connection: Engine, raw: Source, key: str | None) -> tuple[Source, dict[str, str]]:
    """The raw table, and SQL over it for what identifies a row; hashes of wide rows are computed beforehand."""
    names = sorted(name for name in raw.kinds if not name.startswith("__") and name != key)
    texts = [templates.canonical(raw.kinds[name], name) for name in names]
    content = hashing.together(texts)
    if len(texts) > hashing.HASHED:
        hashing.store(connection, "contents", raw, texts)
        content = f"if(contents.__at = {raw.number}, contents.__hashed, error('out of step'))"
        raw = beside(raw, "contents")
    mine = f"coalesce(md5({templates.canonical(raw.kinds[key], key)}), {content})" if key else content
    return raw, {**own(raw), "__key": mine, "__content": content}


def beside(raw: Source, table: str) -> Source:
    """The raw table with the columns of a stored one that has its rows in its order.

    Rows are put side by side by their place: a hash join may choose to keep thousands of raw columns in memory.
    """
    return replace(raw, sql=f"{raw.sql} positional join {table}")


def _odd(connection: Engine, names: Sequence[str]) -> tuple[dict[str, int], dict[str, int]]:
    """How many values of each number column are unreadable, and how many infinite, where any are."""
    if not names:
        return {}, {}
    stacked = (
        f"select unnest(range({len(names)})) as c, unnest([{', '.join(map(engine.quoted, names))}]) as v from block"
    )
    counts = "count(*) filter (isnan(v)), count(*) filter (isinf(v))"
    found = engine.run(connection, f"select c, {counts} from ({stacked}) where not isfinite(v) group by c")
    unreadable, infinite = ({names[row[0]]: row[half] for row in found if row[half]} for half in (1, 2))
    return unreadable, infinite


def identity_of(connection: Engine, typed: Typed) -> Any:
    """ROW, TEST, ``__key`` and ``__content`` of every row."""
    return parquet.view(connection, "read", typed.blocks[0])
