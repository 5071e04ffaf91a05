"""Where the model is worse than elsewhere: single values or ranges of single columns.

Chung et al., Slice Finder, ICDE 2019: Welch's test of the loss within a slice against the loss elsewhere, a least
effect size, and control of the false discovery rate (Benjamini & Hochberg, J. Royal Statistical Society B 57, 1995),
because among a hundred slices some look bad by chance. Each loss is taken relative to that of a constant answer made
for the very rows (their class shares, or their mean): where classes are mixed more evenly, or values spread more
widely, every model loses more, and that alone makes no slice worse.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

from tenfold.learning.weights import effective, of_rows
from tenfold.metrics import METRICS
from tenfold.metrics.scoring import Answers
from tenfold.schema import MISSING
from tenfold.statistics.binning import quantile_codes
from tenfold.statistics.metric_intervals import intervals
from tenfold.steps.validation.config import Validation
from tenfold.steps.validation.inputs import Floats, Judged
from tenfold.steps.validation.result import SliceEvidence

#: Standardised difference of the losses from which a slice is called worse (Cohen's "small").
_EFFECT = 0.2
_RESAMPLES = 200
#: Rows of nearly one class only: their constant answer counts as losing this share of what it does over all rows.
_PURE = 0.2


@dataclass(frozen=True)
class Slice:
    """Some rows, by a value of a column."""

    column: str
    value: str
    rows: NDArray[np.bool_]


def worst(judged: Judged, metric: str, config: Validation, seed: int) -> tuple[tuple[SliceEvidence, ...], int]:
    """The slices with the clearest excess of loss, and how many were tested."""
    found = [each for each in slices_of(judged, config) if _big_enough(each, config)]
    if not found:
        return (), 0
    answers = judged.answers()  # once: it codes the labels of every row
    losses = loss_by_row(answers)
    weights = answers.weights
    chances, effects = _welch([_moments(*relative(answers, losses, each.rows), each.rows, weights) for each in found])
    adjusted = stats.false_discovery_control(chances)
    ranked = sorted(range(len(found)), key=lambda i: (chances[i], found[i].column, found[i].value))
    shown = [i for i in ranked if effects[i] > 0][: config.slices_shown]
    limit = config.false_discovery_rate
    worse = [bool(adjusted[i] <= limit and effects[i] >= _EFFECT) for i in shown]
    return tuple(
        _evidence(judged, metric, found[i], relative(answers, losses, found[i].rows), float(adjusted[i]), bad, seed)
        for i, bad in zip(shown, worse, strict=True)
    ), len(found)


def loss_by_row(answers: Answers) -> Floats:
    """What each row costs: log loss of its class, or squared error."""
    if answers.decided is None:
        return np.asarray((answers.scores - answers.target) ** 2, dtype=np.float64)
    chosen = answers.scores[np.arange(len(answers.target)), answers.target]
    return np.asarray(-np.log(np.clip(chosen, 1e-6, 1.0)), dtype=np.float64)


def relative(answers: Answers, losses: Floats, rows: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Losses inside and outside of some rows, each as a multiple of what a constant answer made for them would lose."""
    least = _PURE * _constant_loss(answers, np.ones_like(rows))
    inside, outside = (losses[part] / max(_constant_loss(answers, part), least, 1e-12) for part in (rows, ~rows))
    return inside, outside


def _constant_loss(answers: Answers, rows: NDArray[np.bool_]) -> float:
    """The entropy of the class shares, or the variance of the values."""
    target, weights = answers.target[rows], of_rows(answers.weights, rows)
    if answers.decided is None:
        return _spread(target, weights)
    shares = np.bincount(target, weights)
    return float(special.entr(shares / (len(target) if weights is None else max(shares.sum(), 1e-12))).sum())


def _spread(values: NDArray[Any], weights: Floats | None) -> float:
    """The variance, by weight where rows have any."""
    if weights is None or not weights.any():
        return float(np.var(values))
    return float(np.average((values - np.average(values, weights=weights)) ** 2, weights=weights))


def slices_of(judged: Judged, config: Validation) -> Iterator[Slice]:
    """Levels of categories, ranges of equal mass of numbers, and gaps; text is not sliced."""
    seen = [] if judged.features is None else [str(name) for name in judged.features.columns]
    for name in sorted({*judged.inputs.groups, *seen}):
        values = judged.column(name)
        if values is not None:
            show = _day if name in judged.inputs.dates else _amount
            yield from _column_slices(name, values, config, show)


