"""What step 5 tells the report."""

from __future__ import annotations

from collections import Counter

from tenfold.core import charts, units
from tenfold.core.chapter import Block, Chapter, Facts, Figure, Grid, Text
from tenfold.steps.exploration.explore import DRAWN
from tenfold.steps.exploration.result import Bars, ColumnSummary, Findings

#: The report shows this many columns in its table, and pictures of the best few.
_TABLE, _PICTURES, _MATRIX = 100, 6, 12


def chapter(findings: Findings, *, sealed: bool = False) -> Chapter:
    """Overview, target, columns, relations; the findings stand beside them. ``sealed``: it did not read all rows."""
    blocks: list[Block] = [_facts(findings), _target(findings)]
    ranked = sorted(findings.columns, key=lambda column: (-(column.score or 0.0), column.name))
    blocks += _scores(ranked) + _gaps(findings.columns) + _correlations(findings)
    blocks += [_distribution(column) for column in ranked[:_PICTURES] if column.bars.counts]
    blocks += [_table(ranked)]
    if len(ranked) > DRAWN:
        blocks.append(Text(f"Bars were counted for the {DRAWN:,} columns that tell most about the target."))
    if findings.rows < findings.rows_train:
        blocks.append(Text(f"Looked at a seeded sample of {findings.rows:,} of {findings.rows_train:,} training rows."))
    return Chapter("exploration", "Exploration", _summary(findings, sealed=sealed), tuple(blocks), findings.findings)


def _summary(findings: Findings, *, sealed: bool) -> str:
    counts = Counter(finding.severity for finding in findings.findings)
    parts = [units.count(counts[kind], kind) for kind in ("problem", "warning", "note") if counts[kind]]
    found = ", ".join(parts) or "nothing remarkable"
    seen = f"{units.count(len(findings.columns), 'column')} of {units.count(findings.rows, 'training row')}"
    unread = " The sealed rows were not read." if sealed else ""
    return f"{seen}: {found}.{unread}"


def _facts(findings: Findings) -> Facts:
    kinds = Counter(column.kind for column in findings.columns)
    gaps = sum(column.missing for column in findings.columns) / max(1, len(findings.columns))
    items = [
        ("training rows", f"{findings.rows_train:,}"),
        ("columns", ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))),
        ("missing cells", f"{gaps:.2%}"),
        ("columns with gaps", str(sum(column.missing > 0 for column in findings.columns))),
    ]
    return Facts(tuple(items))


def _target(findings: Findings) -> Figure:
    target = findings.target
    return Figure(f"Target: {target.name}", _bars(target.bars, target.name), "In the training rows.")


def _bars(bars: Bars, name: str) -> charts.Spec:
    if bars.levels:
        return charts.bars(dict(zip(bars.levels, bars.counts, strict=True)), x="rows", y=name)
    return charts.histogram(bars.edges, bars.counts, x=name)


def _distribution(column: ColumnSummary) -> Figure:
    bars, note = column.bars, f"Score {column.score or 0:.2f}; {column.distinct:,} different values."
    if not bars.by_class:
        return Figure(column.name, _bars(bars, column.name), note)
    if bars.levels:
        parts = {
            level: {label: counts[place] for label, counts in bars.by_class.items()}
            for place, level in enumerate(bars.levels)
        }
        return Figure(column.name, charts.stacked_bars(parts, x="share of rows", y=column.name, share=True), note)
    return Figure(column.name, charts.histogram(bars.edges, _shares(bars), x=column.name, y="share of class"), note)


def _shares(bars: Bars) -> dict[str, list[float]]:
    """Each class to 1, so that a rare one can be seen beside a frequent one."""
    return {label: [count / max(1, sum(counts)) for count in counts] for label, counts in bars.by_class.items()}


def _scores(ranked: list[ColumnSummary]) -> list[Block]:
    shown = {column.name: column.score for column in ranked[:20] if column.score}
    if not shown:
        return []
    note = "2·AUC − 1 for classes, R² for numbers, out of fold: 0 is chance, 1 is certainty (too good to be true?)."
    return [Figure("What each column tells about the target alone", charts.bars(shown, x="score"), note)]


def _gaps(columns: tuple[ColumnSummary, ...]) -> list[Block]:
    gaps = sorted((column for column in columns if column.missing), key=lambda column: (-column.missing, column.name))
    shown = {column.name: column.missing for column in gaps[:20]}
    return [Figure("Missing values", charts.bars(shown, x="share of rows"))] if shown else []


def _correlations(findings: Findings) -> list[Block]:
    names = list(dict.fromkeys(name for pair in findings.correlations for name in (pair.one, pair.other)))[:_MATRIX]
    if len(names) < 2:
        return []
    known = {(pair.one, pair.other): pair.value for pair in findings.correlations}
    matrix = [[1.0 if a == b else known.get((a, b), known.get((b, a))) for b in names] for a in names]
    note = "Rank correlation of numbers, Cramér's V of categories. Blank: below 0.3, or of two kinds."
    return [Figure("Columns that move together", charts.heatmap(matrix, names, names), note)]


def _table(ranked: list[ColumnSummary]) -> Grid:
    heads = (
        "column", "kind", "share missing", "different", "median / top level", "score", "share of entropy",
        "share far out",
    )  # fmt: skip
    rows = tuple(
        (column.name, column.kind, column.missing, column.distinct, _middle(column), column.score,
         column.explained_entropy, column.outliers)
        for column in ranked[:_TABLE]
    )  # fmt: skip
    left = len(ranked) - _TABLE
    return Grid("Columns", heads, rows, f"{units.count(left, 'more column')} in findings.json." if left > 0 else "")


def _middle(column: ColumnSummary) -> str | float | None:
    if column.distribution is not None:
        return column.distribution.median
    return column.bars.levels[0] if column.bars.levels else None
