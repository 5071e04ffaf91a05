"""Dates that could not be known yet."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import UTC, date, datetime

import numpy as np

from tenfold.core.chapter import Finding
from tenfold.steps.exploration.summaries import digits
from tenfold.steps.exploration.view import View

#: For docs/errors.md: code → (what it means, what to do), where both are put together at run time.
CODES = {
    "TF-EXPLORE-140": (
        "a column holds dates that lie in the future",
        "check the format of the dates; a planned date may be a leak",
    ),
    "TF-EXPLORE-141": (
        "a column holds dates more than a day after the column that orders the rows: unknown at that time",
        "leave it out unless it is a plan",
    ),
}

_DAY = 86_400.0


def check(view: View, today: date | None) -> Iterator[Finding]:
    """Dates after ``today`` (TF-EXPLORE-140), and after the column that orders the rows in time (141)."""
    limit = datetime(today.year, today.month, today.day, tzinfo=UTC).timestamp() + _DAY if today else math.inf
    time = next((column.values for column in view.of_kind("date") if column.name == view.time), None)
    for column in view.of_kind("date"):
        share = float((column.known >= limit).mean()) if len(column.known) else 0.0
        if share:
            yield Finding(
                "TF-EXPLORE-140", "warning", column.name,
                f"{share:.1%} of its dates lie in the future (after {today}).",
                "Check the format of the dates; a planned date may be a leak.", {"share": digits(share)},
            )  # fmt: skip
        if time is None or column.name == view.time:
            continue
        both = ~np.isnan(time) & ~column.missing
        later = float((column.values[both] > time[both] + _DAY).mean()) if both.any() else 0.0
        if later >= 0.01:
            yield Finding(
                "TF-EXPLORE-141", "warning", column.name,
                f"{later:.1%} of its dates lie more than a day after {view.time!r}.",
                "It was not known at that time. Leave it out unless it is a plan.", {"share": digits(later)},
                {f"cleaning.roles.{column.name}": "ignored"},
            )  # fmt: skip
