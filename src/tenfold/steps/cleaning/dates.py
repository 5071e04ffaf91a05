"""Dates: the format that reads a column, when only one does."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from tenfold.core import units
from tenfold.schema import Rule
from tenfold.schema import dates as reading
from tenfold.steps.cleaning.guess import Guess, examples, tolerable

_DAYS = (
    "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d",
    *(form for s in "-/." for form in (f"%d{s}%m{s}%Y", f"%m{s}%d{s}%Y", f"%d{s}%m{s}%y", f"%m{s}%d{s}%y")),
    "%d %b %Y", "%d %B %Y", "%d-%b-%Y", "%d-%b-%y", "%d/%b/%Y", "%b %d, %Y", "%B %d, %Y", "%b %d %Y", "%d%b%Y",
)  # fmt: skip
_MONTHS = ("%b-%Y", "%b %Y", "%B %Y", "%B-%Y", "%b-%y", "%Y-%m", "%Y/%m", "%m/%Y", "%Y-%b")
_CLOCKS = ("", "%H:%M", "%H:%M:%S", "%H:%M:%S.%f", "%H:%M%z", "%H:%M:%S%z", "%H:%M:%S %z", "%H:%M:%S.%f%z", "%I:%M %p",
           "%I:%M:%S %p")  # fmt: skip
_PART = f"(?:[0-9]{{1,4}}|(?i:{'|'.join(reading.MONTHS)})[A-Za-z]{{0,6}})"
#: A quick look before the formats are tried: a digit, and parts that a date could have.
_LOOKS = re.compile(rf"(?=.*[0-9]){_PART}[-/. ,]{{0,2}}{_PART}(?:[-/. ,T].*|[0-9]{{4}})?", re.DOTALL)


#: Dates in more formats than this are taken for something else.
_MOST_FORMATS = 6


class AmbiguousDates(Exception):
    """Day and month cannot be told apart, or both orders are used."""

    def __init__(self, why: str, values: list[str], formats: tuple[str, ...]) -> None:
        self.why, self.values, self.formats = why, values, formats
        super().__init__(why)


def guess(values: Mapping[str, int], limit: int = 2000) -> Guess | None:
    """The rule by which a column's texts are dates, or ``None`` when they are not.

    Raises:
        AmbiguousDates: when day-first and month-first both read them, or neither alone does.

    >>> guess({"24-02-2015 11:35": 1, "03-02-2015 09:10": 1}).rule.formats
    ('%d-%m-%Y %H:%M',)
    """
    sample = dict(list(values.items())[:limit])
    first = list(sample)[:40]
    if not first or sum(1 for value in first if _LOOKS.fullmatch(value)) < 0.9 * len(first):
        return None
    fits = [form for form in _candidates(first) if tolerable(unreadable(sample, (form,)), sample)]
    if not fits:
        return _otherwise(sample, first)
    _refuse_ambiguous(sample, fits)
    bad = unreadable(values, (fits[0],))
    rest = f"; {units.count(sum(bad.values()), 'value')} that cannot be read ({examples(bad)})" if bad else ""
    return Guess("date", f"dates written {fits[0]}{rest}", Rule(formats=(fits[0],)))


def mixture(values: Mapping[str, int], limit: int = 400) -> dict[str, int]:
    """The formats that read a column only together, each with the rows that it reads and none before it does.

    Empty when the values are no dates, or some of them are not.

    >>> mixture({"2015-02-24": 3, "2015-03-02": 2, "24 Feb 2015": 1, "3 Mar 2015": 2})
    {'%Y-%m-%d': 5, '%d %b %Y': 3}
    """
    left = dict(list(values.items())[:limit])
    first = list(left)[:40]
    if not first or sum(1 for value in first if _LOOKS.fullmatch(value)) < 0.9 * len(first):
        return {}
    chosen: list[str] = []
    while left and not tolerable(left, dict(list(values.items())[:limit])) and len(chosen) < _MOST_FORMATS:
        read = {form: sum(1 for value in left if _moment(value, _COMPILED[form]) is not None) for form in _COMPILED}
        best = max(read, key=lambda form: read[form])
        if not read[best]:
            return {}
        chosen.append(best)
        left = unreadable(left, (best,))
    rows = dict.fromkeys(chosen, 0)
    for value, count in values.items():
        form = next((form for form in chosen if _moment(value, _COMPILED[form]) is not None), None)
        if form is not None:
            rows[form] += count
    return rows if len(rows) > 1 and (not left or tolerable(left, values)) else {}


def unreadable(values: Mapping[str, int], formats: tuple[str, ...]) -> dict[str, int]:
    """The texts that none of these formats reads (ISO 8601 not counted)."""
    return {value: count for value, count in values.items() if _seconds(value, formats) is None}


def _seconds(value: str, formats: tuple[str, ...]) -> float | None:
    read = (_moment(value, _COMPILED[form]) for form in formats)
    return next((moment for moment in read if moment is not None), None)


def _moment(value: str, form: tuple[re.Pattern[str], tuple[str, ...]]) -> float | None:
    match = form[0].fullmatch(value)
    return reading.seconds(dict(zip(form[1], match.groups(""), strict=True))) if match else None


def _compile(form: str) -> tuple[re.Pattern[str], tuple[str, ...]]:
    compiled = reading.compile_format(form)
    return re.compile(compiled.pattern), compiled.parts


def _formats() -> Iterator[str]:
    for day in _DAYS:
        for clock in _CLOCKS:
            yield f"{day} {clock}".strip()
        if day == "%Y-%m-%d":
            yield from (f"{day}T{clock}" for clock in _CLOCKS if clock)
    yield from _MONTHS


_COMPILED = {form: _compile(form) for form in _formats()}


def _candidates(values: list[str]) -> list[str]:
    """Formats that read at least half of a few values, likeliest first."""
    return [form for form in _COMPILED if _reads_half(values, form)]


def _reads_half(values: list[str], form: str) -> bool:
    """Whether a format reads at least half; most formats are given up before all values were tried."""
    left = len(values) // 2
    for value in values:
        if _moment(value, _COMPILED[form]) is None:
            left -= 1
            if left < 0:
                return False
    return True


def _refuse_ambiguous(values: Mapping[str, int], fits: list[str]) -> None:
    pair = next(((form, other) for form in fits for other in fits if other == _swapped(form) and other != form), None)
    if pair is None:
        return
    differing = [value for value in values if _seconds(value, pair[:1]) != _seconds(value, pair[1:])]
    if differing:
        raise AmbiguousDates("day and month cannot be told apart", differing, pair)


def _otherwise(values: Mapping[str, int], first: list[str]) -> Guess | None:
    """ISO 8601 in several precisions is fine; day-first and month-first in one column is not."""
    iso = (re.compile(reading.ISO.pattern), reading.ISO.parts)
    if tolerable({value: count for value, count in values.items() if _moment(value, iso) is None}, values):
        return Guess("date", "dates in ISO 8601")
    for form in _candidates(first):
        pair = (form, _swapped(form))
        if pair[0] != pair[1] and tolerable(unreadable(values, pair), values):
            only = [value for value in values if _seconds(value, pair[1:]) is None]
            raise AmbiguousDates("some dates are day-first and some month-first", only, pair)
    return None


def _swapped(form: str) -> str:
    """The same format with day and month exchanged, where both are numbers in the first two places."""
    if form.startswith(("%d", "%m")) and "%m" in form and "%d" in form:
        return form.replace("%d", "\0").replace("%m", "%d").replace("\0", "%m")
    return form
