"""Profiles of raw columns, for inference: exact aggregates, and a sample of values that row order never moves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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
    connection: duckdb.DuckDBPyConnection, raw: Any, name: str, marks: Sequence[str], sample: int = SAMPLE
) -> Profile:
    """Profile one column of a stored Ibis table."""
    values = raw.select(v=op.trim(compile.canonical(raw[name]), WHITESPACE).nullif(""))
    counted = values.group_by("v").agg(n=values.count())
    stored = engine.store(connection, "__profile", counted.mutate(plain=op.full_match(counted.v, PLAIN)))
    rows, present, distinct, distinct_plain, present_plain = engine.run(
        connection,
        "select sum(n), sum(n) filter (v is not null), count(v), count(v) filter (plain), sum(n) filter (plain) "
        "from __profile",
    )[0]
    present_values = stored.filter(stored.v.notnull())
    if distinct > sample:
        smallest = _first(present_values, sample)
        odd = _first(present_values.filter(~present_values.plain), 100)
        marked = present_values.filter(present_values.v.isin(list(marks)))
        present_values = ibis.union(smallest, odd, marked, distinct=True)
    found = engine.fetch(connection, present_values.select("v", "n").order_by("v"))
    pairs = dict(zip(found["v"].to_pylist(), found["n"].to_pylist(), strict=True))
    physical = str(raw[name].type()).lstrip("!").lower()
    return Profile(
        name, physical, int(rows or 0), int(present or 0), distinct, distinct_plain, int(present_plain or 0), pairs
    )  # fmt: skip


def _first(values: Any, count: int) -> Any:
    return values.order_by(op.md5(values.v)).limit(count)
