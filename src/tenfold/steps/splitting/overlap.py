"""How much of the sealed part also stands, exactly or nearly, in the training part."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import duckdb
import ibis
import ibis.expr.datatypes as dt

from tenfold.schema import Schema
from tenfold.steps.splitting.result import Overlap
from tenfold.steps.splitting.strategy import Division
from tenfold.tables import hashing, parquet, templates
from tenfold.tables.engine import Rows, store, table
from tenfold.tables.parquet import Source


@ibis.udf.scalar.builtin(signature=((dt.string, dt.float64), dt.string))  # type: ignore[untyped-decorator]
def printf(form: str, value: float) -> str:  # type: ignore[empty-body,untyped-decorator,unused-ignore]
    """A number written as C's ``printf`` does."""


def measure(
    engine: duckdb.DuckDBPyConnection, train: Rows, test: Rows, typed: Source, schema: Schema, division: Division
) -> Overlap:  # fmt: skip
    """Count test rows with an exact, a near or a group twin among the training rows."""
    names = [column.name for column in schema.features if column.name in typed.kinds]
    group = schema_group(schema, division)
    shown = list(dict.fromkeys(["__at", "__content", *([group] if group else [])]))
    both = train.select(*shown, __test=False).union(test.select(*shown, __test=True))
    hashing.store(engine, "blurred", typed, [_signature(typed.kinds[name], name) for name in names])
    blurred = table(engine, "blurred")
    signed = store(
        engine, "signed",
        both.inner_join(blurred, "__at").select(
            "__test", exact="__content", near="__hashed", group=both[group] if group else None
        ),
    )  # fmt: skip
    near = _twins(engine, signed, "near") if names else 0
    return Overlap(_twins(engine, signed, "exact"), near, _twins(engine, signed, "group") if group else 0)


def schema_group(schema: Schema, division: Division) -> str | None:
    """The group column, whether or not the rows were divided by it."""
    if division.strategy == "grouped":
        return division.by[0]
    return next((column.name for column in schema.columns if column.role == "group"), None)


def _twins(engine: duckdb.DuckDBPyConnection, signed: Rows, by: str) -> int:
    """Test rows whose signature also stands in the training part."""
    train = signed.filter(~signed["__test"]).select(by).distinct()
    return parquet.count(engine, signed.filter(signed["__test"]).select(by).semi_join(train, by))


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
