"""One rule, two interpreters: SQL over tables and Python over records read every value alike."""

from __future__ import annotations

import math
import struct
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

import ibis
import pyarrow as pa
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tenfold.schema import Column, Rule
from tenfold.schema.canonical import WHITESPACE, canonical
from tenfold.schema.reader import read_value
from tenfold.schema.trouble import INFINITE_NUMBER, Trouble
from tenfold.tables import compile, engine

CONNECTION = engine.connect(1 << 30)

NUMBER_RULES = [
    Rule(),
    Rule(missing=("?", "NA", "-999", " -- ")),
    Rule(affixes=("$", "€", "kg", "EUR"), thousands=","),
    Rule(thousands=".", decimal=","),
    Rule(thousands=" ", percent=True),
    Rule(thousands="'", affixes=("(", "*")),
    Rule(percent=True),
    Rule(decimal=","),
]
BOOLEAN_RULES = [Rule(), Rule(true=("Yes",), false=("No",)), Rule(true=("1",), false=("0",), missing=("?",))]
DATE_RULES = [
    Rule(),
    Rule(formats=("%d/%m/%Y", "%d/%m/%Y %H:%M")),
    Rule(formats=("%Y-%m-%dT%H:%M:%S.%f%z",), missing=("1900-01-01",)),
    Rule(formats=("%b-%Y", "%d %B %y", "%I:%M %p %d.%m.%y")),
    Rule(formats=("%Y%m%d", "%m%d%y")),
]
CATEGORY_RULES = [Rule(), Rule(missing=("?", "NA"), recode={"a": "b", " x ": "y", "1": "one"})]

blank = st.sampled_from(["", " ", "\t", "\u00a0", "\u202f", "\n"])
digits = st.text("0123456789.,eE+-' \u00a0%$€kgEURinfxX_()*", max_size=14)
grouped = st.from_regex(r"[+-]?[$€]? ?[0-9]{1,3}([., '][0-9]{3}){0,3}([.,][0-9]{1,3})?( ?(kg|%|EUR))?", fullmatch=True)
marks = st.sampled_from(
    ["?", "NA", "-999", "--", "nan", "inf", "-Infinity", "1e999", "1e-999", "٣", "１２", "0x10", "1_0"]
)
clock = r"([T ][0-9]{1,2}:[0-9]{1,2}(:[0-9]{1,2}(\.[0-9]{1,8})?)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?"
dated = st.one_of(
    st.from_regex(r"[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}" + clock, fullmatch=True),
    st.dates().map(str), st.datetimes().map(str), st.datetimes().map(datetime.isoformat),
    st.dates(date(1900, 1, 1)).map(lambda day: day.strftime("%d/%m/%Y")),
    st.from_regex(r"(Jan|feb|MAR|Dec|sept)-[0-9]{4}", fullmatch=True),
    st.from_regex(r"[0-3][0-9] (May|june|FEBRUARY) [0-9]{2}", fullmatch=True),
    st.from_regex(r"[01]?[0-9]:[0-6][0-9] [AaPp][Mm] [0-3]?[0-9]\.[01]?[0-9]\.[0-9]{2}", fullmatch=True),
    st.from_regex(r"[0-9]{5,8}", fullmatch=True),
)  # fmt: skip
words = st.sampled_from(
    ["Yes", "yes", "YES", "yEs", "No", "true", "TRUE", "False", "1", "0", "1.0", "a", "x", "ｙes", "ﬁ"]
)
hostile = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
texts = st.one_of(digits, grouped, marks, dated, words, hostile, st.none())
padded = st.builds(lambda before, each, after: each if each is None else before + each + after, blank, texts, blank)

