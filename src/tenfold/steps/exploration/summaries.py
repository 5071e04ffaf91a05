"""What every column looks like, and which ones move together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tenfold.statistics.binning import Codes, crosstab
from tenfold.statistics.correlation import cramers_v, spearman
from tenfold.statistics.distribution import Distribution, histogram, summarise
from tenfold.steps.exploration.result import Bars, ColumnSummary, Correlation, TargetSummary
from tenfold.steps.exploration.view import ColumnView, Floats, Target, View

#: Levels that a summary lists; bars per class are kept for at most so many classes.
_LEVELS, _CLASSES = 12, 6
#: Pairs below this are not kept.
_WEAK = 0.3
_PAIRS = 200
_PAIR_ROWS = 10_000


def digits(value: float) -> float:
    """Six significant digits: enough to read, too few for the order of a sum to show.

    >>> digits(0.1234567890), digits(float("inf"))
    (0.123457, 0.0)
    """
    return float(f"{value:.6g}") if np.isfinite(value) else 0.0


def summarise_column(column: ColumnView, *, drawn: bool = True) -> ColumnSummary:
    """The summary of one column; without its bars where it is not to be ``drawn``."""
    numeric = column.numeric
    known = column.known.astype(np.float64) if numeric else column.known
    continuous = column.kind in ("number", "date") and len(known) > 0
    return ColumnSummary(
        column.name,
        column.kind,
        digits(float(column.missing.mean())) if len(column.missing) else 0.0,
        column.distinct,
        _bars(column) if drawn else Bars(()),
        None if column.score is None else digits(column.score),
        None if column.explained_entropy is None else digits(column.explained_entropy),
        digits(column.missing_score),
        _rounded(summarise(known)) if continuous else None,
        digits(column.strays.count / len(known)) if continuous else 0.0,
        digits(float(np.mean([text.count(" ") + 1 for text in known])))
        if column.kind == "text" and len(known)
        else None,
    )


def summarise_target(target: Target) -> TargetSummary:
    """The summary of the target."""
    if target.classes:
        counts = np.bincount(target.codes, minlength=len(target.classes))
        order = np.argsort(-counts, kind="stable")
        bars = Bars(tuple(int(counts[i]) for i in order), levels=tuple(target.labels()[i] for i in order))
        return TargetSummary(target.name, target.task, bars)
    values = np.asarray(target.values, dtype=np.float64)
    edges, counts = histogram(values)
    bars = Bars(tuple(counts.tolist()), _edges(edges))
    return TargetSummary(target.name, target.task, bars, _rounded(summarise(values)))


def _rounded(distribution: Distribution) -> Distribution:
    return Distribution(*(digits(value) for value in vars(distribution).values()))


def _bars(column: ColumnView) -> Bars:
    return _number_bars(column.values, column.target) if column.numeric else _level_bars(column)


def _number_bars(values: Floats, target: Target) -> Bars:
    edges, counts = histogram(values)
    by_class = {}
    if 0 < len(target.classes) <= _CLASSES and np.isfinite(values).any():
        finite = np.isfinite(values)
        clipped = np.clip(values, edges[0], edges[-1])
        for code, label in enumerate(target.labels()):
            rows = finite & (target.codes == code)
            by_class[label] = tuple(np.histogram(clipped[rows], bins=edges)[0].tolist())
    return Bars(tuple(counts.tolist()), _edges(edges), by_class=by_class)


def _edges(edges: Floats) -> tuple[float, ...]:
    """Edges in short, or in full where neighbouring ones would become the same number, and bars so without width."""
    short = tuple(digits(edge) for edge in edges)
    return short if len(set(short)) == len(short) else tuple(edges.tolist())


def _level_bars(column: ColumnView) -> Bars:
    if column.kind == "text" or len(column.known) == 0:
        return Bars(())
    counts = np.bincount(column.codes[~column.missing], minlength=len(column.levels))
    order = [code for code in np.argsort(-counts, kind="stable")[:_LEVELS] if counts[code]]
    shown = tuple(str(column.levels[code]) for code in order)
    return Bars(tuple(counts[order].tolist()), levels=shown, by_class=_levels_by_class(column, order))


def _levels_by_class(column: ColumnView, shown: list[np.intp]) -> dict[str, tuple[int, ...]]:
    target = column.target
    if not 0 < len(target.classes) <= _CLASSES:
        return {}
    table = crosstab(column.codes, target.codes)[shown].astype(int)
    return {
        label: tuple(table[:, code].tolist()) for code, label in enumerate(target.labels()) if code < table.shape[1]
    }


def correlations(view: View, most: int) -> tuple[Correlation, ...]:
    """The strongest pairs, numbers among themselves and categories among themselves, strongest first."""
    rows = slice(None, None, max(1, view.rows // _PAIR_ROWS))
    pairs = _number_pairs(view, most, rows) + _category_pairs(view, rows)
    kept = [pair for pair in pairs if abs(pair.value) >= _WEAK]
    return tuple(sorted(kept, key=lambda pair: (-abs(pair.value), pair.one, pair.other))[:_PAIRS])


def _number_pairs(view: View, most: int, rows: slice) -> list[Correlation]:
    columns = [column for column in view.by_score if column.numeric and column.distinct > 1][:most]
    columns.sort(key=lambda column: column.name)
    if len(columns) < 2:
        return []
    matrix = spearman(np.column_stack([_finite(column.values[rows]) for column in columns]))
    ones, others = np.nonzero(np.triu(np.abs(matrix) >= _WEAK, 1))
    return [
        Correlation(columns[i].name, columns[j].name, digits(float(matrix[i, j])))
        for i, j in zip(ones.tolist(), others.tolist(), strict=True)
    ]


def _finite(values: NDArray[np.float64]) -> Floats:
    return np.where(np.isfinite(values), values, np.nan)


def _category_pairs(view: View, rows: slice, most: int = 60, levels: int = 200) -> list[Correlation]:
    """Cramér's V of categories; those with very many levels determine anything by chance, and are left out."""
    columns = [column for column in view.by_score if column.kind == "category" and 1 < column.distinct <= levels]
    columns = sorted(columns[:most], key=lambda column: column.name)
    codes: list[Codes] = [column.codes[rows] for column in columns]
    return [
        Correlation(columns[i].name, columns[j].name, digits(cramers_v(codes[i], codes[j])))
        for i in range(len(columns))
        for j in range(i + 1, len(columns))
    ]
