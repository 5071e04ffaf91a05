"""What step 9 tells the report."""

from __future__ import annotations

from tenfold.core import charts, units
from tenfold.core.chapter import Block, Chapter, Facts, Figure, Grid
from tenfold.core.units import number
from tenfold.metrics import METRICS
from tenfold.steps.validation.findings import findings_of
from tenfold.steps.validation.result import VERDICTS, Classification, FairnessEvidence, Residuals, Validated

_CLASSES_SHOWN = 25
_COUNTED = "Rows are counted here, whatever they weigh."
_VERDICTS = {
    "passed": "All gates passed", "failed": "A gate failed", "accepted": "Failed gates were accepted",
    "none": "No gates were set",
}  # fmt: skip


def chapter(validated: Validated) -> Chapter:
    """Verdict and gates first, then metrics, how answers fail, what they rest on, and for whom they are worse."""
    blocks: list[Block] = [_facts(validated), *_gates(validated), *_metrics(validated), *_coverage(validated)]
    if validated.classification is not None:
        blocks += _classification(validated.classification, validated.weighted)
    if validated.residuals is not None:
        blocks += _residuals(validated.residuals, validated.rows, validated.weighted)
    blocks += _importance(validated) + _slices(validated)
    for each in validated.fairness:
        blocks += _fairness(each, validated.metric)
    return Chapter("validation", "Validation", summary_of(validated), tuple(blocks), findings_of(validated))


def how(validated: Validated) -> str:
    """What kind of rows were judged, in a word."""
    return "sealed" if validated.sealed else "nested out-of-fold" if validated.nested else "out-of-fold"


def summary_of(validated: Validated) -> str:
    """Verdict, main metric and rows in a line."""
    main = validated.metrics[validated.metric]
    rows = units.count(validated.rows, f"{how(validated)} row")
    verdict = _VERDICTS[validated.verdict]
    if later := sum(outcome.status == "pending" for outcome in validated.gates):
        verdict = f"{verdict if later < len(validated.gates) else 'No gate here'}; {later} judged at release"
    interval = f"{number(main.interval.low)} to {number(main.interval.high)}"
    rows += f", weighted by {validated.weighted}" if validated.weighted else ""
    return f"{verdict}. {METRICS[main.name].title} {number(main.value)} ({interval}) on {rows}."


def _facts(validated: Validated) -> Facts:
    main = validated.metrics[validated.metric]
    items = [
        ("verdict", VERDICTS[validated.verdict]),
        (METRICS[main.name].title, number(main.value)),
        ("95 % interval", f"{number(main.interval.low)} to {number(main.interval.high)}"),
        ("baseline", number(main.baseline)),
        ("rows", f"{validated.rows:,} {how(validated)}"),
    ]
    if validated.weighted:
        items.append(("weighted by", f"{validated.weighted}: as telling as {validated.effective:,.0f} equal rows"))
    return Facts(tuple(items))


def _gates(validated: Validated) -> list[Block]:
    if not validated.gates:
        return []
    heads = ("gate", "value", "low", "high", "outcome", "reason")
    rows = tuple(
        (
            str(outcome.gate),
            _cell(outcome.value),
            _cell(outcome.low),
            _cell(outcome.high),
            "judged at release" if outcome.status == "pending" else outcome.status,
            outcome.reason,
        )
        for outcome in validated.gates
    )
    return [Grid("Gates", heads, rows, "The value decides; the interval says how surely.")]


def _metrics(validated: Validated) -> list[Block]:
    heads = ("metric", "value", "low", "high", "baseline", "difference", "difference low", "difference high")
    rows = tuple(
        (METRICS[each.name].title, *map(_cell, (
            each.value, each.interval.low, each.interval.high, each.baseline,
            each.difference.value, each.difference.low, each.difference.high,
        )))
        for each in validated.metrics.values()
    )  # fmt: skip
    count = max((each.interval.resamples for each in validated.metrics.values()), default=0)
    note = f"95 % bootstrap intervals from {count:,} resamples; the baseline answers the same rows without any column."
    note += f" All are weighted by {validated.weighted}." if validated.weighted else ""
    grid = Grid("Metrics", heads, rows, note)
    unit = {
        METRICS[each.name].title: (each.value, each.interval.low, each.interval.high)
        for each in validated.metrics.values()
        if METRICS[each.name].range == (0, 1)
    }
    return [grid, Figure("Metrics with intervals", charts.intervals(unit))] if unit else [grid]


