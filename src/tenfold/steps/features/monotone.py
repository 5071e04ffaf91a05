"""Promised directions: what may be promised, and what goes round a promise."""

from __future__ import annotations

from collections.abc import Iterator

from tenfold.core.chapter import Finding, listed
from tenfold.core.errors import Problem
from tenfold.schema import Schema
from tenfold.schema.finish import NUMBER_KINDS, expressions
from tenfold.steps.features.config import Features
from tenfold.steps.features.profile import Outline

#: For docs/errors.md: code → (what it means, what to do), where both are put together at run time.
CODES = {
    "TF-FEATURE-006": (
        "a direction is promised in a task of several classes, where no answer goes one way",
        "leave it out, or ask a question with two answers",
    ),
    "TF-FEATURE-007": (
        "a direction is promised for a category or a text, which has no order",
        "make a number of it: features.create, or cleaning.columns.COLUMN: {kind: number}",
    ),
}


def mistakes(config: Features, outline: Outline) -> list[Problem]:
    """What is wrong with the directions: several classes have none, words have none."""
    if not config.monotone:
        return []
    if outline.task == "multiclass":
        got = f"a direction, and {outline.classes} classes: no answer goes one way"
        do = "leave it out, or ask a question with two answers"
        return [Problem("TF-FEATURE-006", got, "features.monotone", "a binary task or a regression", do)]
    return [
        Problem(
            "TF-FEATURE-007", f"{column.name!r} is a {column.kind} column, which has no order",
            f"features.monotone.{column.name}", "a number, boolean or date column",
            f"make a number of it: features.create, or cleaning.columns.{column.name}: {{kind: number}}",
        )
        for column in outline.columns
        if column.name in config.monotone and column.kind not in NUMBER_KINDS
    ]  # fmt: skip


def findings(config: Features, schema: Schema, seen: Outline) -> Iterator[Finding]:
    """What goes round a promise: columns made of a constrained one, and transformers of the user's own."""
    names = {column.name for column in seen.columns}
    reach = {name: {name} for name in config.monotone if name in names or name in schema}
    for made in expressions(schema):
        through = {origin for used in made.uses for origin in reach.get(used, ())}
        reach[made.name] = through | reach.get(made.name, set())
        if through and made.name in names:
            yield Finding(
                "TF-FEATURE-102", "warning", made.name,
                f"It is made of {listed(sorted(through))}, whose direction is promised: the answer may go against the "
                "promise through it.",
                "Take it out of `features.create`, or promise a direction for it alone.",
            )  # fmt: skip
    constrained = [name for name in config.monotone if name in names]
    if config.transformers and constrained:
        yield Finding(
            "TF-FEATURE-103", "warning", listed(config.transformers),
            f"Your own transformers see {listed(constrained)}, whose direction is promised: the answer may go against "
            "the promise through them.",
            "Leave the transformers out, or the promise.",
        )  # fmt: skip
