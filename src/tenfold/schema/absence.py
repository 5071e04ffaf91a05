"""What becomes of a request that leaves a column out, in words: for the report and the model card."""

from __future__ import annotations

from tenfold.schema.columns import Column, Kind
from tenfold.schema.trouble import MISSING_OPTIONAL, MISSING_VALUE

_TAKEN: dict[Kind, str] = {
    "number": "no number", "boolean": "neither true nor false", "date": "no date", "category": "the level “missing”",
    "text": "an empty text",
}  # fmt: skip


def when_missing(column: Column, *, gaps: bool) -> str:
    """The consequence of a missing value; ``gaps``: the rows that a model was trained on had some of these.

    >>> when_missing(Column("age", "number", optional=True), gaps=True)
    'taken as no number, as in training; the answer is flagged (TF-CLEAN-101)'
    """
    if not column.optional:
        return f"the record is refused ({MISSING_VALUE})"
    known = "as in training" if gaps else "which no row of training shows"
    return f"taken as {_TAKEN[column.kind]}, {known}; the answer is flagged ({MISSING_OPTIONAL})"
