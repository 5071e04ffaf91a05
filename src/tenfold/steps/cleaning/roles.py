"""Roles: which columns a model may see. Identifiers, links, constants and empty columns are left out, with a note."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from tenfold.schema import Role
from tenfold.steps.cleaning import kinds, names
from tenfold.steps.cleaning.guess import Guess
from tenfold.tables.profile import Profile


@dataclass(frozen=True)
class RoleGuess:
    """A role, and why it is not "feature" when it is not."""

    role: Role = "feature"
    reason: str = ""


def guess(profile: Profile, found: Guess) -> RoleGuess:
    """The role of a column that nobody declared. A ``key`` is only proposed: the first one of a table is taken."""
    values = kinds.without(profile.values, found.rule.missing)
    gaps = profile.present - sum(profile.values.get(mark, 0) for mark in found.rule.missing) < profile.rows
    if not values:
        return RoleGuess("ignored", "it has no value")
    if len(values) == 1 and profile.complete and not gaps:
        return RoleGuess("ignored", f"it is constant ({next(iter(values))[:40]!r})")
    if found.kind in ("boolean", "date"):
        return RoleGuess()
    unique = profile.distinct == profile.rows
    if unique and _running(profile, values):
        if names.identifies(profile.name):
            return RoleGuess("key", "a running number that identifies each row")
        return RoleGuess("ignored", "a running number of rows")
    if unique and profile.rows >= 20 and _identifier(profile, found, values):
        return RoleGuess("key", "it identifies each row")
    if _counter(profile, values):
        if names.identifies(profile.name) and not _restarts(values):
            return RoleGuess("ignored", "numbers of things that have several rows each")
        return RoleGuess("ignored", "a running number within parts of the table")
    if _links(values) and profile.distinct > 50:
        return RoleGuess("ignored", "links, which only identify")
    return RoleGuess()


def _identifier(profile: Profile, found: Guess, values: Mapping[str, int]) -> bool:
    """Unique by its name, or words without a blank that never repeat."""
    if names.identifies(profile.name):
        return True
    return found.kind == "category" and all(" " not in value for value in values)


def _whole(values: Mapping[str, int]) -> list[int] | None:
    return sorted(map(int, values)) if all(value.isascii() and value.isdigit() for value in values) else None


def _running(profile: Profile, values: Mapping[str, int]) -> bool:
    """1, 2, 3 … without a gap (judged by a sample when there are many)."""
    numbers = _whole(values)
    if numbers is None or profile.rows < 20:
        return False
    return (
        numbers[0] <= profile.rows * 0.001 + 1
        and numbers[-1] <= profile.rows
        and numbers[-1] >= profile.rows * 0.999 - 1
    )


def _counter(profile: Profile, values: Mapping[str, int]) -> bool:
    """A dense running number that repeats, under a name that says so."""
    numbers = _whole(values)
    if numbers is None or not (names.identifies(profile.name) or names.numbers_rows(profile.name)):
        return False
    return (
        profile.distinct >= 100
        and numbers[0] <= 1 + profile.distinct * 0.001
        and numbers[-1] <= profile.distinct * 1.001
    )


def _restarts(values: Mapping[str, int]) -> bool:
    """Whether no number is more frequent than a smaller one: every part of a table has 1, only long ones have 99.

    >>> _restarts({"1": 3, "2": 3, "10": 1}), _restarts({"1": 3, "2": 4, "10": 1})
    (True, False)
    """
    counts = [count for _, count in sorted(values.items(), key=lambda item: int(item[0]))]
    return all(later <= before for before, later in pairwise(counts))


def _links(values: Mapping[str, int]) -> bool:
    return all(value.startswith(("http://", "https://", "www.")) for value in values)
