"""How much of the sealed part also stands, exactly or nearly, in the training part."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import duckdb
import ibis
import ibis.expr.datatypes as dt
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tenfold.schema import Schema
from tenfold.steps.splitting.result import Overlap
from tenfold.steps.splitting.strategy import Division
from tenfold.tables import hashing, parquet, templates
from tenfold.tables.engine import Rows, fetch, run, store, table
from tenfold.tables.parquet import Source

#: Of so many training rows the shares of values are estimated, and so many columns are read at a time, at most in all.
_SAMPLE, _AT_ONCE, _AT_MOST = 20_000, 50, 1_000
#: A twin counts when fewer than this many training rows are expected to match it by chance.
_CHANCE = 0.01


@ibis.udf.scalar.builtin(signature=((dt.string, dt.float64), dt.string))  # type: ignore[untyped-decorator]
def printf(form: str, value: float) -> str:  # type: ignore[empty-body,untyped-decorator,unused-ignore]
    """A number written as C's ``printf`` does."""


def measure(
    engine: duckdb.DuckDBPyConnection, train: Rows, test: Rows, typed: Source, schema: Schema, division: Division
) -> Overlap:  # fmt: skip
    """Count test rows with an exact, a near or a group twin among the training rows.

    Two rows are near when all features agree once they are blurred: numbers to two significant digits, text to its
    letters and digits. In a narrow table unrelated rows agree so by chance, so a twin counts only where chance hardly
    explains it. If columns were independent, a row with the blurred values v would be expected to match
    n · ∏ share(v) of n training rows: its information is −∑ log₂ share(v) bits. Columns do move together, so only
    half of these bits are believed, and they have to reach log₂(100 · n): a match by chance is then expected for at
    most one row in a hundred.
    """
    names = [column.name for column in schema.features if column.name in typed.kinds]
    group = schema_group(schema, division)
    shown = list(dict.fromkeys(["__at", "__content", *([group] if group else [])]))
    both = train.select(*shown, __test=False).union(test.select(*shown, __test=True))
    texts = [_signature(typed.kinds[name], name) for name in names]
    hashing.store(engine, "blurred", typed, texts)
    blurred = table(engine, "blurred")
    signed = store(
        engine, "signed",
        both.inner_join(blurred, "__at").select(
            "__at", "__test", exact="__content", near="__hashed", group=both[group] if group else None
        ),
    )  # fmt: skip
    near = _beyond_chance(engine, signed, typed, texts) if names else 0
    return Overlap(_twins(engine, signed, "exact"), near, _twins(engine, signed, "group") if group else 0)


def schema_group(schema: Schema, division: Division) -> str | None:
    """The group column, whether or not the rows were divided by it."""
    if division.strategy == "grouped":
        return division.by[0]
    return next((column.name for column in schema.columns if column.role == "group"), None)


def _twins(engine: duckdb.DuckDBPyConnection, signed: Rows, by: str) -> int:
    """Test rows whose signature also stands in the training part."""
    return parquet.count(engine, _twinned(signed, by))


def _twinned(signed: Rows, by: str) -> Rows:
    train = signed.filter(~signed["__test"]).select(by).distinct()
    return signed.filter(signed["__test"]).semi_join(train, by)


def _beyond_chance(engine: duckdb.DuckDBPyConnection, signed: Rows, typed: Source, texts: list[str]) -> int:
    """Test rows with a near twin that chance hardly explains: see :func:`measure`."""
    twins = store(engine, "twins", _twinned(signed, "near").select("__at"))
    training = signed.filter(~signed["__test"])
    rows, found = parquet.count(engine, training), parquet.count(engine, twins)
    if not found:
        return 0
    # Rows stand in the order of their hashed keys: every so-manieth is a fair sample.
    order = ibis.row_number().over(ibis.window(order_by="__at"))
    step = max(1, rows // _SAMPLE)
    numbered = training.select("__at", place=order)
    store(engine, "sampled", numbered.filter(numbered["place"] % step == 0).select("__at"))
    needed, bits = np.log2(rows / _CHANCE), np.zeros(found)
    for begin in range(0, min(len(texts), _AT_MOST), _AT_ONCE):
        bits += _information(engine, typed, texts[begin : begin + _AT_ONCE]) / 2
        if (bits >= needed).all():
            break
    return int((bits >= needed).sum())


def _information(engine: duckdb.DuckDBPyConnection, typed: Source, texts: list[str]) -> NDArray[np.float64]:
    """The bits that each of the twins holds in some columns, if these were independent."""
    parts = ", ".join(f"coalesce({text}, '~') as c{place}" for place, text in enumerate(texts))
    query = f"select {typed.number} as __at, {parts} from {typed.sql}"
    columns = {}
    for name in ("sampled", "twins"):
        run(engine, f"create or replace table {name}_blurred as select * from ({query}) semi join {name} using (__at)")
        columns[name] = fetch(engine, table(engine, f"{name}_blurred").order_by("__at"))
    rows = columns["sampled"].num_rows
    bits = np.zeros(columns["twins"].num_rows)
    for place in range(len(texts)):
        counted = columns["sampled"][f"c{place}"].combine_chunks().value_counts()
        at = pc.index_in(columns["twins"][f"c{place}"], value_set=counted.field("values"))
        counts = np.append(counted.field("counts").to_numpy(zero_copy_only=False), 0)
        known = counts[pc.fill_null(at, pa.scalar(len(counts) - 1, at.type)).to_numpy()]
        bits -= np.log2((known + 1) / (rows + 1))
    return bits


def _signature(kind: Any, name: str) -> str:
    """A feature, blurred: two rows that differ only in small change have the same signature."""
    return templates.named(_of_kind(kind), name)


@lru_cache(maxsize=64)
def _of_kind(kind: Any) -> str:
    return templates.template(_blurred(templates.of_column(kind)))


def _blurred(value: Any) -> Any:
    """Numbers to two significant digits, text without case, blanks and punctuation."""
    if value.type().is_numeric():
        return printf("%.1e", value.cast("float64"))
    return value.cast("string").lower().re_replace(r"[^\p{L}\p{N}]+", "")