def _coverage(validated: Validated) -> list[Block]:
    found = validated.coverage
    if found is None:
        return []
    labels = bool(validated.classification)
    heads = ("truth", "rows", "covered", "low", "high", "labels in a set" if labels else "mean width")
    covered = found.covered
    every = ("any", validated.rows, *map(_cell, (covered.value, covered.low, covered.high, found.size)))
    classes = [(label, rows, _cell(share), None, None, None) for label, (rows, share) in found.by_class.items() if rows]
    what = "sets of labels" if labels else "intervals"
    how = "" if validated.sealed else " Each fold's were calibrated on the other folds."
    promise = "; the promise is over all classes together" if labels else ""
    note = f"Promised: {units.percent(found.level)} of {what} hold the truth{promise}.{how}"
    note += f" {_COUNTED}" if validated.weighted else ""
    return [Grid("Coverage", heads, (every, *classes[:_CLASSES_SHOWN]), note)]


def _classification(found: Classification, weighted: str) -> list[Block]:
    blocks: list[Block] = []
    if len(found.classes) <= _CLASSES_SHOWN:
        matrix = charts.heatmap(found.counts, found.classes, found.classes, x="decided", y="actual", format=",d")
        blocks.append(Figure("Confusion", matrix, _COUNTED if weighted else ""))
    if found.roc:
        blocks.append(Figure("ROC", charts.curve(found.roc, x="false positive rate", y="recall", diagonal=True)))
        level = found.positive_share if found.positive_share == found.positive_share else None
        curve = charts.curve(found.precision_recall, x="recall", y="precision", level=level)
        blocks.append(Figure("Precision and recall", curve))
    if found.calibration:
        points = {"model": [(each.predicted, each.observed) for each in found.calibration]}
        curve = charts.curve(points, x="predicted probability", y="observed share", diagonal=True)
        note = f"Expected calibration error {number(found.calibration_error)}; the diagonal is perfect."
        blocks.append(Figure("Calibration", curve, note))
    if found.gains:
        rows = tuple((gain.share, gain.captured, gain.lift) for gain in found.gains)
        blocks.append(Grid("Gains", ("first share of rows", "share of positives", "lift"), rows))
    return blocks


def _residuals(found: Residuals, rows: int, weighted: str) -> list[Block]:
    scatter = charts.scatter(found.points, x="observed", y="predicted", diagonal=True)
    shown = min(len(found.points), charts.MOST_POINTS)
    drawn = f"A sample of {shown:,} of {units.count(rows, 'row')}." if shown < rows else "Every row."
    low, _, middle, _, high = found.quantiles
    note = f"Median {number(middle)}; nine in ten lie between {number(low)} and {number(high)}."
    note += f" {_COUNTED}" if weighted else ""
    return [
        Figure("Predicted against observed", scatter, drawn),
        Figure("Residuals", charts.histogram(found.edges, found.counts, x="predicted − observed"), note),
    ]


def _importance(validated: Validated) -> list[Block]:
    shown = {each.column: each.loss for each in validated.importance[:20]}
    if not shown:
        return []
    title = METRICS[validated.metric].title
    note = "What the model relies on. Of two columns that say the same, each may look unimportant."
    if not validated.sealed:
        note += " Measured on rows that the model was fitted on."
    left_out = validated.columns - len(validated.importance)
    if left_out > 0:
        note += f" Not shuffled: {units.count(left_out, 'other column')}, which go less with the answers."
    spec = charts.bars(shown, x=f"loss in {title} when shuffled")
    return [Figure("Permutation importance", spec, note)]


def _slices(validated: Validated) -> list[Block]:
    if not validated.slices:
        return []
    heads = (
        "column",
        "value",
        "rows",
        METRICS[validated.metric].title,
        "low",
        "high",
        "elsewhere",
        "loss ratio",
        "worse",
    )
    rows = tuple(
        (each.column, each.value, each.rows, _cell(each.interval.value), _cell(each.interval.low),
         _cell(each.interval.high), _cell(each.elsewhere), _cell(each.loss_ratio), "yes" if each.worse else "unsure")
        for each in validated.slices
    )  # fmt: skip
    were = "was" if validated.slices_tested == 1 else "were"
    tested = f"{units.count(validated.slices_tested, 'slice')} {were} tested"
    note = f"{tested} for a higher loss, with control of the false discovery rate."
    return [Grid("Worst slices", heads, rows, note)]


def _fairness(found: FairnessEvidence, metric: str) -> list[Block]:
    heads = ("group", "rows", METRICS[metric].title, "decided positive", "recall", "false positive rate")
    rows = tuple(
        (each.group, each.rows, *map(_cell, (
            each.metric, each.positive_rate, each.true_positive_rate, each.false_positive_rate))
        )
        for each in found.groups
    )  # fmt: skip
    differences = "; ".join(
        f"{name.replace('_', ' ')} {number(each.value)} ({number(each.low)} to {number(each.high)})"
        for name, each in found.differences.items()
    )
    return [Grid(f"Groups of {found.column}", heads, rows, differences)]


def _cell(value: float) -> float | None:
    return charts.number(value)
