"""How much of the sealed part also stands, exactly or nearly, in the training part."""

from __future__ import annotations

from typing import Any

import duckdb
import ibis

from tenfold.schema import Schema
from tenfold.steps.splitting.result import Overlap
from tenfold.steps.splitting.strategy import Division
from tenfold.tables import parquet
from tenfold.tables.engine import Rows


def measure(engine: duckdb.DuckDBPyConnection, train: Rows, test: Rows, schema: Schema, division: Division) -> Overlap:
    """Count test rows with an exact, a near or a group twin among the training rows."""
    names = [column.name for column in schema.features if column.name in train.columns]
    near = (
        _twins(engine, train.select(s=_signature(train, names)), test.select(s=_signature(test, names))) if names else 0
    )
    exact = _twins(engine, train.select(s="__content"), test.select(s="__content"))
    group = schema_group(schema, division)
    groups = _twins(engine, train.select(s=group), test.select(s=group)) if group else 0
    return Overlap(exact, near, groups)


def schema_group(schema: Schema, division: Division) -> str | None:
    """The group column, whether or not the rows were divided by it."""
    if division.strategy == "grouped":
        return division.by[0]
    return next((column.name for column in schema.columns if column.role == "group"), None)


def _twins(engine: duckdb.DuckDBPyConnection, train: Rows, test: Rows) -> int:
    return parquet.count(engine, test.semi_join(train.distinct(), "s"))


def _signature(table: Rows, names: list[str]) -> Any:
    """A row's features, blurred: two rows that differ only in small change have the same signature."""
    parts = [ibis.coalesce(_blurred(table, name), "∅") for name in names]
    return ibis.literal("\x1f").join(parts)


def _blurred(table: Rows, name: str) -> Any:
    value = table[name]
    if not value.type().is_numeric():
        return value.lower().re_replace(r"[^\p{L}\p{N}]+", "")
    magnitude = ibis.ifelse(value == 0, 0.0, value.abs().nullif(0).log10().floor())
    step = ibis.literal(10.0).pow(magnitude - 1)
    return ibis.ifelse(value == 0, "0", ((value / step).round() * step).cast("string"))