def _column_slices(
    name: str, values: NDArray[Any], config: Validation, show: Callable[[float], str]
) -> Iterator[Slice]:
    if values.dtype.kind in "fiub":
        yield from _ranges(name, values.astype(np.float64), config.slice_bins, show)
        return
    texts = values.astype(str)
    levels, counts = np.unique(texts, return_counts=True)
    if len(levels) > max(500, len(texts) / 10):  # a text or an identifier
        return
    for place in np.argsort(-counts, kind="stable")[: config.slice_levels]:
        level = str(levels[place])
        yield Slice(name, "missing" if level in (MISSING, "") else level, texts == level)


def _amount(value: float) -> str:
    return f"{value:g}"


def _day(seconds: float) -> str:
    """
    >>> _day(1_577_836_800.0)
    '2020-01-01'
    """
    return str(np.datetime64(int(seconds), "s").astype("datetime64[D]"))


def _ranges(name: str, values: Floats, bins: int, show: Callable[[float], str]) -> Iterator[Slice]:
    codes = quantile_codes(values, bins)
    gaps = np.isnan(values)
    if gaps.any():
        yield Slice(name, "missing", gaps)
    for code in np.unique(codes[~gaps]):
        rows = (codes == code) & ~gaps
        low, high = float(values[rows].min()), float(values[rows].max())
        yield Slice(name, show(low) if low == high else f"{show(low)} to {show(high)}", rows)


def _big_enough(each: Slice, config: Validation) -> bool:
    inside = int(each.rows.sum())
    return inside >= config.slice_rows and len(each.rows) - inside >= config.slice_rows


def _moments(inside: Floats, outside: Floats, rows: NDArray[np.bool_], weights: Floats | None) -> tuple[float, ...]:
    """Mean, standard deviation and size of both; the size of weighted rows is the one that tells as much."""
    if weights is None:
        return tuple(number for part in (inside, outside) for number in (part.mean(), part.std(ddof=1), len(part)))
    both = ((inside, weights[rows]), (outside, weights[~rows]))
    return tuple(number for part, own in both for number in _weighed(part, own))


def _weighed(losses: Floats, weights: Floats) -> tuple[float, float, float]:
    size = effective(weights) if weights.any() else 0.0
    if size <= 1:
        return 0.0, 0.0, 2.0  # nobody counts here: no excess can be told
    deviation = np.sqrt(_spread(losses, weights) * size / (size - 1))
    return float(np.average(losses, weights=weights)), float(deviation), size


def _welch(moments: Sequence[tuple[float, ...]]) -> tuple[Floats, Floats]:
    """For every slice the chance of such an excess if there were none, and the excess in standard deviations.

    All at once: a wide table has tens of thousands of slices.
    """
    mean, deviation, size, others_mean, others_deviation, others_size = np.array(moments).T
    spread = np.sqrt((deviation**2 + others_deviation**2) / 2)
    some = spread > 0
    effects = np.divide(mean - others_mean, spread, out=np.zeros_like(spread), where=some)
    chances = np.ones_like(spread)
    chances[some] = stats.ttest_ind_from_stats(
        mean[some], deviation[some], size[some], others_mean[some], others_deviation[some], others_size[some],
        equal_var=False, alternative="greater",
    ).pvalue  # fmt: skip
    return chances, effects


def _evidence(
    judged: Judged, metric: str, each: Slice, losses: tuple[Floats, Floats], chance: float, worse: bool, seed: int
) -> SliceEvidence:
    clusters = None if judged.clusters is None else judged.clusters[each.rows]
    inside = intervals([metric], judged.answers(rows=each.rows), seed, _RESAMPLES, clusters)[metric]
    inputs, others = judged.inputs, ~each.rows
    elsewhere = METRICS[metric].score(
        judged.target[others], judged.scores[others], inputs.classes, inputs.positive, inputs.threshold,
        of_rows(judged.weights, others),
    )  # fmt: skip
    means = _moments(*losses, each.rows, judged.weights)
    ratio = float(means[0] / max(float(means[3]), 1e-12))
    return SliceEvidence(each.column, each.value, int(each.rows.sum()), inside, elsewhere, ratio, chance, worse)
