"""What each field of a request may hold, in words, as JSON Schema, and by example."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from tenfold.schema import Column, Schema

_TYPES: dict[str, list[str]] = {
    "number": ["number", "string"],
    "boolean": ["boolean", "string", "number"],
    "date": ["string"],
    "category": ["string", "number", "boolean"],
    "text": ["string", "number", "boolean"],
}
_LISTED = 12


def expectations(schema: Schema) -> dict[str, str]:
    """Column name → what it may hold, in one sentence."""
    return {column.name: _expected(column) for column in schema.features}


def _expected(column: Column) -> str:
    sentence = _SENTENCES[column.kind](column)
    return sentence + (", or nothing" if column.optional else "")


def _number(column: Column) -> str:
    rule = column.rule
    notes = [f"decimal sign {rule.decimal!r}"] if rule.decimal != "." else []
    notes += [f"thousands set off by {rule.thousands!r}"] if rule.thousands else []
    notes += [f"with or without {', '.join(map(repr, rule.affixes))}"] if rule.affixes else []
    notes += ["in percent"] if rule.percent else []
    return "a number" + (f" ({', '.join(notes)})" if notes else "")


def _boolean(column: Column) -> str:
    marks = [*column.rule.true, *column.rule.false]
    return "true or false" + (f" (as text: {', '.join(map(repr, marks))})" if marks else "")


def _date(column: Column) -> str:
    formats = column.rule.formats
    return f"a date as {' or '.join(map(repr, formats))}" if formats else "a date in ISO 8601"


def _text(column: Column) -> str:
    return "text"


def _category(column: Column) -> str:
    levels = column.levels or ()
    shown = ", ".join(repr(each) for each in levels[:_LISTED]) + (" …" if len(levels) > _LISTED else "")
    return f"one of {shown}; another is answered with a warning" if levels else "a category"


_SENTENCES = {"number": _number, "boolean": _boolean, "date": _date, "category": _category, "text": _text}


def json_schema(column: Column) -> dict[str, Any]:
    """One field as JSON Schema 2020-12 (the dialect of OpenAPI 3.1)."""
    types = [*_TYPES[column.kind], *(["null"] if column.optional else [])]
    return {
        "type": types,
        "description": _expected(column),
        "examples": [example(column)],
    }


def example(column: Column) -> Any:
    """A value that the column's rule reads.

    >>> example(Column("when", "date")), example(Column("job", "category", levels=("nurse",)))
    ('2024-05-03', 'nurse')
    """
    match column.kind:
        case "number":
            return 1
        case "boolean":
            return column.rule.true[0] if column.rule.true else True
        case "date":
            moment = datetime(2024, 5, 3, 12, tzinfo=UTC)
            return moment.strftime(column.rule.formats[0] if column.rule.formats else "%Y-%m-%d")
        case "category":
            return column.levels[0] if column.levels else "a"
        case _:
            return "some words"


def example_record(schema: Schema) -> dict[str, Any]:
    """A whole record that is answered."""
    key = {schema.key.name: "1"} if schema.key else {}
    return key | {column.name: example(column) for column in schema.features}
