"""Kinds: what a column's values are, as a careful person would say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from tenfold.schema import Kind, Rule
from tenfold.schema.numbers import PLAIN
from tenfold.steps.cleaning import dates, missing, names, numerals
from tenfold.steps.cleaning.guess import Guess, examples
from tenfold.tables.profile import Profile

#: In more spellings than these no two words are written.
_SPELLINGS = 2**5 + 2**5
#: Words for yes and no, in lower case.
BOOLEANS = (("true", "false"), ("yes", "no"), ("t", "f"), ("y", "n"), ("on", "off"), ("1", "0"), ("1.0", "0.0"))


def guess(profile: Profile) -> Guess:
    """The kind and rule of a column, from its profile.

    Raises:
        dates.AmbiguousDates: when dates can be read in two ways.
    """
    values = without(profile.values, missing.found(profile.values, "category"))
    if not values:
        return _marked(profile, Guess("category", "no value at all"))
    found = _typed(profile) or words(profile, values)
    return _marked(profile, found)


def of_kind(profile: Profile, kind: Kind) -> Guess:
    """The rule of a column whose kind is declared."""
    values = without(profile.values, missing.found(profile.values, kind))
    found: Guess | None = None
    if kind == "number":
        found = numerals.guess(values)
    elif kind == "boolean":
        found = boolean(profile.name, values, declared=True)
    elif kind == "date":
        found = dates.guess(values)
    found = found if found and found.kind == kind else Guess(kind, "", Rule())
    return _marked(profile, replace(found, reason="declared"))


def without(values: Mapping[str, int], marks: tuple[str, ...]) -> dict[str, int]:
    """The values that are not missing marks."""
    if not any(mark in values for mark in marks):
        return dict(values)
    return {value: count for value, count in values.items() if value not in marks}


def boolean(name: str, values: Mapping[str, int], declared: bool = False) -> Guess | None:
    """Two words of one pair. Zero and one in a column that counts are left numbers.

    >>> boolean("Partner", {"Yes": 3, "No": 4}).rule.true
    ('Yes',)
    """
    if len(values) > _SPELLINGS:
        return None
    folded = {value.lower(): value for value in values}
    for yes, no in BOOLEANS:
        if {*folded} == {yes, no} or (declared and {*folded} <= {yes, no}):
            if yes[0] == "1" and names.counts(name) and not declared:
                return None
            spelt = {word: tuple(sorted(value for value in values if value.lower() == word)) for word in (yes, no)}
            return Guess(
                "boolean", f"only {examples(values)}", Rule(true=spelt[yes] or (yes,), false=spelt[no] or (no,))
            )
    return None


def words(profile: Profile, values: Mapping[str, int]) -> Guess:
    """A category or free text, by how many distinct values there are and how many words each has."""
    share = profile.distinct / max(1, profile.present)
    length = sum(len(value.split()) for value in values) / len(values)
    if profile.distinct > 50 and all(value[0] + value[-1] in ("[]", "{}") for value in list(values)[:200]):
        return Guess("text", f"lists written as text, {profile.distinct:,} distinct")
    varied = profile.distinct >= 20
    sentences = (length >= 3 and share >= 0.5) or (length >= 8 and profile.distinct >= 100)
    free = profile.distinct >= 1000 and share >= 0.2 and length >= 1.5
    if varied and (sentences or free):
        return Guess("text", f"free text: {profile.distinct:,} distinct values, {length:.1f} words each")
    return Guess("category", f"{profile.distinct:,} distinct values")


def _typed(profile: Profile) -> Guess | None:
    """Boolean, date or number; ``None`` when the values are words."""
    values = without(profile.values, missing.found(profile.values, "number"))
    if not values:
        return None
    if profile.physical.startswith(("date", "timestamp")):
        return Guess("date", f"stored as {profile.physical.split('(')[0]}")
    if profile.physical == "boolean":
        return Guess("boolean", "stored as boolean", Rule(true=("true",), false=("false",)))
    # Beside yes and no, "unknown" is a third answer; only marks that are no word leave a boolean.
    answers = without(profile.values, missing.found(profile.values, "category"))
    found = boolean(profile.name, answers) or _compact_dates(profile.name, values)
    if found:
        return found
    number = numerals.guess(
        values, plain=profile.distinct - profile.distinct_plain == len(profile.values) - len(values)
    )
    if number is None:
        return dates.guess(values)
    return _codes(profile, values) or number


def _compact_dates(name: str, values: Mapping[str, int]) -> Guess | None:
    """Eight digits that are days, in a column whose name says so."""
    if not names.dates(name) or not all(re.fullmatch("(?:19|20)[0-9]{6}", value) for value in values):
        return None
    return Guess("date", "dates written %Y%m%d", Rule(formats=("%Y%m%d",)))


def _codes(profile: Profile, values: Mapping[str, int]) -> Guess | None:
    """Whole numbers that only name things."""
    if len(values) < 3:
        return None
    if names.identifies(profile.name) and all(_whole(value) for value in values):
        return Guess("category", f"codes, by its name ({examples(values)})")
    if not all(re.fullmatch(r"[0-9]+(?:\.0*)?", value) for value in values):
        return None
    lengths = {len(value) for value in values}
    if len(lengths) == 1 and lengths.pop() >= 3 and any(value.startswith("0") for value in values):
        return Guess("category", f"codes with leading zeros ({examples(values)})")
    if names.codes(profile.name):
        return Guess("category", f"codes, by its name ({examples(values)})")
    if _scattered(profile, values):
        return Guess("category", f"whole numbers that look like codes: {profile.distinct:,} scattered values, repeated")
    return None


def _whole(value: str) -> bool:
    """Whether a text is a whole number, however it is written (spreadsheets write long ones as 5.7E+17)."""
    return re.fullmatch(PLAIN, value) is not None and float(value).is_integer()


def _scattered(profile: Profile, values: Mapping[str, int]) -> bool:
    """Large whole numbers, far apart, each repeated, and not rounded: codes, not amounts.

    Amounts and counts start near zero, are dense, or end in zeros more often than one time in five.
    """
    whole = sorted(int(float(value)) for value in values)
    if profile.distinct < 50 or profile.present / profile.distinct < 4 or whole[-1] < 10_000:
        return False
    large = sum(1 for number in whole if number >= 1000) / len(whole)
    dense = profile.distinct / (whole[-1] - whole[0] + 1)
    rounded = sum(1 for number in whole if number % 10 == 0) / len(whole)
    return large >= 0.98 and dense < 0.1 and rounded < 0.2


def _marked(profile: Profile, found: Guess) -> Guess:
    """The guess with the missing marks that belong to its kind."""
    marks = missing.found(profile.values, found.kind)
    reason = found.reason + (f"; missing is written {examples(marks)}" if marks else "")
    return Guess(found.kind, reason, replace(found.rule, missing=marks))
