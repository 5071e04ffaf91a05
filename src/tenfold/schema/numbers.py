"""Numbers: from a float, an integer, or text with currency, percent and grouped thousands.

A text is a number only if the whole of it matches one ASCII pattern, the same for both interpreters; what is left
after affixes and grouping are taken out is read as IEEE 754 double, correctly rounded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import isfinite

from tenfold.schema import text
from tenfold.schema.canonical import simplify
from tenfold.schema.columns import Rule
from tenfold.schema.trouble import INFINITE_NUMBER, UNREADABLE_NUMBER, Read, Trouble, shown

EXPONENT = "(?:[eE][+-]?[0-9]+)?"
PLAIN = rf"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+){EXPONENT}"
INFINITE = "[+-]?[iI][nN][fF](?:[iI][nN][iI][tT][yY])?"
#: What stands for a blank as separator of thousands.
BLANKS = " \u00a0\u2009\u202f"


@dataclass(frozen=True)
class Syntax:
    """How a rule's numbers are written: a pattern of sign, sign and digits; what to drop; the decimal mark."""

    pattern: str  # groups 1 and 2: sign before or after a prefix; group 3: digits
    drop: str  # characters taken out of the digits
    decimal: str
    percent: bool

    @property
    def plain(self) -> bool:
        return not self.drop and self.decimal == "." and self.pattern == PLAIN


def syntax(rule: Rule) -> Syntax:
    """The pattern of a rule's numbers, in the dialect that Python's ``re`` and RE2 share.

    >>> re.fullmatch(syntax(Rule(affixes=("$",), thousands=",")).pattern, "$1,200.00").group(3)
    '1,200.00'
    """
    affixes = (*rule.affixes, "%") if rule.percent else rule.affixes
    drop = BLANKS if rule.thousands == " " else rule.thousands
    if not affixes and not drop and rule.decimal == ".":
        return Syntax(PLAIN, "", ".", rule.percent)
    point = re.escape(rule.decimal)
    grouped = rf"[1-9][0-9]{{0,2}}(?:[{drop}][0-9]{{3}})+|" if drop else ""
    digits = rf"(?:{grouped}[0-9]+)(?:{point}[0-9]*)?|{point}[0-9]+"
    if not affixes:
        return Syntax(rf"([+-]?)()((?:{digits}){EXPONENT})", drop, rule.decimal, rule.percent)
    either = "|".join(re.escape(affix.strip()) for affix in sorted(set(affixes), key=lambda each: (-len(each), each)))
    before = rf"(?:([+-]) *(?:(?:{either}) *)?|(?:(?:{either}) *)?([+-]?))"
    return Syntax(rf"{before}((?:{digits}){EXPONENT})(?: *(?:{either}))?", drop, rule.decimal, rule.percent)


def reader(rule: Rule) -> Read:
    """Reads one raw value as a number; plain floats and integers take a short way."""
    of_text = _of_text(rule)
    slow = text.reader(rule, of_text)
    missing = text.marks(rule)
    # Only a mark that looks like a number can meet a native one ("-999").
    numeric = any(re.fullmatch(PLAIN, mark) for mark in missing)
    scale = 100.0 if rule.percent else 1.0

    def read(value: object) -> float | str | Trouble | None:
        kind = value.__class__
        if kind is str:
            stripped = value.strip()  # type: ignore[attr-defined]
            if stripped.isascii():
                return None if stripped in missing else of_text(stripped)
        elif kind is float or kind is int:
            if not numeric or slow(value) is not None:
                return _of_native(value, scale)  # type: ignore[arg-type]
            return None
        elif value is None:
            return None
        return _of_simple(value, slow, numeric, scale)

    return read


def _of_simple(value: object, slow: Read, numeric: bool, scale: float) -> float | str | Trouble | None:
    """NumPy and decimal numbers are numbers too; everything else goes by its canonical text."""
    from_library = simplify(value)
    if from_library.__class__ in (float, int) and not (numeric and slow(value) is None):
        return _of_native(from_library, scale)
    return slow(value)


def _of_native(value: float, scale: float) -> float | Trouble | None:
    try:
        number = float(value)
    except OverflowError:
        return _infinite(value)
    if number - number == 0.0:
        return number / scale if scale != 1.0 else number
    return None if number != number else _infinite(value)


def _of_text(rule: Rule) -> text.OfText:
    written = syntax(rule)
    match = re.compile(written.pattern).fullmatch
    infinite = re.compile(INFINITE).fullmatch
    removed = str.maketrans({**dict.fromkeys(written.drop), written.decimal: "."})
    plain, scale = written.plain, 100.0 if written.percent else 1.0

    def of_text(stripped: str) -> float | Trouble | None:
        found = match(stripped)
        if found is None:
            return _infinite(stripped) if infinite(stripped) else _unreadable(stripped)
        if plain:
            number = float(stripped)
        else:
            before, after, digits = found.group(1, 2, 3)
            number = float((before or after or "") + digits.translate(removed))
        return number / scale if isfinite(number) else _infinite(stripped)

    return of_text


def _infinite(value: object) -> Trouble:
    return Trouble(INFINITE_NUMBER, f"{shown(value)} is infinite and is taken as missing")


def _unreadable(value: str) -> Trouble:
    return Trouble(UNREADABLE_NUMBER, f"{shown(value)} is not a number")
