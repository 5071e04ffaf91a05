"""The canonical text of a raw value: the one spelling on which every rule is defined.

``1``, ``1.0`` and ``"1"`` are written ``1`` wherever they come from: CSV, Parquet, JSON or a Python frame.
The same definition in SQL is ``tables.compile.canonical``.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from uuid import UUID

import numpy as np

#: White space as :meth:`str.strip` understands it, spelt out for engines that have to be told.
WHITESPACE = (
    "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)

#: Whole numbers below this are exact in a float64, so they are written as integers.
EXACT = float(1 << 53)


class UnsupportedValueError(TypeError):
    """A value that is not one cell of a table: a list, an object, bytes, broken Unicode."""


def canonical(value: object) -> str | None:
    """The canonical text of one raw value, or ``None`` when it is missing.

    Args:
        value: text, number, boolean, date, time stamp, their NumPy and pandas kin, or ``None``.

    Raises:
        UnsupportedValueError: for lists, mappings, bytes and text that is not Unicode (lone surrogates).

    >>> [canonical(value) for value in (1, 1.0, "1", 0.1, 1e-7, True, float("nan"))]
    ['1', '1', '1', '0.1', '1e-07', 'true', None]
    """
    write = _WRITERS.get(value.__class__)
    return write(value) if write else _other(value)


def with_nested(value: object) -> str | None:
    """As :func:`canonical`; a list or an object, which a category or a text may hold, is written as JSON.

    >>> with_nested(["a", 1.0]), with_nested({"é": None}), with_nested("[]")
    ('["a", 1.0]', '{"é": null}', '[]')
    """
    write = _WRITERS.get(value.__class__)
    if write is None and isinstance(value, dict | list | tuple | np.ndarray):
        return of_nested(value)
    return write(value) if write else _other(value)


def of_nested(value: object) -> str:
    """A list or an object as JSON, in the one spelling that training tables have, too."""
    try:
        return of_text(json.dumps(value, ensure_ascii=False, default=_within))
    except (ValueError, TypeError, RecursionError) as error:
        raise UnsupportedValueError(f"a {type(value).__name__} that is no JSON") from error


def _within(value: object) -> object:
    """What JSON has no form for, as it stands in columns of Parquet and cells of frames."""
    if isinstance(value, np.ndarray) or (isinstance(value, np.generic) and value.dtype.kind in "biuf"):
        return value.tolist()
    if isinstance(value, bytes):
        return value.hex()
    try:
        return canonical(value)
    except UnsupportedValueError:
        return str(value)


def simplify(value: object) -> object:
    """A NumPy or pandas scalar as the plain Python value it stands for; anything else as it is."""
    if isinstance(value, np.datetime64):
        return None if np.isnat(value) else value.astype("datetime64[us]").item()
    if isinstance(value, np.generic):
        return value.item()
    if type(value).__name__ in ("NAType", "NaTType"):
        return None
    if isinstance(value, Decimal):
        return float(value)
    return value


def of_float(value: float) -> str | None:
    """
    >>> of_float(-0.0), of_float(1e16), of_float(float("inf"))
    ('0', '1e+16', 'inf')
    """
    if value != value:
        return None
    if value.is_integer() and -EXACT < value < EXACT:
        return str(int(value))
    return float.__repr__(value)


def of_text(value: str) -> str:
    """Text as it stands; refused when it cannot be written in UTF-8."""
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError as error:
            raise UnsupportedValueError("text with half a character (a lone surrogate)") from error
    return value


def of_moment(value: datetime) -> str:
    """ISO 8601 with microseconds when there are any; with a zone, in UTC and marked ``Z``."""
    if value.tzinfo is None:
        return datetime.isoformat(_whole(value))
    return datetime.isoformat(_whole(value.astimezone(UTC)).replace(tzinfo=None)) + "Z"


def _whole(value: datetime) -> datetime:
    """The same moment as a plain ``datetime`` (a pandas one carries nanoseconds)."""
    if type(value) is datetime:
        return value
    return datetime(
        value.year, value.month, value.day, value.hour, value.minute, value.second, value.microsecond, value.tzinfo
    )


def _other(value: object) -> str | None:
    simple = simplify(value)
    write = _WRITERS.get(simple.__class__)
    if write:
        return write(simple)
    for kind, writer in _KINDS:
        if isinstance(simple, kind):
            return writer(simple)
    raise UnsupportedValueError(f"a value of type {type(value).__name__}")


_WRITERS: dict[type, Callable[..., str | None]] = {
    str: of_text,
    int: str,
    float: of_float,
    bool: lambda value: "true" if value else "false",
    type(None): lambda value: None,
    date: date.isoformat,
    datetime: of_moment,
    time: time.isoformat,
    UUID: str,
}
_KINDS: tuple[tuple[type, Callable[..., str | None]], ...] = (
    (str, lambda value: of_text(str.__str__(value))),
    (datetime, of_moment),
    (date, date.isoformat),
    (float, of_float),
    (int, lambda value: str(int(value))),
)
