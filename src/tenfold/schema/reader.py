"""The reading of records: what a server does with a request, with the rules that read the training table.

Each column's rule is compiled once into a closure; one record then costs a few microseconds a column.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tenfold.core.errors import UserError
from tenfold.schema import booleans, categories, dates, numbers
from tenfold.schema.canonical import UnsupportedValueError, with_nested
from tenfold.schema.columns import MISSING, Column, Kind, Rule, Schema
from tenfold.schema.finish import NUMBER_KINDS, category, expressions, text, with_created
from tenfold.schema.trouble import (
    MISSING_OPTIONAL,
    MISSING_VALUE,
    NOT_A_RECORD,
    UNKNOWN_COLUMN,
    UNSEEN_CATEGORY,
    FieldProblem,
    Read,
    Trouble,
    shown,
)  # fmt: skip

Array = np.ndarray[Any, Any]
_READERS: dict[Kind, Callable[[Rule], Read]] = {
    "number": numbers.reader, "boolean": booleans.reader, "date": dates.reader,
    "category": categories.reader, "text": categories.reader,
}  # fmt: skip
_NAN = float("nan")


@dataclass(frozen=True)
class Reading:
    """Records, read. ``columns`` holds the finished inputs of a model in the order of ``schema.inputs``.

    A row with a problem has stand-ins (missing values) and must not be answered; warnings come with an answer.
    """

    columns: dict[str, Array]
    problems: tuple[FieldProblem, ...]
    warnings: tuple[FieldProblem, ...]
    ids: list[str | None]

    @property
    def usable(self) -> list[bool]:
        """Per row: whether it has no problem."""
        broken = {problem.row for problem in self.problems}
        return [row not in broken for row in range(len(self.ids))]


def read_value(column: Column) -> Read:
    """The reading of one column's raw values: typed value, ``None`` for missing, or a trouble."""
    return _READERS[column.kind](column.rule)


class Reader:
    """Reads records, or columns of raw values, by the rules of a schema.

    >>> schema = Schema((Column("id", "text", "key"), Column("age", "number"), Column("job", "category")))
    >>> reading = Reader(schema).read([{"id": 7, "age": " 41 ", "job": "nurse"}, {"age": "old", "job": "nurse"}])
    >>> reading.columns["age"].tolist(), reading.ids
    ([41.0, nan], ['7', None])
    >>> reading.problems[0]
    FieldProblem(row=1, field='age', code='TF-CLEAN-002', message="'old' is not a number")
    """

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self._plan = [(column.name, _field(column), column.kind in NUMBER_KINDS) for column in schema.features]
        self._known = frozenset(column.name for column in schema.columns)
        self._key = schema.key.name if schema.key else None
        self._created = bool(expressions(schema))  # compiles them too, so that a mistake shows at once

    def read(self, records: Sequence[Mapping[str, object]]) -> Reading:
        """Read records; a column that a record leaves out is missing there."""
        known, key = self._known, self._key
        found: list[FieldProblem] = []
        unknown: dict[str, int] = {}
        rows: list[Mapping[str, object]] = []
        for row, record in enumerate(records):
            if not isinstance(record, Mapping):
                message = f"a record is an object of columns and values, not {shown(record)}"
                found.append(FieldProblem(row, "", NOT_A_RECORD, message))
                record = {}
            elif not record.keys() <= known:
                for name in record:
                    if name not in known:
                        unknown.setdefault(str(name), row)
            rows.append(record)
        values = ([record.get(name) for record in rows] for name, _, _ in self._plan)
        ids = [_identity(record.get(key)) if key else None for record in rows]
        return self._finish(values, ids, found, unknown)

    def read_columns(self, columns: Mapping[str, Sequence[object]], rows: int = 0) -> Reading:
        """Read columns of raw values, all of the same length; a column that is left out is missing everywhere.

        ``rows`` says how many there are when not even one column is given.

        Raises:
            UserError: when columns differ in length.
        """
        lengths = {name: len(values) for name, values in columns.items()}
        if len(set(lengths.values())) > 1:
            raise UserError.of(
                "TF-CLEAN-007", f"columns differ in length: {shown(lengths, 200)}", "columns",
                do="send as many values for every column",
            )  # fmt: skip
        rows = next(iter(lengths.values()), rows)
        absent: list[str | None] = [None] * rows
        values = (_plain(columns.get(name, absent)) for name, _, _ in self._plan)
        key = columns.get(self._key) if self._key else None
        ids = absent if key is None else [_identity(value) for value in _plain(key)]
        unknown = {str(name): 0 for name in columns if name not in self._known}
        return self._finish(values, ids, [], unknown)

    def _finish(
        self,
        values: Iterable[Sequence[object]],
        ids: list[str | None],
        found: list[FieldProblem],
        unknown: dict[str, int],
    ) -> Reading:
        columns: dict[str, Array] = {}
        for raw, (name, read, is_number) in zip(values, self._plan, strict=True):
            typed: list[Any] = [read(value) for value in raw]
            for value in typed:
                if value.__class__ is Trouble:
                    typed = _report(name, typed, found)
                    break
            columns[name] = np.array(typed, np.float64) if is_number else np.array(typed, object)
        if self._created:
            with_created(columns, self.schema)
        for name, row in unknown.items():
            found.append(FieldProblem(row, name, UNKNOWN_COLUMN, f"column {name!r} is unknown and is ignored"))
        if not found:
            return Reading(columns, (), (), ids)
        odd = {each.row for each in found if each.code == NOT_A_RECORD}  # where there are no fields, none is missing
        found = [each for each in found if each.row not in odd or each.code == NOT_A_RECORD]
        found.sort(key=lambda each: each.row)
        warnings = tuple(each for each in found if each.code >= "TF-CLEAN-100")
        return Reading(columns, tuple(each for each in found if each.code < "TF-CLEAN-100"), warnings, ids)


