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
    text = repr(value)
    return text if len(text) <= limit else text[:limit] + "…"
