"""Profiles of raw columns, for inference: exact aggregates, and a sample of values that row order never moves."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import duckdb
import ibis

from tenfold.schema.canonical import WHITESPACE
from tenfold.schema.numbers import PLAIN
from tenfold.tables import compile, engine
from tenfold.tables import operators as op

#: At most this many distinct values of a column are looked at one by one.
SAMPLE = 20_000


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


def profile(
    connection: duckdb.DuckDBPyConnection, raw: Any, name: str, marks: tuple[str, ...], sample: int = SAMPLE
) -> Profile:
    """Profile one column of a table that the engine knows by ``raw``'s name."""
    run = engine.run
    source = f"select {engine.quoted(name)} as x from {engine.quoted(raw.get_name())}"
    run(connection, f"create or replace view __column as {source}")
    run(connection, f"create or replace table __profile as {_counting(raw[name].type())}")
    rows, present, distinct, distinct_plain, present_plain = run(
        connection,
        "select sum(n), sum(n) filter (v is not null), count(v), count(v) filter (plain), sum(n) filter (plain) "
        "from __profile",
    )[0]
    found = run(connection, _sampling(marks, sample if distinct > sample else 0))
    physical = str(raw[name].type()).lstrip("!").lower()
    counts = (int(rows or 0), int(present or 0), distinct, distinct_plain, int(present_plain or 0))
    return Profile(name, physical, *counts, dict(found))


@lru_cache(maxsize=64)
def _counting(kind: Any) -> str:
    """Distinct stripped canonical texts with their counts. Compiled once per physical type: tables can be wide."""
    column = ibis.table({"x": kind}, name="__column")
    values = column.select(v=op.trim(compile.canonical(column.x), WHITESPACE).nullif(""))
    counted = values.group_by("v").agg(n=values.count())
    return str(ibis.to_sql(counted.mutate(plain=op.full_match(counted.v, PLAIN)), dialect=engine.DIALECT))


@lru_cache(maxsize=8)
def _sampling(marks: tuple[str, ...], sample: int) -> str:
    """All values, or those of smallest md5 with marks and some texts that are no plain number."""
    values = ibis.table({"v": "string", "n": "int64", "plain": "boolean"}, name="__profile")
    values = values.filter(values.v.notnull())
    if sample:
        smallest = _first(values, sample)
        odd = _first(values.filter(~values.plain), 100)
        marked = values.filter(values.v.isin(list(marks)))
        values = ibis.union(smallest, odd, marked, distinct=True)
    return str(ibis.to_sql(values.select("v", "n").order_by("v"), dialect=engine.DIALECT))


def _first(values: Any, count: int) -> Any:
    return values.order_by(op.md5(values.v)).limit(count)
