"""What can be wrong with one raw value, and how it is reported."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

MISSING_VALUE = "TF-CLEAN-001"
UNREADABLE_NUMBER = "TF-CLEAN-002"
UNREADABLE_BOOLEAN = "TF-CLEAN-003"
UNREADABLE_DATE = "TF-CLEAN-004"
UNSUPPORTED_VALUE = "TF-CLEAN-005"
NOT_A_RECORD = "TF-CLEAN-006"
MISSING_OPTIONAL = "TF-CLEAN-101"
INFINITE_NUMBER = "TF-CLEAN-102"
UNSEEN_CATEGORY = "TF-CLEAN-103"
UNKNOWN_COLUMN = "TF-CLEAN-104"

#: For docs/errors.md: code → (what it means, what to do, what it ends with where the call does not tell).
CODES = {
    MISSING_VALUE: (
        "a column that every row of training had is missing in this record",
        "send a value; or declare the column optional in training: cleaning.columns.COLUMN: {optional: true}",
        "HTTP 422",
    ),
    UNREADABLE_NUMBER: (
        "the value is not a number as training read them",
        "send a number; in training, declare the mark as missing, or another kind for the column (cleaning.columns)",
        "HTTP 422",
    ),
    UNREADABLE_BOOLEAN: (
        "the value is neither of the two that the column had in training",
        "send one of the two; the message names them",
        "HTTP 422",
    ),
    UNREADABLE_DATE: (
        "the value is not a date in the column's formats",
        "send it as in training, or declare more formats: cleaning.columns.COLUMN: {kind: date, formats: [...]}",
        "HTTP 422",
    ),
    UNSUPPORTED_VALUE: (
        "the value is no text, number, truth value or date; a list or an object is one only for categories and texts",
        "send a single value, as it stands in the source",
        "HTTP 422",
    ),
    NOT_A_RECORD: (
        "a record is no object of column names and values",
        'send objects: {"column": value, …}',
        "HTTP 422",
    ),
    MISSING_OPTIONAL: (
        "an optional column is missing in this record; the record is answered as if it were missing in training",
        "nothing, if it is truly unknown; otherwise send it",
        "–",
    ),
    INFINITE_NUMBER: (
        "the number is infinite and is taken as missing",
        "send a finite number, or leave it out",
        "–",
    ),
    UNSEEN_CATEGORY: (
        "the level was never seen in training and is taken as unknown",
        "check its spelling; if it is a new level, train again with rows that have it",
        "–",
    ),
    UNKNOWN_COLUMN: (
        "the model has no such column; it is ignored",
        "leave it out, or check its name",
        "–",
    ),
}


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why one value could not be read as it should. ``value`` stands in for it: typed, usually missing."""

    code: str
    message: str
    value: float | str | None = None

    @property
    def warning(self) -> bool:
        """Warnings (codes from 101) come with an answer; the others make the row unusable."""
        return self.code >= "TF-CLEAN-100"


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """Something about one field of one record. ``row`` counts from 0."""

    row: int
    field: str
    code: str
    message: str


#: Reads one raw value: the typed value, ``None`` for missing, or the trouble with it.
Read = Callable[[object], "float | str | Trouble | None"]


def shown(value: object, limit: int = 60) -> str:
    """A value as it is quoted in a message: never longer than a line.

    >>> shown("a" * 100, 5)
    "'aaaa…"
    """
    try:
        text = repr(value)
    except RecursionError:
        text = f"a {type(value).__name__}, nested too deeply"
    return text if len(text) <= limit else text[:limit] + "…"
