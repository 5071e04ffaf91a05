"""What each field of a request may hold, in words, as JSON Schema, and by example."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import accumulate
from types import MappingProxyType
from typing import Any

from tenfold.schema import MISSING, Column, Schema
from tenfold.schema.reader import read_value

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


def json_schema(column: Column, reference: Mapping[str, Any] = MappingProxyType({})) -> dict[str, Any]:
    """One field as JSON Schema 2020-12 (the dialect of OpenAPI 3.1), with its typical value as the example."""
    types = [*_TYPES[column.kind], *(["null"] if column.optional else [])]
    return {
        "type": types,
        "description": _expected(column),
        "examples": [_typical(column, reference.get(column.name))],
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


def example_record(schema: Schema, reference: Mapping[str, Any] = MappingProxyType({})) -> dict[str, Any]:
    """A whole record that is answered: of the medians and most frequent values in ``reference``, column by column.

    No row of a person: where a column has no profile (texts, rare values), any value that its rule reads.
    """
    key = {schema.key.name: "1"} if schema.key else {}
    return key | {column.name: _typical(column, reference.get(column.name)) for column in schema.features}


def _typical(column: Column, profile: Any) -> Any:
    """The typical value as it may stand in a source; the rule has to read it as what it was."""
    read = read_value(column)
    for usual, raw in _written(column, profile) if isinstance(profile, Mapping) else ():
        found = read(raw)
        days = column.kind == "date" and isinstance(found, float) and isinstance(usual, float)
        if found == usual or (days and abs(found - usual) < 86_400):  # type: ignore[operator]
            return raw
    return example(column)


def _written(column: Column, profile: Mapping[str, Any]) -> Iterator[tuple[float | str, Any]]:
    """The typical value, typed, beside ways to write it down."""
    if column.kind == "category":
        levels = {level: count for level, count in (profile.get("levels") or {}).items() if level != MISSING}
        yield from ((level, level) for level in sorted(levels, key=lambda each: (-levels[each], each))[:1])
        return
    edges, counts = profile.get("edges") or [], profile.get("counts") or []
    middle = _median(edges, counts)
    if middle is None:
        return
    if column.kind == "boolean":
        mostly = counts[-1] >= counts[0] if len(counts) == 2 else edges[-1] == 1
        yield float(mostly), ((column.rule.true or (True,)) if mostly else (column.rule.false or (False,)))[0]
    elif column.kind == "date":
        formats = column.rule.formats or ("%Y-%m-%d",)
        yield middle, datetime.fromtimestamp(middle, UTC).strftime(formats[0])
    else:
        value = float(f"{middle:.4g}")
        plain = int(value) if value.is_integer() else value
        yield value, f"{round(value * 100, 6):g}%" if column.rule.percent else plain
        yield value, str(plain).replace(".", column.rule.decimal)


def _median(edges: Sequence[float], counts: Sequence[int]) -> float | None:
    """The edge of the bins nearest to half of the rows: for ten equal ones, the median."""
    if not edges:
        return None
    below = list(accumulate(counts, initial=0))
    half = below[-1] / 2
    return float(edges[min(range(len(edges)), key=lambda at: abs(below[min(at, len(below) - 1)] - half))])
