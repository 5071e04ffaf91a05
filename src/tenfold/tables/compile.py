"""Schema rules as Ibis expressions: the second interpreter of the rules that :mod:`tenfold.schema` reads records with.

It works in two layers, so that no engine computes a text twice: first every raw column becomes its stripped text with
missing marks taken out (or stays a number, or becomes seconds); then kinds are read from those plain columns.
In a typed column NULL is missing; an unreadable number is NaN until it is quarantined.
"""

from __future__ import annotations

from typing import Any

import ibis

from tenfold.schema import booleans, categories, dates, numbers, text
from tenfold.schema.canonical import EXACT, WHITESPACE
from tenfold.schema.columns import Column, Rule
from tenfold.tables import operators as op

Expr = Any
NAN = float("nan")
#: A text that neither begins nor ends with a blank.
_STRIPPED = f"[^{WHITESPACE}](?:(?s:.*)[^{WHITESPACE}])?"


def canonical(raw: Expr) -> Expr:
    """The canonical text of a raw column of any physical type; NULL for missing."""
    kind = raw.type()
    if kind.is_string():
        return raw
    if kind.is_boolean() or kind.is_integer():
        return raw.cast("string")
    if kind.is_floating():
        return _of_float(raw.cast("float64"))
    if kind.is_decimal():
        return _of_float(raw.cast("string").cast("float64"))
    if kind.is_date():
        return op.strftime(raw.cast("timestamp"), "%Y-%m-%d")
    if kind.is_timestamp():
        return _of_moment(raw, zone="Z" if kind.timezone else "")
    return raw.cast("string")


def strip(text: Expr) -> Expr:
    """Text without blanks at its ends. Looked at before: to strip these blanks takes ten times as long as to see that
    there are none, or only the most common one."""
    common = (op.full_match(text, f" *{_STRIPPED} *"), op.trim_spaces(text))
    return ibis.cases((op.full_match(text, _STRIPPED), text), common, else_=op.trim(text, WHITESPACE))


def prepared(raw: Expr, column: Column) -> Expr:
    """The first layer: stripped text without missing marks; native numbers as float64, native dates as seconds."""
    kind, missing = raw.type(), sorted(text.marks(column.rule))
    if column.kind == "number" and (kind.is_integer() or kind.is_floating() or kind.is_decimal()):
        number = raw.cast("string").cast("float64") if kind.is_decimal() else raw.cast("float64")
        number = ibis.cases((number.isnan(), None), else_=number) if not kind.is_integer() else number
        return _unless_marked(number, canonical(raw), missing)
    if column.kind == "date" and (kind.is_date() or kind.is_timestamp()):
        return _unless_marked(_native_seconds(raw), canonical(raw), missing)
    stripped = canonical(raw)
    if kind.is_string():  # others are written without blanks at their ends
        stripped = strip(stripped)
    for mark in missing:
        stripped = stripped.nullif(mark)
    return stripped


def typed(ready: Expr, column: Column) -> Expr:
    """The second layer: a prepared column in its type. Unreadable is NaN; infinite stays infinite."""
    if column.kind == "number":
        return _number(ready, column.rule)
    if column.kind == "boolean":
        return _boolean(ready, column.rule)
    if column.kind == "date":
        return ready if ready.type().is_floating() else _date(ready, column.rule)
    recode = categories.recoding(column.rule)
    return ready.cases(*recode.items(), else_=ready) if recode else ready


def _of_float(value: Expr) -> Expr:
    whole = (value.abs() < EXACT) & (value % 1.0 == 0.0)
    return ibis.cases(
        (value.isnan(), None), (whole, value.try_cast("int64").cast("string")), else_=value.cast("string")
    )  # fmt: skip


def _of_moment(raw: Expr, zone: str) -> Expr:
    micros = op.microseconds(raw)
    moment = op.timestamp(micros)
    seconds = op.strftime(moment, "%Y-%m-%dT%H:%M:%S")
    fraction = micros % 1_000_000 != 0
    return ibis.cases((fraction, op.strftime(moment, "%Y-%m-%dT%H:%M:%S.%f")), else_=seconds) + zone


