"""Marks that mean "missing", when nobody declared them."""

from __future__ import annotations

from collections.abc import Mapping

from tenfold.schema import Kind

#: Missing in a column of any kind: nobody names a level like this.
ALWAYS = (
    "?", "NA", "N/A", "n/a", "#N/A", "NaN", "nan", "NAN", "null", "NULL", "Null", "<NA>", "<null>", "NaT", "N.A.",
    "n.a.",
)  # fmt: skip
#: Missing among numbers, dates and booleans; a level (or a word) elsewhere: "None" and "unknown" often are one.
AMONG_TYPED = (
    "-", "--", "---", ".", "*", "na", "Na", "None", "none", "NONE", "nil", "Nil", "NIL", "missing", "Missing",
    "MISSING",
    "unknown", "Unknown", "UNKNOWN", "not available", "Not available", "Not Available", "unavailable", "undefined",
    "#DIV/0!", "#VALUE!", "#REF!", "#NUM!", "#NAME?", "(null)", "[null]", "\\N", "TBD", "tbd",
)  # fmt: skip
MARKS = (*ALWAYS, *AMONG_TYPED)


def found(values: Mapping[str, int], kind: Kind) -> tuple[str, ...]:
    """The marks that stand among a column's values and mean "missing" in a column of this kind.

    >>> found({"None": 5, "?": 1, "Norm": 3}, "category"), found({"None": 5, "?": 1, "3": 3}, "number")
    (('?',), ('?', 'None'))
    """
    marks = ALWAYS if kind in ("category", "text") else MARKS
    if kind in ("category", "text") and "+" not in values:  # beside "+", "-" is a sign
        marks = (*marks, "-", "--")
    return tuple(sorted(mark for mark in marks if mark in values))
