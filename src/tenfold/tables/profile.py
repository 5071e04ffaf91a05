"""Profiles of raw columns, for inference: exact aggregates, and a sample of values that row order never moves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import duckdb
import ibis
import numpy as np

from tenfold.schema.numbers import PLAIN
from tenfold.tables import engine, templates
from tenfold.tables import operators as op
from tenfold.tables.parquet import Source

#: At most this many distinct values of a column are looked at one by one.
SAMPLE = 20_000
#: So many columns at most are profiled together, and so many cells unless one column has more.
_TOGETHER, _CELLS = 200, 2_000_000


@dataclass(frozen=True)
class Profile:
    """One raw column, summarised over its stripped canonical texts.

    ``values`` maps distinct texts to their counts: all of them, or the ``SAMPLE`` of smallest md5; texts given as marks
    and texts that are no plain number are there in any case (the latter up to a hundred).
    """

    name: str
    physical: str  # type in the raw table, lower case
    rows: int
    present: int  # rows with a text that is not empty
    distinct: int
    distinct_plain: int  # distinct texts that are plain numbers
    present_plain: int  # rows with such a text
    values: dict[str, int]

    @property
    def complete(self) -> bool:
        """Whether ``values`` holds every distinct text."""
        return len(self.values) >= self.distinct

    @property
    def native_number(self) -> bool:
        return self.physical.startswith(("int", "float", "uint", "decimal"))


def profiles(
    connection: duckdb.DuckDBPyConnection,
    raw: Source,
    names: Sequence[str],
    marks: tuple[str, ...],
    sample: int = SAMPLE,
) -> Iterator[Profile]:
    """Profiles of columns of a raw table, in the order of ``names``.

    Columns are stacked on top of each other and counted together, as many as hold ``_CELLS`` cells: a statement per
    column would cost more than its work. They come one by one, for the values of all would not fit into memory.
    """
    size = max(1, min(_TOGETHER, _CELLS // max(1, raw.rows)))
    for begin in range(0, len(names), size):
        block = [(name, raw.kinds[name]) for name in names[begin : begin + size]]
        engine.run(connection, _counting(raw.sql, block))
        yield from _block(connection, block, marks, sample)


def _counting(source: str, block: Sequence[tuple[str, Any]]) -> str:
    """Distinct stripped canonical texts of each column (``c``, by place), with their counts."""
    texts = templates.stripped_list([templates.canonical(kind, name) for name, kind in block])
    stacked = f"select unnest(range({len(block)})) as c, unnest({texts}) as text from {source}"
    counted = f"select c, nullif(text, '') as v, count(*) as n from ({stacked}) group by c, v"
    plain = f"regexp_full_match(v, {engine.literal(PLAIN)})"
    return f"create or replace table __profile as select c, v, n, {plain} as plain from ({counted})"


def _block(
    connection: duckdb.DuckDBPyConnection, block: Sequence[tuple[str, Any]], marks: tuple[str, ...], sample: int
) -> Iterator[Profile]:
    totals = engine.run(
        connection,
        "select c, sum(n), coalesce(sum(n) filter (v is not null), 0), count(v), count(v) filter (plain), "
        "coalesce(sum(n) filter (plain), 0) from __profile group by c order by c",
    )
    counts = {place: [int(count) for count in rest] for place, *rest in totals}
    small = {place for place, (_, _, distinct, _, _) in counts.items() if distinct <= sample}
    values = _values(connection, sorted(small))
    for place, (name, kind) in enumerate(block):
        found = values.get(place, {}) if place in small else _sampled(connection, place, marks, sample)
        rows, present, distinct, distinct_plain, present_plain = counts[place]
        physical = str(kind).lstrip("!").lower()
        yield Profile(name, physical, rows, present, distinct, distinct_plain, present_plain, found)


def _values(connection: duckdb.DuckDBPyConnection, places: Sequence[int]) -> dict[int, dict[str, int]]:
    """All values of the columns at these places, each in order of the text."""
    if not places:
        return {}
    chosen = ", ".join(map(str, places))
    found = connection.sql(
        f"select c, v, n from __profile where v is not null and c in ({chosen}) order by c, v"
    ).to_arrow_table()
    columns, ends = np.unique(found["c"].to_numpy(), return_index=True)
    values: dict[int, dict[str, int]] = {}
    for place, begin, end in zip(columns.tolist(), ends.tolist(), [*ends[1:].tolist(), found.num_rows], strict=True):
        part = found.slice(begin, end - begin)
        values[place] = dict(zip(part["v"].to_pylist(), part["n"].to_pylist(), strict=True))
    return values


def _sampled(connection: duckdb.DuckDBPyConnection, place: int, marks: tuple[str, ...], sample: int) -> dict[str, int]:
    """Some values of one column: those of smallest md5, marks, and some texts that are no plain number."""
    engine.run(connection, f"create or replace view __column as select v, n, plain from __profile where c = {place}")
    return dict(engine.run(connection, _sampling(marks, sample)))


@lru_cache(maxsize=8)
def _sampling(marks: tuple[str, ...], sample: int) -> str:
    values = ibis.table({"v": "string", "n": "int64", "plain": "boolean"}, name="__column")
    values = values.filter(values.v.notnull())
    smallest = _first(values, sample)
    odd = _first(values.filter(~values.plain), 100)
    marked = values.filter(values.v.isin(list(marks)))
    some = ibis.union(smallest, odd, marked, distinct=True)
    return str(ibis.to_sql(some.select("v", "n").order_by("v"), dialect=engine.DIALECT))


def _first(values: Any, count: int) -> Any:
    return values.order_by(op.md5(values.v)).limit(count)
