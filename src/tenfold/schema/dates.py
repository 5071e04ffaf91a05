"""Dates: declared formats compiled to a pattern and arithmetic, in the proleptic Gregorian calendar.

Formats are tried in order and the first that gives a real day wins; ISO 8601 is always tried last, since it is the
canonical text of a native date. A moment without a zone is taken as UTC.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from tenfold.core.errors import UserError
from tenfold.schema import text
from tenfold.schema.canonical import simplify
from tenfold.schema.columns import Rule
from tenfold.schema.trouble import UNREADABLE_DATE, Read, Trouble, shown

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LONG = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_EPOCH = date(1970, 1, 1).toordinal()


def _any_case(word: str) -> str:
    """ASCII letters in either case, spelt out: engines disagree on what folds to what beyond ASCII."""
    return "".join(f"[{letter.upper()}{letter}]" for letter in word)


# Ranges are part of the patterns, so that only the day of the month is left to arithmetic.
_YEAR = "[1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9]"
_HOUR, _SIXTIETH = "2[0-3]|[01]?[0-9]", "[0-5]?[0-9]"
_ZONE = "Z|[+-](?:2[0-3]|[01][0-9]):?[0-5][0-9]"
#: directive → name of its group, pattern with that one group (engines extract at most nine)
_DIRECTIVES: dict[str, tuple[str, str]] = {
    "%Y": ("year", f"({_YEAR})"),
    "%y": ("short_year", "([0-9]{2})"),
    "%m": ("month", "(1[0-2]|0?[1-9])"),
    "%b": ("name", f"({'|'.join(map(_any_case, MONTHS))})"),
    "%B": ("name", f"({'|'.join(map(_any_case, _LONG))})"),
    "%d": ("day", "(3[01]|[12][0-9]|0?[1-9])"),
    "%H": ("hour", f"({_HOUR})"),
    "%I": ("half_hour", "(1[0-2]|0?[1-9])"),
    "%p": ("half", "([AaPp])[Mm]"),
    "%M": ("minute", f"({_SIXTIETH})"),
    "%S": ("second", f"({_SIXTIETH})"),
    "%f": ("fraction", "([0-9]{1,6})"),
    "%z": ("zone", f"({_ZONE})"),
}


@dataclass(frozen=True)
class Format:
    """A pattern whose groups are the named parts of a date. An empty or absent part takes its default."""

    pattern: str
    parts: tuple[str, ...]


#: ISO 8601 calendar dates and times, as `datetime.isoformat` writes them; digits beyond microseconds are dropped.
ISO = Format(
    f"({_YEAR})-(1[0-2]|0[1-9])-([0-3][0-9])"
    rf"(?:[T ](2[0-3]|[01][0-9]):([0-5][0-9])(?::([0-5][0-9])(?:\.([0-9]{{1,6}})[0-9]*)?)?({_ZONE})?)?",
    ("year", "month", "day", "hour", "minute", "second", "fraction", "zone"),
)


def compile_format(written: str) -> Format:
    """A strptime format (``%Y %y %m %b %B %d %H %I %p %M %S %f %z``) as a pattern for Python and RE2.

    Raises:
        UserError: for a directive outside the list, one that stands twice, or a format without a year.

    >>> compile_format("%d.%m.%Y").parts
    ('day', 'month', 'year')
    """
    pieces: list[str] = []
    parts: list[str] = []
    for piece in re.findall(r"%.|[^%]+|%$", written.strip(), re.DOTALL):
        if not piece.startswith("%"):
            pieces.append(re.sub(r"(?:\\? )+", " +", re.escape(piece)))
        elif piece in _DIRECTIVES and _DIRECTIVES[piece][0] not in parts:
            parts.append(_DIRECTIVES[piece][0])
            pieces.append(_DIRECTIVES[piece][1])
        else:
            raise _bad_format(written, f"{piece!r} is unknown or stands twice")
    if not {"year", "short_year"} & set(parts):
        raise _bad_format(written, "it has no year")
    return Format("".join(pieces), tuple(parts))


def formats(rule: Rule) -> tuple[Format, ...]:
    """The rule's formats in order, then ISO 8601."""
    return (*map(compile_format, rule.formats), ISO)


def seconds(parts: Mapping[str, str]) -> float | None:
    """Seconds since 1970-01-01 UTC of the parts of a date, or ``None`` when there is no such moment.

    >>> seconds({"year": "1970", "month": "1", "day": "2", "zone": "+01:00"})
    82800.0
    """
    number = {name: int(part) for name, part in parts.items() if part.isdigit()}
    year = number["year"] if "year" in number else _century(number["short_year"])
    month = MONTHS.index(parts["name"][:3].lower()) + 1 if "name" in parts else number.get("month", 1)
    try:
        days = date(year, month, number.get("day", 1)).toordinal() - _EPOCH
    except ValueError:
        return None
    clock = _hour(number, parts) * 3600 + number.get("minute", 0) * 60 + number.get("second", 0)
    whole = float(days * 86400 + clock - _offset(parts.get("zone") or "Z"))
    return whole + int(parts.get("fraction", "").ljust(6, "0")) / 1e6


def of_native(value: date) -> float:
    """Seconds since 1970-01-01 UTC of a date or a time stamp.

    >>> of_native(date(1970, 1, 2)), of_native(datetime(1970, 1, 1, 0, 0, 1, 500000))
    (86400.0, 1.5)
    """
    if not isinstance(value, datetime):
        return (value.toordinal() - _EPOCH) * 86400.0
    moment = value.astimezone(UTC) if value.tzinfo else value
    days = moment.toordinal() - _EPOCH
    whole = float(days * 86400 + moment.hour * 3600 + moment.minute * 60 + moment.second)
    return whole + moment.microsecond / 1e6


def reader(rule: Rule) -> Read:
    """Reads one raw value as seconds since 1970-01-01 UTC."""
    compiled = [(re.compile(each.pattern).fullmatch, each.parts) for each in formats(rule)]
    expected = " or ".join(rule.formats) or "ISO 8601"

    def of_text(stripped: str) -> float | Trouble:
        for match, parts in compiled:
            found = match(stripped)
            value = seconds(dict(zip(parts, found.groups(""), strict=True))) if found else None
            if value is not None:
                return value
        return Trouble(UNREADABLE_DATE, f"{shown(stripped)} is not a date written as {expected}")

    by_text = text.reader(rule, of_text)

    def read(value: object) -> float | str | Trouble | None:
        simple = value if value.__class__ is str else simplify(value)
        if isinstance(simple, date) and by_text(simple) is not None:  # unless it is a missing mark
            return of_native(simple)
        return by_text(simple)

    return read


def _century(short: int) -> int:
    """POSIX: 69–99 is the 20th century, 0–68 the 21st."""
    return short + (1900 if short >= 69 else 2000)


def _hour(number: Mapping[str, int], parts: Mapping[str, str]) -> int:
    if "half_hour" not in number:
        return number.get("hour", 0)
    return number["half_hour"] % 12 + (12 if parts.get("half", "a") in "Pp" else 0)


def _offset(zone: str) -> int:
    """Seconds east of Greenwich."""
    if zone == "Z":
        return 0
    size = (int(zone[1:3]) * 60 + int(zone[-2:])) * 60
    return -size if zone[0] == "-" else size


def _bad_format(written: str, why: str) -> UserError:
    return UserError.of(
        "TF-CLEAN-010",
        f"the date format {written!r} cannot be used: {why}",
        expected="strptime directives %Y %y %m %b %B %d %H %I %p %M %S %f %z, each once, with a year",
        do="correct `formats` of this column",
    )