floats = st.one_of(
    st.floats(width=64), st.integers(-(10**6), 10**6).map(float), st.sampled_from([-999.0, 1e16, 2.0**53, -0.0, 0.1]),
    st.binary(min_size=8, max_size=8).map(lambda raw: struct.unpack("d", raw)[0]),
)  # fmt: skip
NATIVE: dict[str, tuple[pa.DataType, st.SearchStrategy[Any]]] = {
    "text": (pa.string(), padded),
    "integer": (pa.int64(), st.one_of(st.integers(-(2**63), 2**63 - 1), st.integers(-1000, 1000), st.none())),
    "float": (pa.float64(), st.one_of(floats, st.none())),
    "float32": (pa.float32(), st.one_of(st.floats(width=32), st.none())),
    "boolean": (pa.bool_(), st.one_of(st.booleans(), st.none())),
    "date": (pa.date32(), st.one_of(st.dates(), st.none())),
    "moment": (pa.timestamp("us"), st.one_of(st.datetimes(), st.none())),
    "zoned": (pa.timestamp("us", "UTC"), st.one_of(st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 28)), st.none())),
    "decimal": (pa.decimal128(18, 4), st.one_of(st.decimals(-(10**9), 10**9, places=4), st.none())),
}  # fmt: skip
KINDS = [
    *(("number", rule) for rule in NUMBER_RULES), *(("boolean", rule) for rule in BOOLEAN_RULES),
    *(("date", rule) for rule in DATE_RULES),
    *((kind, rule) for rule in CATEGORY_RULES for kind in ("category", "text")),
]  # fmt: skip


COLUMNS = [Column(f"c{place}", each, rule=rule) for place, (each, rule) in enumerate(KINDS)]
READERS = [read_value(column) for column in COLUMNS]


def landed(table: pa.Table) -> Any:
    CONNECTION.register("landing", table)
    engine.run(CONNECTION, "create or replace table landed as select * from landing")
    return engine.table(CONNECTION, "landed")


@cache
def compiled(kind: pa.DataType) -> tuple[str, str]:
    """Both layers of every rule as SQL; compiled once, for they do not depend on the rows."""
    raw = landed(pa.table({"x": pa.array([], kind)}))
    first = raw.select(**{each.name: compile.prepared(raw["x"], each) for each in COLUMNS})
    layer = engine.store(CONNECTION, "ready", first)
    second = layer.select(**{each.name: compile.typed(layer[each.name], each) for each in COLUMNS})
    return tuple(str(ibis.to_sql(each, dialect=engine.DIALECT)) for each in (first, second))


def by_sql(table: pa.Table) -> list[dict[str, Any]]:
    first, second = compiled(table.schema.field("x").type)
    landed(table)
    engine.run(CONNECTION, f"create or replace table ready as {first}")
    return CONNECTION.sql(second).to_arrow_table().to_pylist()


def plain(value: Any) -> Any:
    """A reading as SQL writes it: unreadable is NaN, infinite is infinite, missing is None."""
    if isinstance(value, Trouble):
        return "infinite" if value.code == INFINITE_NUMBER else "unreadable"
    return value


def sql_plain(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return "unreadable" if math.isnan(value) else "infinite"
    return value


#: Few tables of many rows: planning the SQL takes longer than running it, and shrinking it takes minutes.
FEW = settings(max_examples=3, deadline=None, phases=(Phase.explicit, Phase.generate))


@pytest.mark.parametrize("physical", NATIVE)
@FEW
@given(data=st.data())
def test_sql_and_records_read_alike(physical: str, data: st.DataObject) -> None:
    kind, strategy = NATIVE[physical]
    values = data.draw(st.lists(strategy, min_size=40, max_size=200))
    table = pa.table({"x": pa.array(values, kind)})
    values = table["x"].to_pylist()
    for value, row in zip(values, by_sql(table), strict=True):
        for column, read in zip(COLUMNS, READERS, strict=True):
            assert sql_plain(row[column.name]) == plain(read(value)), (column, value)


@pytest.mark.parametrize("physical", NATIVE)
@FEW
@given(data=st.data())
def test_canonical_text_agrees(physical: str, data: st.DataObject) -> None:
    kind, strategy = NATIVE[physical]
    table = pa.table({"x": pa.array(data.draw(st.lists(strategy, min_size=40, max_size=200)), kind)})
    raw = landed(table)
    written = engine.fetch(CONNECTION, raw.select(x=compile.canonical(raw["x"])))["x"].to_pylist()
    assert written == [canonical(value) for value in table["x"].to_pylist()]


def test_white_space_is_what_python_strips() -> None:
    assert set(WHITESPACE) == {chr(code) for code in range(0x110000) if chr(code).isspace()}


def test_decimal_is_read_as_its_float() -> None:
    assert canonical(Decimal("1.50")) == "1.5"
