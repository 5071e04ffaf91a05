"""Columns that say the same thing."""

from __future__ import annotations

from collections.abc import Iterator

from tenfold.core.chapter import Finding, listed
from tenfold.steps.exploration.config import Exploration
from tenfold.steps.exploration.result import Correlation
from tenfold.steps.exploration.view import View

#: For docs/errors.md: code → (what it means, what to do), where both are put together at run time.
CODES = {
    "TF-EXPLORE-120": (
        "columns say nearly the same",
        "nothing, or keep one of them, which makes importance easier to read; the message says which",
    ),
}

#: Cramér's V of a category that is merely determined by a finer one stays below this.
_SAME = 0.99999


def check(view: View, config: Exploration, pairs: tuple[Correlation, ...]) -> Iterator[Finding]:
    """Groups of columns of which each is linked to another at least as closely as configured (TF-EXPLORE-120)."""
    # The finest one is kept: a category of three levels may determine one of two, never the other way round.
    worth = {
        column.name: (column.distinct if column.kind == "category" else 0, column.score) for column in view.columns
    }
    linked = [pair for pair in pairs if abs(pair.value) >= config.correlation]
    for group in _groups(linked):
        kept = max(sorted(group), key=lambda name: worth[name])
        others = sorted(group - {kept})
        closest = max(abs(pair.value) for pair in linked if pair.one in group)
        yield Finding(
            "TF-EXPLORE-120", "note", listed([kept, *others]),
            f"{len(group)} columns say nearly the same (correlation up to {closest:.3f}).",
            f"All are kept; {kept!r} alone would do, and importance would be easier to read.",
            {"correlation": closest, "columns": len(group)},
            {f"cleaning.roles.{name}": "ignored" for name in others if _same(kept, name, linked)} or None,
        )  # fmt: skip


def _same(kept: str, name: str, pairs: list[Correlation]) -> bool:
    """Whether a column is the other one in all but its scale: only then is it proposed to go."""
    return any(abs(pair.value) >= _SAME and {pair.one, pair.other} == {kept, name} for pair in pairs)


def _groups(pairs: list[Correlation]) -> list[set[str]]:
    groups: list[set[str]] = []
    for pair in pairs:
        touched = [group for group in groups if pair.one in group or pair.other in group]
        groups = [group for group in groups if group not in touched]
        groups.append({pair.one, pair.other}.union(*touched))
    return sorted(groups, key=min)
