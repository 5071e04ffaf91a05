"""The part of reading that every kind shares: strip, then missing marks."""

from __future__ import annotations

from collections.abc import Callable

from tenfold.schema.canonical import UnsupportedValueError, canonical
from tenfold.schema.columns import Rule
from tenfold.schema.trouble import UNSUPPORTED_VALUE, Read, Trouble, shown

OfText = Callable[[str], "float | str | Trouble | None"]


def marks(rule: Rule) -> frozenset[str]:
    """Every stripped text that means "missing": the empty one and the rule's own.

    >>> sorted(marks(Rule(missing=(" NA ", "?"))))
    ['', '?', 'NA']
    """
    return frozenset({"", *(mark.strip() for mark in rule.missing)})


def reader(rule: Rule, of_text: OfText, write: Callable[[object], str | None] = canonical) -> Read:
    """Reads any raw value by the text that ``write`` makes of it: stripped, without missing marks, then ``of_text``."""
    missing = marks(rule)

    def read(value: object) -> float | str | Trouble | None:
        try:
            text = write(value)
        except UnsupportedValueError as error:
            return Trouble(UNSUPPORTED_VALUE, f"got {error}: {shown(value)}; send text, a number, a boolean or null")
        if text is None:
            return None
        text = text.strip()
        return None if text in missing else of_text(text)

    return read
