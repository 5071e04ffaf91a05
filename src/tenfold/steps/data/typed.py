"""The few physical types of the raw table, and how other types become one of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tenfold.schema.canonical import UnsupportedValueError, of_nested
from tenfold.schema.canonical import canonical as scalar_text
from tenfold.steps.data.result import Physical

ARROW: Mapping[Physical, pa.DataType] = {
    "BIGINT": pa.int64(),
    "DOUBLE": pa.float64(),
    "BOOLEAN": pa.bool_(),
    "VARCHAR": pa.string(),
    "DATE": pa.date32(),
    "TIMESTAMP": pa.timestamp("us"),
}
_EXACT = 2**53
_BIGINT = range(-(2**63), 2**63)


def kind_of(value: Any) -> str:
    """The physical type that a single Python value asks for; ``""`` for a missing one.

    >>> [kind_of(each) for each in (True, 3, 0.5, "x", None, 2**70, b"x", [1])]
    ['BOOLEAN', 'BIGINT', 'DOUBLE', 'VARCHAR', '', 'HUGE', 'BINARY', 'NESTED']
    """
    match value:
        case None:
            return ""
        case bool():
            return "BOOLEAN"
        case int():
            return "BIGINT" if -_EXACT <= value <= _EXACT else "LONG" if value in _BIGINT else "HUGE"
        case float():
            return "DOUBLE"
        case str():
            return "VARCHAR"
        case bytes():
            return "BINARY"
        case _:
            return "NESTED"


def together(kinds: Iterable[str]) -> Physical:
    """The one type that holds values of all these kinds exactly.

    >>> together({"BIGINT", "DOUBLE"}), together({"LONG", "DOUBLE"}), together({"BIGINT", ""}), together(set())
    ('DOUBLE', 'VARCHAR', 'BIGINT', 'VARCHAR')
    """
    found = set(kinds) - {""}
    if found == {"BOOLEAN"}:
        return "BOOLEAN"
    if found and found <= {"BIGINT", "LONG"}:
        return "BIGINT"
    if found and found <= {"BIGINT", "DOUBLE"}:
        return "DOUBLE"
    return "VARCHAR"


def canonical(value: Any) -> str | None:
    """A raw value as canonical text (``docs/architecture.md``), nested values as JSON, bytes in hexadecimal.

    >>> [canonical(each) for each in (1.0, 0.1, 1e-7, True, float("nan"), {"b": [1]})]
    ['1', '0.1', '1e-07', 'true', None, '{"b": [1]}']
    """
    match value:
        case bytes():
            return value.hex()
        case dict() | list() | tuple():
            return of_nested(value)
        case _:
            try:
                return scalar_text(value)
            except UnsupportedValueError:
                return str(value)


def array(values: Sequence[Any], physical: Physical) -> pa.Array:
    """Python values as one column of a batch."""
    if physical == "VARCHAR":
        return pa.array([canonical(value) for value in values], pa.string())
    return pa.array(values, ARROW[physical])


def physical_of(kind: pa.DataType) -> tuple[Physical, str]:
    """The physical type that an Arrow type becomes, and what is worth saying about it.

    >>> physical_of(pa.int32()), physical_of(pa.list_(pa.int8()))
    (('BIGINT', ''), ('VARCHAR', 'nested values are kept as JSON text'))
    """
    types = pa.types
    if types.is_dictionary(kind):
        return physical_of(kind.value_type)
    if types.is_boolean(kind):
        return "BOOLEAN", ""
    if types.is_integer(kind):
        return ("VARCHAR", "unsigned 64-bit integers are kept as text") if kind == pa.uint64() else ("BIGINT", "")
    if types.is_floating(kind):
        return "DOUBLE", ""
    if types.is_decimal(kind):
        return "DOUBLE", "decimals are read as floating-point numbers"
    if types.is_date(kind):
        return "DATE", ""
    if types.is_timestamp(kind):
        return "TIMESTAMP", "times are in UTC" if kind.tz else ""
    return "VARCHAR", _as_text(kind)


def _as_text(kind: pa.DataType) -> str:
    if pa.types.is_nested(kind):
        return "nested values are kept as JSON text"
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind):
        return "binary values are kept in hexadecimal"
    return f"values of type {kind} are kept as text" if pa.types.is_temporal(kind) else ""


def cast(column: pa.Array, physical: Physical) -> pa.Array:
    """A column of any Arrow type as one of the physical types."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if column.type == ARROW[physical]:
        return column
    if physical == "VARCHAR":
        if pa.types.is_large_string(column.type) or pa.types.is_string_view(column.type):
            return pc.cast(column, pa.string())
        return array(column.to_pylist(), "VARCHAR")
    if physical == "TIMESTAMP" and pa.types.is_timestamp(column.type) and column.type.tz:
        return pc.cast(pc.cast(column, pa.timestamp("us", "UTC"), safe=False), pa.timestamp("us"))
    return pc.cast(column, ARROW[physical], safe=False)
