"""Which rows are tested: drawn by hash, recorded by row key, never redrawn.

The first draw takes, within each stratum, the units with the smallest hashes until the test share is reached. Rows
that come later join their unit if it is recorded, else they are drawn by their own hash; a time cut is pinned. So
no row ever changes its part because others were added (the idea of stable hash splits: Géron, "Hands-On Machine
Learning", ch. 2; stratified and grouped here).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import duckdb
import ibis
from ibis import _

from tenfold.steps.splitting.strategy import Division
from tenfold.tables import parquet
from tenfold.tables.engine import Rows, fetch

TEST, TRAIN = "test", "train"


@ibis.udf.scalar.builtin  # type: ignore[untyped-decorator]
def md5(text: str) -> str:  # type: ignore[empty-body,untyped-decorator,unused-ignore]
    """MD5 as hexadecimal text: the same on every engine (RFC 1321; used to spread, not to protect)."""


def needed(present: Sequence[str], division: Division, *more: str | None) -> list[str]:
    """The columns of a typed table by which its rows are divided: few, however wide it is."""
    wanted = ["__key", "__content", "__test", *division.by, division.stratum, *more]
    return [name for name in dict.fromkeys(wanted) if name is not None and name in present]


def drawn_hash(unit: Any, salt: str) -> Any:
    """A unit's place in the draw: 32 hexadecimal digits, uniform over units."""
    return md5(ibis.literal(f"{salt}\x1f") + unit)


def hash_below(share: float) -> str:
    """The hexadecimal text below which a ``share`` of all hashes lies.

    >>> hash_below(0.5)
    '80000000000000000000000000000000'
    """
    return f"{min(int(share * 2**128), 2**128 - 1):032x}"


def units_of(typed: Rows, division: Division) -> Rows:
    """One row per row: ``__key``, ``unit`` (what stays together), ``stratum`` and ``draw`` (its hash)."""
    grouped = division.strategy == "grouped"
    unit = grouped_by(typed, division.by[0]) if grouped else ibis.coalesce(typed["__content"], typed["__key"])
    stratum = typed[division.stratum].cast("string") if division.stratum else ibis.literal("")
    return typed.select(
        typed["__key"], unit=unit, stratum=ibis.coalesce(stratum, ""), draw=drawn_hash(unit, division.salt)
    )


def grouped_by(typed: Rows, name: str) -> Any:
    """The group of every row, as text; a row without one is a group of its own, together with its equals."""
    return ibis.coalesce(typed[name].cast("string"), typed["__content"], typed["__key"])


def first_draw(rows: Rows, share: float) -> Rows:
    """``unit, part`` for a table in which nothing is recorded: exact shares within each stratum."""
    units = rows.group_by("stratum", "unit", "draw").aggregate(size=_.count())
    ordered = ibis.window(group_by="stratum", order_by=["draw", "unit"], preceding=None, following=0)
    whole = ibis.window(group_by="stratum")
    placed = units.mutate(
        middle=_.size.sum().over(ordered) - _.size / 2, total=_.size.sum().over(whole).cast("float64")
    )
    return placed.select("unit", part=ibis.ifelse(placed.middle < placed.total * share, TEST, TRAIN)).distinct(
        on="unit", keep="first"
    )


def later_draw(rows: Rows, recorded: Rows, share: float) -> Rows:
    """``unit, part`` when some rows are recorded: known units keep their part, new ones are drawn by hash."""
    joined = rows.left_join(recorded.rename(known="part"), "__key")
    units = joined.group_by("unit", "draw").aggregate(known=_.known.max())  # 'train' > 'test': see below
    drawn = ibis.ifelse(units.draw < hash_below(share), TEST, TRAIN)
    return units.select("unit", part=ibis.coalesce(units.known, drawn))


def by_hash(typed: Rows, division: Division, recorded: Rows | None) -> Rows:
    """``__key, part`` of every row, for all strategies but time.

    A recorded row keeps its own part even if an edit has put it into a unit that lies elsewhere.
    """
    rows = units_of(typed, division)
    if recorded is None:
        parts = first_draw(rows, division.test)
        return rows.inner_join(parts, "unit").select("__key", "part").distinct()
    parts = later_draw(rows, recorded, division.test)
    drawn = rows.inner_join(parts, "unit").select("__key", "part").distinct()
    kept = drawn.left_join(recorded.rename(known="part"), "__key")
    return kept.select("__key", part=ibis.coalesce(kept.known, kept.part))


def moment(typed: Rows, name: str) -> Any:
    """A column as something that time orders: numbers and dates as they are, text that holds numbers as numbers."""
    value = typed[name]
    return value.try_cast("float64") if value.type().is_string() else value


def time_cut(engine: duckdb.DuckDBPyConnection, typed: Rows, division: Division) -> list[Any]:
    """The last moment of the training part: values of ``by`` at the (1 − test) quantile of rows in time order."""
    times = typed.select(**{name: moment(typed, name) for name in division.by})
    complete = times.drop_null()
    total = parquet.count(engine, complete)
    place = max(0, min(total - 1, int(total * (1 - division.test)) - 1))
    row = fetch(engine, complete.order_by(list(division.by)).limit(1, offset=place))
    return [row[name][0].as_py() for name in division.by] if row.num_rows else []


def by_time(typed: Rows, division: Division, cut: list[Any]) -> Rows:
    """``__key, part``: what is later than the pinned cut is tested. A row without a time trains."""
    later: Any = ibis.literal(False)
    for name, value in reversed(list(zip(division.by, cut, strict=True))):
        at = moment(typed, name)
        later = (at > value) | ((at == value) & later)
    return typed.select("__key", part=ibis.ifelse(later.fill_null(False), TEST, TRAIN))
