"""The permitted operators: everything a rule may compile to, each tested on every engine.

Besides these, rules use Ibis' own ``cast``, ``try_cast``, ``isin``, ``cases``, ``coalesce``, arithmetic and comparison.
Patterns are in the dialect that RE2 and Python's ``re`` share (ASCII classes, no look-around, always a full match).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ibis
import ibis.expr.datatypes as dt

Expr = Any  # an Ibis value expression; Ibis ships no types


def _builtin(name: str, takes: tuple[dt.DataType, ...], gives: dt.DataType) -> Callable[..., Expr]:
    """A function that the engine has, with its types."""
    stand_ins: dict[int, Callable[..., None]] = {
        1: lambda first: None,
        2: lambda first, second: None,
        3: lambda first, second, third: None,
    }
    made: Callable[..., Expr] = ibis.udf.scalar.builtin(stand_ins[len(takes)], name=name, signature=(takes, gives))
    return made


_trim = _builtin("trim", (dt.string, dt.string), dt.string)
_trim_spaces = _builtin("trim", (dt.string,), dt.string)
_full_match = _builtin("regexp_full_match", (dt.string, dt.string), dt.boolean)
_replace = _builtin("regexp_replace", (dt.string, dt.string, dt.string), dt.string)
_extract = _builtin("regexp_extract", (dt.string, dt.string, dt.int32), dt.string)
_translate = _builtin("translate", (dt.string, dt.string, dt.string), dt.string)
_strftime = _builtin("strftime", (dt.timestamp, dt.string), dt.string)
_epoch_us = _builtin("epoch_us", (dt.timestamp,), dt.int64)
_epoch_us_zoned = _builtin("epoch_us", (dt.Timestamp(timezone="UTC"),), dt.int64)
_make_timestamp = _builtin("make_timestamp", (dt.int64,), dt.timestamp)
_md5 = _builtin("md5", (dt.string,), dt.string)
_strlen = _builtin("strlen", (dt.string,), dt.int64)


def trim(text: Expr, characters: str) -> Expr:
    """Text without these characters at either end."""
    return _trim(text, characters)


def trim_spaces(text: Expr) -> Expr:
    """Text without spaces (U+0020) at either end."""
    return _trim_spaces(text)


def full_match(text: Expr, pattern: str) -> Expr:
    """Whether the whole text matches."""
    return _full_match(text, pattern)


def groups(text: Expr, pattern: str, wanted: str) -> Expr:
    r"""The groups (``\1\2``) of a text that is known to match as a whole."""
    return _replace(text, f"^(?:{pattern})$", wanted)


def group(text: Expr, pattern: str, number: int) -> Expr:
    """One group of a text, empty when it took no part."""
    return _extract(text, f"^(?:{pattern})$", ibis.literal(number, type="int32"))


def translate(text: Expr, old: str, new: str) -> Expr:
    """Characters of ``old`` replaced by those of ``new`` in the same place, the surplus ones dropped."""
    return _translate(text, old, new)


def strftime(moment: Expr, form: str) -> Expr:
    """A time stamp as text."""
    return _strftime(moment, form)


def microseconds(moment: Expr) -> Expr:
    """Microseconds since 1970-01-01 UTC of a date or a time stamp, with or without a zone."""
    if moment.type().is_timestamp() and moment.type().timezone:
        return _epoch_us_zoned(moment)
    return _epoch_us(moment.cast("timestamp(6)"))


def timestamp(micros: Expr) -> Expr:
    """The time stamp (UTC, without a zone) of microseconds since 1970-01-01."""
    return _make_timestamp(micros)


def md5(text: Expr) -> Expr:
    """The MD5 of a text in UTF-8, as 32 hexadecimal digits (RFC 1321): for identity, not for secrecy."""
    return _md5(text)


def byte_length(text: Expr) -> Expr:
    """The length of a text in UTF-8 bytes."""
    return _strlen(text)
