"""What a column's name gives away."""

from __future__ import annotations

import re

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_IDENTIFIERS = frozenset({"id", "ids", "uuid", "guid", "identifier", "nbr", "pk"})
_ROW_NUMBERS = frozenset(
    {"", "index", "row", "rows", "rownames", "rownum", "rownumber", "rowid", "unnamed", "no", "nr"}
)
_CODES = frozenset({"code", "codes", "class", "type", "category", "zip", "zipcode", "postcode", "postal", "sku"})
_COUNTS = frozenset({"n", "num", "number", "count", "counts", "total", "sum", "amount", "qty", "quantity", "times"})
_DATES = frozenset({"date", "day", "dt", "dat", "datum", "ymd", "time", "timestamp"})


def words(name: str) -> list[str]:
    """The words of a name, in lower case.

    >>> words("customerID"), words("MSSubClass"), words("host_id")
    (['customer', 'id'], ['ms', 'sub', 'class'], ['host', 'id'])
    """
    return [word.lower() for word in _WORDS.findall(name)]


def identifies(name: str) -> bool:
    """Whether the name says "identifier"."""
    parts = words(name)
    return bool(parts) and (parts[-1] in _IDENTIFIERS or parts[0] in _IDENTIFIERS or "key" in parts[-1:])


def numbers_rows(name: str) -> bool:
    """Whether the name is one of those that exports give to a running number."""
    return "".join(word for word in words(name) if not word.isdigit()) in _ROW_NUMBERS


def codes(name: str) -> bool:
    """Whether the name says that its numbers are codes.

    >>> codes("zip_code"), codes("RoomType"), codes("age")
    (True, True, False)
    """
    return bool(_CODES & {*words(name)}) or identifies(name)


def counts(name: str) -> bool:
    """Whether the name says that its numbers count something."""
    return bool(_COUNTS & {*words(name)})


def dates(name: str) -> bool:
    """Whether the name says "date"."""
    return bool(_DATES & {*words(name)})
