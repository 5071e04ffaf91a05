"""Columns that say the same thing."""

from __future__ import annotations

from collections.abc import Iterator

from tenfold.core.chapter import Finding
from tenfold.steps.exploration.config import Exploration
from tenfold.steps.exploration.result import Correlation
from tenfold.steps.exploration.view import View


def check(view: View, config: Exploration, pairs: tuple[Correlation, ...]) -> Iterator[Finding]:
    """Groups of columns of which each is linked to another at least as closely as configured (TF-EXPLORE-120)."""
    scores = {column.name: column.score or 0.0 for column in view.columns}
    linked = [pair for pair in pairs if abs(pair.value) >= config.correlation]
    for group in _groups(linked):
        kept = max(sorted(group), key=lambda name: scores[name])
        others = sorted(group - {kept})
        closest = max(abs(pair.value) for pair in linked if pair.one in group)
        yield Finding(
            "TF-EXPLORE-120", "note", ", ".join([kept, *others]),
            f"{len(group)} columns say nearly the same (correlation up to {closest:.3f}).",
            f"All are kept; {kept!r} alone would do, and importance would be easier to read.",
            {"correlation": closest, "columns": len(group)},
            {f"cleaning.roles.{name}": "ignored" for name in others},
        )  # fmt: skip


def _groups(pairs: list[Correlation]) -> list[set[str]]:
    groups: list[set[str]] = []
    for pair in pairs:
        touched = [group for group in groups if pair.one in group or pair.other in group]
        groups = [group for group in groups if group not in touched]
        groups.append({pair.one, pair.other}.union(*touched))
    return sorted(groups, key=min)