def _field(column: Column) -> Callable[[object], Any]:
    """One column's raw value → its finished value, or a trouble that carries a finished stand-in."""
    read, ready = read_value(column), _ready(column.kind)
    stand_in = ready(None)
    code, flag = (
        (MISSING_OPTIONAL, "; taken as missing") if column.optional else (MISSING_VALUE, ", but it is required")
    )
    missing = Trouble(code, f"{column.name!r} has no value{flag}", stand_in)
    levels = None if column.levels is None else frozenset(column.levels)
    as_read = column.kind != "text"

    def field(value: object) -> Any:
        typed = read(value)
        if typed is None:
            return missing
        if typed.__class__ is Trouble:
            return Trouble(typed.code, typed.message, stand_in)
        if levels is not None and typed not in levels:
            return Trouble(UNSEEN_CATEGORY, f"{shown(typed)} was not seen in training", typed)  # type: ignore[arg-type]
        return typed if as_read else ready(typed)

    return field


def _ready(kind: Kind) -> Callable[[Any], Any]:
    if kind in NUMBER_KINDS:
        return lambda value: _NAN if value is None else value
    return category if kind == "category" else text


def _report(name: str, typed: list[Any], found: list[FieldProblem]) -> list[Any]:
    """Move troubles into the report and their stand-ins into the column."""
    plain = []
    for row, value in enumerate(typed):
        if value.__class__ is Trouble:
            found.append(FieldProblem(row, name, value.code, value.message))
            value = value.value
        plain.append(value)
    return plain


def _identity(value: object) -> str | None:
    try:
        return with_nested(value)
    except UnsupportedValueError:
        return None


def _plain(values: Sequence[object]) -> Sequence[object]:
    """A NumPy array as Python values (time stamps stay: their nanoseconds would become integers)."""
    if isinstance(values, np.ndarray) and values.dtype.kind != "M":
        return values.tolist()
    return values


__all__ = ["MISSING", "Reader", "Reading", "read_value"]
