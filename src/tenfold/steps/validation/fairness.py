"""How the groups of sensitive columns are treated."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tenfold.learning.weights import of_rows
from tenfold.metrics import METRICS
from tenfold.metrics.fairness import FAIRNESS, FAIRNESS_METRICS
from tenfold.schema import MISSING
from tenfold.statistics.binning import level_codes, quantile_codes
from tenfold.statistics.bootstrap import percentile_interval, resample
from tenfold.statistics.values import Interval
from tenfold.steps.validation.config import Validation
from tenfold.steps.validation.inputs import Floats, Judged
from tenfold.steps.validation.result import FairnessEvidence, GroupEvidence

_RESAMPLES = 300
Labels = NDArray[np.object_]


def compare(judged: Judged, metric: str, config: Validation, seed: int) -> tuple[FairnessEvidence, ...]:
    """One entry per sensitive column, in the order they were named; without groups if its values are not known."""
    named = judged.inputs.specification.problem.fairness.sensitive
    return tuple(_column(name, judged.column(name), judged, metric, config, seed) for name in named)


def worst_difference(fairness: tuple[FairnessEvidence, ...], name: str) -> Interval:
    """The largest difference over all sensitive columns; NaN when there is none, or one is undefined."""
    nothing = Interval(float("nan"), float("nan"), float("nan"), resamples=0)
    found = [each.differences.get(name, nothing) for each in fairness]
    if not found or any(np.isnan(each.value) for each in found):
        return nothing
    return max(found, key=lambda each: each.value)


def groups_of(values: NDArray[Any]) -> Labels:
    """Group names: levels as they are; numbers with more than ten values in four ranges of equal mass.

    >>> groups_of(np.array([0.0, 1.0, np.nan])).tolist()
    ['0', '1', 'missing']
    """
    if values.dtype.kind not in "fiub":
        return np.array(["missing" if each in (MISSING, "") else str(each) for each in values], dtype=object)
    numbers = values.astype(np.float64)
    distinct = np.unique(numbers[~np.isnan(numbers)])
    codes = quantile_codes(numbers, 4 if len(distinct) > 10 else 10)
    names = np.full(len(numbers), "missing", dtype=object)
    for code in np.unique(codes[~np.isnan(numbers)]):
        rows = (codes == code) & ~np.isnan(numbers)
        low, high = numbers[rows].min(), numbers[rows].max()
        names[rows] = f"{low:g}" if low == high else f"{low:g} to {high:g}"
    return names


def periods_of(seconds: NDArray[Any]) -> Labels:
    """Groups of moments (seconds since 1970, UTC): years, quarters of a single year, or ranges of more than ten years.

    >>> periods_of(np.array([0.0, 40e6, np.nan])).tolist(), periods_of(np.array([0.0, 10e6])).tolist()
    (['1970', '1971', 'missing'], ['1970 Q1', '1970 Q2'])
    """
    numbers = seconds.astype(np.float64)
    known = np.isfinite(numbers)
    months = np.floor(numbers[known]).astype("datetime64[s]").astype("datetime64[M]").astype(np.int64)
    years = np.full(len(numbers), np.nan)
    years[known] = 1970 + months // 12
    if len(np.unique(years[known])) != 1:
        return groups_of(years)
    names = np.full(len(numbers), "missing", dtype=object)
    names[known] = [f"{1970 + month // 12} Q{month % 12 // 3 + 1}" for month in months.tolist()]
    return names


def _column(
    name: str, values: NDArray[Any] | None, judged: Judged, metric: str, config: Validation, seed: int
) -> FairnessEvidence:
    if values is None:
        return FairnessEvidence(name, (), {})
    labels = periods_of(values) if name in judged.inputs.dates else groups_of(values)
    evidence = tuple(_group(label, labels == label, judged, metric, config) for label in sorted(set(labels.tolist())))
    judged_groups = {each.group for each in evidence if each.judged}
    rows = np.array([label in judged_groups for label in labels], dtype=bool)
    return FairnessEvidence(name, evidence, _differences(labels, rows, judged, seed))


def _group(label: str, rows: NDArray[np.bool_], judged: Judged, metric: str, config: Validation) -> GroupEvidence:
    inputs, count = judged.inputs, int(rows.sum())
    value = METRICS[metric].score(
        judged.target[rows], judged.scores[rows], inputs.classes, inputs.positive, inputs.threshold,
        of_rows(judged.weights, rows),
    )  # fmt: skip
    decided, actual = _positives(judged)
    everybody, positives, negatives = (
        _share(decided, among, judged.weights) for among in (rows, rows & actual, rows & ~actual)
    )
    return GroupEvidence(label, count, value, everybody, positives, negatives, count >= config.group_rows)


def _positives(judged: Judged) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Decided positive, and positive in truth; nobody where no class is the positive one."""
    answers = judged.answers()
    if answers.positive is None or answers.decided is None:
        return np.zeros(judged.rows, bool), np.zeros(judged.rows, bool)
    return answers.decided == answers.positive, answers.target == answers.positive