def _unless_marked(value: Expr, written: Expr, missing: list[str]) -> Expr:
    marks = [mark for mark in missing if mark]
    return written.cases(*((mark, None) for mark in marks), else_=value) if marks else value


def _native_seconds(raw: Expr) -> Expr:
    micros = op.microseconds(raw)
    fraction = (micros % 1_000_000 + 1_000_000) % 1_000_000
    return ((micros - fraction) // 1_000_000).cast("float64") + fraction / 1e6


def _number(ready: Expr, rule: Rule) -> Expr:
    written = numbers.syntax(rule)
    scale = 100.0 if written.percent else 1.0
    if ready.type().is_floating():
        return ready / scale if written.percent else ready
    if written.plain:
        digits = ready
    else:
        bare = op.groups(ready, written.pattern, r"\1\2\3")
        digits = op.translate(bare, written.decimal + written.drop, ".")
    value = digits.try_cast("float64")
    return ibis.cases(
        (op.full_match(ready, written.pattern), value / scale if written.percent else value),
        (op.full_match(ready, numbers.INFINITE), float("inf")),
        (ready.notnull(), NAN),
        else_=ibis.null("float64"),
    )


def _boolean(ready: Expr, rule: Rule) -> Expr:
    # A case for each word: DuckDB makes a join of every longer ``in``, and a join holds all columns beside it.
    known = [(word, float(value)) for word, value in sorted(booleans.spellings(rule).items())]
    unknown = ibis.cases((ready.notnull(), NAN), else_=ibis.null("float64"))
    return ready.cases(*known, else_=unknown)


def _date(ready: Expr, rule: Rule) -> Expr:
    readings = [_of_format(ready, each) for each in dates.formats(rule)]
    unreadable = ibis.cases((ready.notnull(), NAN), else_=ibis.null("float64"))
    return ibis.coalesce(*readings, unreadable)


def _of_format(ready: Expr, form: dates.Format) -> Expr:
    """Seconds since 1970 by one format; NULL when the text does not match or there is no such day.

    Every part is extracted once and used once: engines are slow on expressions that repeat themselves.
    """
    part = {name: op.group(ready, form.pattern, place + 1) for place, name in enumerate(form.parts)}
    days = op.microseconds(_day(part)) // 1_000_000
    clock = _hour(part) * 3600 + _count(part, "minute") * 60 + _count(part, "second")
    whole = (days + clock - _offset(part)).cast("float64")
    if "fraction" not in part:
        return whole
    return whole + part["fraction"].rpad(6, "0").cast("int64") / 1e6


def _count(part: dict[str, Expr], name: str) -> Expr:
    """A part as a number, 0 when it is absent."""
    if name not in part:
        return ibis.literal(0, type="int64")
    return ibis.coalesce(part[name].try_cast("int64"), 0)


def _day(part: dict[str, Expr]) -> Expr:
    """The calendar day, NULL when there is none."""
    if "year" in part:
        year = part["year"]
    else:
        year = ibis.cases((part["short_year"] >= "69", "19"), else_="20") + part["short_year"]
    if "name" in part:
        name = part["name"].lower().substr(0, 3)
        month = name.cases(*((month, f"{place:02d}") for place, month in enumerate(dates.MONTHS, 1)), else_="")
    else:
        month = part["month"].lpad(2, "0") if "month" in part else ibis.literal("01")
    day = part["day"].lpad(2, "0") if "day" in part else ibis.literal("01")
    return (year + "-" + month + "-" + day).try_cast("date")


def _hour(part: dict[str, Expr]) -> Expr:
    if "half_hour" not in part:
        return _count(part, "hour")
    hour = _count(part, "half_hour") % 12
    return hour + part["half"].cases(("P", 12), ("p", 12), else_=0) if "half" in part else hour


def _offset(part: dict[str, Expr]) -> Expr:
    """Seconds east of Greenwich; the parts of ``Z`` are no numbers and count as 0."""
    if "zone" not in part:
        return ibis.literal(0, type="int64")
    zone = part["zone"]
    hours, minutes = (ibis.coalesce(each.try_cast("int64"), 0) for each in (zone.substr(1, 2), zone.right(2)))
    return (hours * 60 + minutes) * 60 * ibis.cases((zone.startswith("-"), -1), else_=1)
