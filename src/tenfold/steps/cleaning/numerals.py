"""Numbers in text: how a column writes them, if it writes numbers at all."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from tenfold.core.units import count
from tenfold.schema import Rule, numbers
from tenfold.steps.cleaning.guess import Guess, examples, tolerable

Mark = Literal["", ",", ".", " ", "'"]
CURRENCIES = (
    "$", "€", "£", "¥", "₹", "₽", "₩", "₺", "₫", "US$", "A$", "C$", "R$", "kr", "zł", "Kč",
    "USD", "EUR", "GBP", "CHF", "JPY", "INR", "CAD", "AUD", "CNY", "SEK", "NOK", "DKK", "PLN", "BRL",
)  # fmt: skip
UNITS = (
    "mg", "g", "kg", "t", "lb", "lbs", "oz", "mm", "cm", "m", "km", "in", "ft", "yd", "mi", "ml", "cl", "l", "L",
    "gal", "m2", "m²", "sqm", "sqft", "ha", "m3", "m³", "kB", "KB", "MB", "GB", "TB", "W", "kW", "MW", "kWh", "MWh",
    "V", "A", "Hz", "kHz", "MHz", "GHz", "bar", "hPa", "kPa", "mmHg", "°", "°C", "°F", "K", "km/h", "kmh", "mph",
    "m/s", "rpm", "hp", "bhp", "PS", "cc", "CC", "mpg", "kmpl", "Nm", "ms", "s", "sec", "secs", "min", "mins", "h",
    "hr", "hrs", "hour", "hours", "minutes", "seconds", "day", "days", "week", "weeks", "month", "months", "year",
    "years", "yr", "yrs", "pcs", "pc", "x", "pts", "bps", "dB", "ppm",
)  # fmt: skip
#: Ways of writing tried in this order: grouping, decimal mark.
STYLES: tuple[tuple[Mark, Literal[".", ","]], ...] = (
    ("", "."), (",", "."), ("", ","), (".", ","), (" ", "."), (" ", ","), ("'", "."),
)  # fmt: skip
#: So long is a number at most, and such a share of a few values has to look like one.
_LONGEST, _MOST = 40, 0.8
_SPLIT = re.compile(
    r"[+-]? *([^0-9+\-.,]*?) *[+-]?[0-9.,' \u00a0\u2009\u202f]*[0-9][.,]?(?:[eE][+-]?[0-9]+)? *([^0-9]*)"
)


def guess(values: Mapping[str, int], limit: int = 3000, plain: bool = False) -> Guess | None:
    """The rule by which a column's texts are numbers, or ``None`` when they are not.

    Args:
        values: distinct stripped texts, without missing marks, and their counts.
        limit: so many are looked at before a rule is tried on all.
        plain: whether all are known to be plain numbers, so that no text has to be looked at one by one.

    >>> guess({"$1,200.00": 1, "$85.00": 3}).rule.to_dict()
    {'thousands': ',', 'affixes': ['$']}
    >>> guess({"97%": 1, "100%": 3}).rule.percent, guess({"A1": 1}) is None
    (True, True)
    """
    sample = dict(list(values.items())[:limit])
    if plain:
        return Guess("number", "numbers") if _short(list(sample)[:50]) else None
    if not _plausible(list(sample)[:50]):
        return None
    if not unreadable(sample, Rule()):  # nothing stands beside the digits, so there is nothing to look for
        return Guess("number", "numbers") if len(sample) == len(values) else _described(values, Rule())
    affixes, percent = _affixes(sample)
    for thousands, decimal in STYLES:
        rule = Rule(thousands=thousands, decimal=decimal, affixes=affixes, percent=percent)
        if tolerable(unreadable(sample, rule), sample):
            return _described(values, rule)
    return None


def _plausible(first: list[str]) -> bool:
    """Whether most of a few values are short and have a digit, so that a closer look is worth its time."""
    finite = [value for value in first if not re.fullmatch(numbers.INFINITE, value)]
    short = [value for value in finite if len(value) <= _LONGEST and any(letter in "0123456789" for letter in value)]
    return bool(finite or not first) and len(short) >= _MOST * len(finite)


def _short(first: list[str]) -> bool:
    """As :func:`_plausible`, of plain numbers: they are finite and have digits."""
    return sum(len(value) <= _LONGEST for value in first) >= _MOST * len(first)


def unreadable(values: Mapping[str, int], rule: Rule) -> dict[str, int]:
    """The texts that a rule does not read as numbers."""
    match = re.compile(f"(?:{numbers.syntax(rule).pattern})|{numbers.INFINITE}").fullmatch
    return {value: count for value, count in values.items() if match(value) is None}


def _affixes(values: Mapping[str, int]) -> tuple[tuple[str, ...], bool]:
    """Currencies and units that stand beside the digits, and whether all of them are percentages."""
    before: dict[str, int] = {}
    after: dict[str, int] = {}
    for value in values:
        match = _SPLIT.fullmatch(value)
        if match:
            before[match[1].strip()] = before.get(match[1].strip(), 0) + 1
            after[match[2].strip()] = after.get(match[2].strip(), 0) + 1
    percent = after.get("%", 0) >= 0.9 * len(values) and len(values) > 0
    units = [unit for unit in after if unit in UNITS]
    # One unit, on nearly all values: else metres and feet would be added up.
    unit = units if len(units) == 1 and after[units[0]] >= 0.9 * len(values) else []
    money = sorted({mark for mark in (*before, *after) if mark in CURRENCIES})
    return (*money, *unit) if len(money) <= 1 else (), percent


def _described(values: Mapping[str, int], rule: Rule) -> Guess:
    parts = [f"with {' '.join(rule.affixes)}"] if rule.affixes else []
    parts += ["as percentages"] if rule.percent else []
    parts += [f"thousands grouped by {rule.thousands!r}"] if rule.thousands else []
    parts += ["a decimal comma"] if rule.decimal == "," else []
    bad = unreadable(values, rule)
    reason = "numbers" + (" written " + ", ".join(parts) if parts else "")
    if bad:
        reason += f"; {count(sum(bad.values()), 'value')} that cannot be read ({examples(bad)})"
    return Guess("number", reason, replace(rule))
