"""From training rows to findings: summaries, then every check that is switched on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tenfold.core.chapter import Finding, gather
from tenfold.schema import Kind
from tenfold.steps.exploration import summaries
from tenfold.steps.exploration.checks import columns, dates, leakage, people, redundancy, target
from tenfold.steps.exploration.config import Exploration
from tenfold.steps.exploration.result import Correlation, Findings
from tenfold.steps.exploration.view import ColumnView, Target, View

Check = Callable[[View, Exploration], Iterator[Finding]]
_CHECKS: Mapping[str, Check] = {
    "target": target.check,
    "missing": columns.missing,
    "outliers": columns.outliers,
    "levels": columns.levels,
    "leakage": leakage.check,
    "personal_data": people.personal_data,
    "sensitive": people.sensitive,
}
#: Of more columns than this only the most telling ones get their distribution as bars.
DRAWN = 1_000
_SEVERITY = {"problem": 0, "warning": 1, "note": 2}


def view_columns(
    features: pd.DataFrame, kinds: Mapping[str, Kind], target: Target, texts: Mapping[str, NDArray[np.object_]]
) -> tuple[ColumnView, ...]:
    """Columns in name order; ``texts`` holds raw text of text columns, before it was cut into tokens."""
    made = []
    for name in sorted(kinds):
        values = features[name].to_numpy()
        numeric = kinds[name] not in ("category", "text")
        typed = values.astype(np.float64) if numeric else values.astype(object)
        made.append(ColumnView(name, kinds[name], typed, target, texts.get(name)))
    return tuple(made)


def usable_folds(folds: NDArray[np.intp]) -> NDArray[np.intp]:
    """Folds 0…k−1 as scores need them; rows that are only ever trained on count as a fold of their own.

    >>> usable_folds(np.array([-1, 0, 1]))
    array([0, 1, 2])
    """
    codes = np.unique(folds, return_inverse=True)[1].astype(np.intp)
    return codes if len(codes) and codes.max() > 0 else np.arange(len(folds), dtype=np.intp) % 5


def explore(view: View, config: Exploration, today: date | None) -> Findings:
    """Everything that is found in the rows of ``view``; dates after ``today``, if it is given, are future."""
    pairs = summaries.correlations(view, config.columns)
    found = sorted(
        gather(_found(view, config, today, pairs)),
        key=lambda each: (_SEVERITY[each.severity], each.code, each.subject),
    )
    drawn = {column.name for column in view.by_score[:DRAWN]}
    described = tuple(
        summaries.summarise_column(column, drawn=len(view.columns) <= DRAWN or column.name in drawn)
        for column in view.columns
    )
    return Findings(tuple(found), described, summaries.summarise_target(view.target), pairs, view.rows, view.rows_train)


def _found(view: View, config: Exploration, today: date | None, pairs: tuple[Correlation, ...]) -> Iterator[Finding]:
    for name, check in _CHECKS.items():
        if name in config.checks:
            yield from check(view, config)
    if "redundancy" in config.checks:
        yield from redundancy.check(view, config, pairs)
    if "dates" in config.checks:
        yield from dates.check(view, today)
