"""What is read, but not quite as it is written: whole numbers too large for float64, moments that lack a zone, numbers
among words, dates of several formats; and names that are not what they look like."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from tenfold.core.chapter import Finding
from tenfold.core.units import count
from tenfold.schema import Column
from tenfold.schema.numbers import PLAIN
from tenfold.steps.cleaning import dates, names
from tenfold.steps.cleaning.guess import examples
from tenfold.tables.profile import Profile

#: For docs/errors.md: code → (what it means, what to do), where both are put together at run time.
CODES = {
    "TF-CLEAN-116": (
        "most values of a column are numbers, others are words: all are read as levels",
        "if words mean missing, say cleaning.columns.COLUMN: {kind: number, missing: [WORD]}",
    ),
}

#: Up to here float64 holds every whole number; source: IEEE 754, a significand of 53 bits.
_EXACT = 2**53
_WHOLE = re.compile(r"[+-]?[0-9]{16,400}")
#: So many things with so many rows each, on average, make a column a possible group.
_THINGS, _ROWS_EACH = 20, 1.5
#: Share of numbers from which a column of levels is remarked on.
_MOSTLY = 0.5
_TIMED = re.compile(r".*[0-9]:[0-9]{2}.*")
_ZONED = re.compile(r".*[0-9]:[0-9]{2}.*(?:Z|[+-][0-9]{2}:?[0-9]{2})")


def oddities(
    column: Column, profile: Profile, *, declared: bool = False, grouped: bool = False
) -> Iterator[Finding]:  # fmt: skip
    """The notes on a column, by its name and the values that its profile knows.

    ``declared``: its role is; ``grouped``: some column was declared to be the group.
    """
    guessed_away = column.role == "ignored" and not declared
    if column.name != column.name.strip():
        yield _padded(column.name)
    found = _oddity(column, profile)
    if found is None and column.kind in ("category", "text") and (column.role == "feature" or guessed_away):
        found = _formats(column.name, profile.values)
    if found:
        yield found
    if not grouped and not declared and column.role in ("feature", "ignored") and _several(profile):
        yield _things(profile)


def _several(profile: Profile) -> bool:
    """Whether its name says that it identifies something, of which there are many with several rows each."""
    many = profile.distinct >= _THINGS and profile.present >= _ROWS_EACH * profile.distinct
    return many and names.identifies(profile.name)


def _things(profile: Profile) -> Finding:
    each = profile.present / profile.distinct
    return Finding(
        "TF-CLEAN-119", "note", profile.name,
        f"It names {profile.distinct:,} things (patients, customers, …) with {each:.1f} rows each: if the model is to "
        "judge others than these, rows of one must not lie in both parts.",
        f"say cleaning.roles.{profile.name}: group, so that they stay together",
    )  # fmt: skip


def _padded(name: str) -> Finding:
    return Finding(
        "TF-CLEAN-118", "note", repr(name), "Its name begins or ends with blanks, which belong to it.",
        "write it with them, in quotes, in the workflow file and in requests; or rename it in `data.combine`",
    )  # fmt: skip


def _formats(name: str, values: Mapping[str, int]) -> Finding | None:
    """Dates that no single format reads."""
    found = dates.mixture(values)
    if not found:
        return None
    told = ", ".join(f"{form} ({count(rows, 'row')})" for form, rows in found.items())
    formats = ", ".join(f"'{form}'" for form in found)
    return Finding(
        "TF-CLEAN-117", "warning", name,
        f"It looks like dates written in {len(found)} ways: {told}. Together they are read as words, not as dates.",
        f"say cleaning.columns.{name}: {{kind: date, formats: [{formats}]}}; the first that fits is taken, so see that "
        "day and month are not exchanged",
        dict(found),
    )  # fmt: skip


def _oddity(column: Column, profile: Profile) -> Finding | None:
    if column.role in ("ignored", "key", "group"):
        return None
    if column.kind == "number":
        return _too_large(column.name, profile.values)
    if column.kind == "date":
        return _zones(column.name, profile.values)
    return _mixed(column, profile) if column.kind == "category" and column.role == "feature" else None


def _too_large(name: str, values: Mapping[str, int]) -> Finding | None:
    large = [value for value in values if len(value) >= 16 and _WHOLE.fullmatch(value) and abs(int(value)) > _EXACT]
    if not large:
        return None
    return Finding(
        "TF-CLEAN-114", "warning", name,
        f"Whole numbers beyond 2^53 ({examples(large, 2)}): neighbours are read as the same number.",
        f"if they name things, say cleaning.columns.{name}: {{kind: category}}, or give it the role key",
    )  # fmt: skip


def _mixed(column: Column, profile: Profile) -> Finding | None:
    marks = column.rule.missing
    words = [value for value in profile.values if value not in marks and not re.fullmatch(PLAIN, value)]
    share = profile.present_plain / max(1, profile.present)
    if share < _MOSTLY or not words:
        return None
    return Finding(
        "TF-CLEAN-116", "note", profile.name,
        f"{share:.0%} of its values are numbers, others are words ({examples(words, 2)}): all are read as levels.",
        f"if words mean missing, say cleaning.columns.{profile.name}: {{kind: number, missing: [WORD]}}",
    )  # fmt: skip


def _zones(name: str, values: Mapping[str, int]) -> Finding | None:
    timed = [value for value in values if _TIMED.fullmatch(value)]
    without = [value for value in timed if not _ZONED.fullmatch(value)]
    if not without or len(without) == len(timed):
        return None
    return Finding(
        "TF-CLEAN-115", "warning", name, f"Some moments have a time zone and some have none ({examples(without, 2)}).",
        "those without are taken as UTC; write the zone where they are not",
    )  # fmt: skip