def _share(decided: NDArray[np.bool_], rows: NDArray[np.bool_], weights: Floats | None) -> float:
    if weights is not None:
        return float(np.average(decided[rows], weights=weights[rows])) if weights[rows].any() else float("nan")
    return float(decided[rows].mean()) if rows.any() else float("nan")


def _differences(labels: Labels, rows: NDArray[np.bool_], judged: Judged, seed: int) -> dict[str, Interval]:
    """The differences between groups with their intervals, from one table of counts per resample.

    A difference between the largest and the smallest rate is biased upwards in resamples, so its interval is a hint;
    the value decides.
    """
    if judged.inputs.task != "binary":
        return {}
    decided, actual = (each[rows] for each in _positives(judged))
    values = {name: function(actual, decided, labels[rows]) for name, function in FAIRNESS.items()}
    strata = level_codes(labels[rows]) * 2 + actual  # so that every resample has all groups, and positives in them
    cells = strata * 2 + decided
    clusters = None if judged.clusters is None else judged.clusters[rows]
    size = 2 * (int(strata.max()) + 1) if len(strata) else 0
    size += size % 4
    own = of_rows(judged.weights, rows)
    if own is not None and size:
        values = differences_of(_table(cells, own, size))
    drawn = [
        differences_of(_table(cells, weights if own is None else own * weights, size))
        for weights in resample(strata, _RESAMPLES, seed, clusters)
    ]
    return {
        name: percentile_interval(value, np.array([each[name] for each in drawn])) for name, value in values.items()
    }


def _table(cells: NDArray[np.intp], weights: Floats, size: int) -> NDArray[np.float64]:
    """Rows by group, truth and decision, as much as they weigh: [group, actual, decided]."""
    return np.bincount(cells, weights, minlength=size).astype(np.float64).reshape(-1, 2, 2)


def differences_of(table: NDArray[np.float64]) -> dict[str, float]:
    """The fairness metrics of counts [group, actual, decided], as :mod:`tenfold.metrics.fairness` has them.

    >>> differences_of(np.array([[[5.0, 5.0], [0.0, 10.0]], [[5.0, 5.0], [5.0, 5.0]]]))["equal_opportunity_difference"]
    0.5
    """
    counts = table.sum(axis=2)
    positive_rate = _spread(table[:, :, 1].sum(axis=1), counts.sum(axis=1))
    false_rate, true_rate = (_spread(table[:, actual, 1], counts[:, actual]) for actual in (0, 1))
    odds = float(np.maximum(false_rate, true_rate))
    return dict(zip(FAIRNESS_METRICS, (positive_rate, true_rate, odds), strict=True))


def _spread(hits: NDArray[np.float64], counts: NDArray[np.float64]) -> float:
    known = counts > 0
    rates = hits[known] / counts[known]
    return float(np.ptp(rates)) if len(rates) > 1 else float("nan")
