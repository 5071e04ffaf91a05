"""Columns that say little, or say it oddly: gaps, outliers, single values, too many levels."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tenfold.core.chapter import Finding
from tenfold.steps.exploration.config import Exploration
from tenfold.steps.exploration.summaries import digits
from tenfold.steps.exploration.view import ColumnView, View

#: For docs/errors.md: code → (what it means, what to do), where both are put together at run time.
CODES = {
    "TF-EXPLORE-110": (
        "half or more of a column's values are missing (`exploration.missing`)",
        "leave it out if nobody can say why; it is kept, for whether it is missing may tell something",
    ),
    "TF-EXPLORE-112": (
        "many values of a column lie beyond three interquartile ranges (`exploration.outliers`)",
        "nothing: linear models get it clipped, and trees do not mind",
    ),
    "TF-EXPLORE-113": (
        "many rows hold one whole number far from all others: it may stand for a missing value",
        "if so, say cleaning.columns.COLUMN: {missing: [NUMBER]} (`tenfold next` proposes it)",
    ),
    "TF-EXPLORE-115": (
        "nearly all rows hold the same value of a category",
        "nothing: it is kept, and tells little",
    ),
    "TF-EXPLORE-116": (
        "a category has many levels, with a few rows each",
        "nothing: rare levels are taken together, or encoded by their target inside the folds",
    ),
}

#: A single value with at least this share leaves nearly nothing to learn from.
_NEARLY_ALL = 0.999
#: Levels that occur fewer than this many times on average teach a model little.
_ROWS_PER_LEVEL = 5


def missing(view: View, config: Exploration) -> Iterator[Finding]:
    """Gaps: mostly missing (TF-EXPLORE-110), missing in a way that tells about the target (111)."""
    for column in view.columns:
        share = float(column.missing.mean()) if view.rows else 0.0
        if config.missing <= share < 1:
            yield Finding(
                "TF-EXPLORE-110", "note", column.name, f"{share:.0%} of values are missing.",
                "Kept; whether it is missing may tell something. Leave it out if nobody can say why.",
                {"share": digits(share)},
            )  # fmt: skip
        if column.missing_score >= 0.3 and column.missing_score < config.suspect_score:
            yield Finding(
                "TF-EXPLORE-111", "note", column.name, "Whether a value is missing tells much about the target.",
                "Make sure that it will be missing for the same reason when the model is used.",
                {"missing_score": digits(column.missing_score), "share": digits(share)},
            )  # fmt: skip


def outliers(view: View, config: Exploration) -> Iterator[Finding]:
    """Number columns with many values far from the rest (TF-EXPLORE-112), or a heap far off (113)."""
    for column in view.of_kind("number"):
        if column.distinct <= 10:
            continue
        known = column.known.astype(np.float64)
        strays = column.strays
        if strays.count / len(known) >= config.outliers:
            yield Finding(
                "TF-EXPLORE-112", "note", column.name,
                f"{strays.count / len(known):.1%} of values lie beyond three interquartile ranges.",
                "Linear models get it clipped; trees do not mind.",
                {"share": digits(strays.count / len(known)), "low": digits(strays.low), "high": digits(strays.high)},
            )  # fmt: skip
        yield from _sentinel(column, known)


def _sentinel(column: ColumnView, known: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Iterator[Finding]:
    """One value, far off, held by many rows: often a mark for "unknown" (999, −200)."""
    for end, rest in ((known.max(), known[known < known.max()]), (known.min(), known[known > known.min()])):
        share = float((known == end).mean())
        spread = float(np.ptp(rest))
        gap = float(np.abs(rest - end).min())
        if share >= 0.01 and gap > 2 * spread and float(end).is_integer():
            mark = str(int(end))
            yield Finding(
                "TF-EXPLORE-113", "note", column.name,
                f"{share:.0%} of rows hold {mark}, far from all other values: it may stand for a missing one.",
                "If so, say it, and the value is no longer taken for a number.",
                {"value": float(end), "share": digits(share)},
                {f"cleaning.columns.{column.name}": {"missing": [mark]}},
            )  # fmt: skip


def levels(view: View, config: Exploration) -> Iterator[Finding]:
    """Constant (TF-EXPLORE-114) or nearly so (115), and categories with very many levels (116)."""
    del config
    for column in view.columns:
        if column.distinct + bool(column.missing.any()) <= 1:
            yield Finding(
                "TF-EXPLORE-114", "note", column.name, "Constant in the training rows: nothing can be learnt from it.",
                "Models leave it out; a request may still supply it.", {"distinct": column.distinct},
                {f"cleaning.roles.{column.name}": "ignored"},
            )  # fmt: skip
        elif column.kind == "category":
            yield from _category(column, view.rows)


def _category(column: ColumnView, rows: int) -> Iterator[Finding]:
    top = float(np.bincount(column.codes).max() / rows)
    if top >= _NEARLY_ALL:
        yield Finding(
            "TF-EXPLORE-115", "note", column.name, f"{top:.2%} of rows hold the same value.", "Kept; it tells little.",
            {"share": digits(top)},
        )  # fmt: skip
    per_level = len(column.known) / max(1, column.distinct)
    if column.distinct > 100 and 1.05 < per_level < _ROWS_PER_LEVEL:  # below, it names the row, which is told elsewhere
        yield Finding(
            "TF-EXPLORE-116", "note", column.name,
            f"{column.distinct} levels, {per_level:.1f} rows each on average.",
            "Rare levels are taken together, or encoded by their target inside the folds.",
            {"levels": column.distinct},
        )  # fmt: skip
