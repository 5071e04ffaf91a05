"""How much of the sealed part also stands, exactly or nearly, in the training part."""

from __future__ import annotations

from typing import Any

import duckdb
import ibis
import ibis.expr.datatypes as dt

from tenfold.schema import Schema
from tenfold.steps.splitting.result import Overlap
from tenfold.steps.splitting.strategy import Division
from tenfold.tables import parquet
from tenfold.tables.engine import Rows, store


@ibis.udf.scalar.builtin(signature=((dt.string, dt.float64), dt.string))  # type: ignore[untyped-decorator]
def printf(form: str, value: float) -> str:  # type: ignore[empty-body,untyped-decorator,unused-ignore]
    """A number written as C's ``printf`` does."""


def measure(engine: duckdb.DuckDBPyConnection, train: Rows, test: Rows, schema: Schema, division: Division) -> Overlap:
    """Count test rows with an exact, a near or a group twin among the training rows."""
    names = [column.name for column in schema.features if column.name in train.columns]
    group = schema_group(schema, division)
    shown = list(dict.fromkeys(["__content", *names, *([group] if group else [])]))
    both = train.select(*shown, __test=False).union(test.select(*shown, __test=True))
    # Signed in one pass: over hundreds of columns, the expression takes longer to write than to compute.
    signed = store(
        engine, "signed",
        both.select("__test", exact="__content", near=_signature(both, names), group=both[group] if group else None),
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


def _signature(table: Rows, names: list[str]) -> Any:
    """A row's features, blurred: two rows that differ only in small change have the same signature."""
    parts = [ibis.coalesce(_blurred(table[name]), "∅") for name in names]
    return ibis.literal("\x1f").join(parts) if parts else ibis.literal("")


def _blurred(value: Any) -> Any:
    """Numbers to two significant digits, text without case, blanks and punctuation."""
    if value.type().is_numeric():
        return printf("%.1e", value.cast("float64"))
    return value.cast("string").lower().re_replace(r"[^\p{L}\p{N}]+", "")
