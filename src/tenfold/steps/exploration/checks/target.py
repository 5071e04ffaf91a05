"""Is the target balanced, symmetric, complete to its ends?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tenfold.core import units
from tenfold.core.chapter import Finding
from tenfold.core.units import number, written
from tenfold.statistics.distribution import summarise
from tenfold.statistics.outliers import far_out
from tenfold.steps.exploration.config import Exploration
from tenfold.steps.exploration.summaries import digits
from tenfold.steps.exploration.view import View

#: For docs/errors.md: code → (what it means, what to do), where both are put together at run time.
CODES = {
    "TF-EXPLORE-102": (
        "some classes have fewer than 30 rows",
        "merge classes (`cleaning.columns`, `recode`), or expect little of these",
    ),
    "TF-EXPLORE-104": (
        "the target has values beyond three interquartile ranges",
        "check whether they are mistakes; a contract (`cleaning.columns`, `contract`: `min`, `max`) sets "
        "mistakes aside",
    ),
    "TF-EXPLORE-105": (
        "many rows have exactly the largest, or the smallest, value of the target: it looks cut off",
        "know that answers near this value are unreliable; say so in `problem.scope`",
    ),
}

#: Share of rows at the very end of a numeric target's range that looks like a cap.
_HEAP = 0.01


def check(view: View, config: Exploration) -> Iterator[Finding]:
    """Imbalance (TF-EXPLORE-101, 102), skewness (103), outliers (104) and caps (105) of the target."""
    if view.rows == 0:
        return
    yield from _classes(view, config) if view.target.classes else _values(view, config)


def _classes(view: View, config: Exploration) -> Iterator[Finding]:
    target = view.target
    counts = np.bincount(target.codes, minlength=len(target.classes))
    rarest = int(counts.argmin())
    label, share = target.labels()[rarest], float(counts[rarest] / view.rows)
    if target.task == "binary" and share < config.imbalance:
        yield Finding(
            "TF-EXPLORE-101", "warning" if share < config.imbalance / 10 else "note", target.name,
            f"Imbalanced: only {share:.2%} of rows are {label!r}.",
            "Read average precision and recall beside ROC AUC; accuracy says little. "
            "Costs of errors (`problem.costs`) set the threshold.",
            {"share": digits(share), "label": label},
        )  # fmt: skip
    rare = [target.labels()[code] for code in np.flatnonzero(counts < 30)]
    if target.task == "multiclass" and rare:
        shown = ", ".join(repr(each) for each in rare[:5]) + ("…" if len(rare) > 5 else "")
        yield Finding(
            "TF-EXPLORE-102", "note", target.name,
            f"{len(rare)} of {len(counts)} classes {'has' if len(rare) == 1 else 'have'} fewer than 30 rows: {shown}.",
            "Merge classes (`cleaning.columns`, `recode`), or expect little of these.",
            {"classes": len(rare), "fewest_rows": int(counts.min())},
        )  # fmt: skip


def _values(view: View, config: Exploration) -> Iterator[Finding]:
    name, values = view.target.name, np.asarray(view.target.values, dtype=np.float64)
    summary = summarise(values)
    if abs(summary.skewness) >= config.skewness:
        yield Finding(
            "TF-EXPLORE-103", "note", name,
            f"Skewed: skewness {summary.skewness:.1f}, median {number(summary.median)}, "
            f"maximum {number(summary.maximum)}.",
            "RMSE is ruled by the largest values; consider `problem.metric: mae`.",
            {"skewness": digits(summary.skewness)},
        )  # fmt: skip
    strays = far_out(values)
    if strays.count:
        yield Finding(
            "TF-EXPLORE-104", "note", name,
            f"{units.count(strays.count, 'value')} beyond three interquartile ranges "
            f"({number(strays.low)} to {number(strays.high)}).",
            "Check whether they are mistakes; a contract (`cleaning.columns`, `contract`: `min`, `max`) sets mistakes "
            "aside.",
            {"values": strays.count, "low": digits(strays.low), "high": digits(strays.high)},
        )  # fmt: skip
    for end, word in ((summary.maximum, "largest"), (summary.minimum, "smallest")):
        share = float((values == end).mean())
        if share >= _HEAP and end != 0 and len(np.unique(values)) > 50:
            yield Finding(
                "TF-EXPLORE-105", "note", name,
                f"{share:.1%} of rows have exactly the {word} value, {written(end)}: it looks cut off.",
                "Answers near this value are unreliable; say so in `problem.scope`.",
                {"value": digits(end), "share": digits(share)},
            )  # fmt: skip
