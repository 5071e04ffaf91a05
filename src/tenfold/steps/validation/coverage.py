"""Whether intervals and sets of labels hold the truth as often as was promised."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tenfold.bundle import Decision
from tenfold.learning.conformal import calibrate
from tenfold.statistics.bootstrap import affordable, bootstrap
from tenfold.steps.validation.inputs import Floats, Judged
from tenfold.steps.validation.result import CoverageEvidence

Rows = NDArray[np.intp]


def measure(judged: Judged, seed: int, resamples: int) -> CoverageEvidence | None:
    """The share of judged rows, by their weights, that the released decision covers, and the size of what it answers.

    Where nothing is sealed, it is cross-fitted: the rows of each fold are judged by a rule from the others. None where
    no coverage is promised, or there are no other folds to learn one from.
    """
    decision = judged.inputs.decision
    if decision is None or decision.coverage is None or not judged.rows:
        return None
    target = judged.answers().target
    held, sizes = np.zeros(judged.rows), np.zeros(judged.rows)
    times = (judged.scores, *judged.inputs.repeated)
    for scores in times:
        for rows, rule in _rules(judged, decision, scores):
            if rule is None:
                return None
            one, other = _answered(rule, target[rows], scores[rows])
            held[rows] += one / len(times)
            sizes[rows] += other / len(times)
    count = affordable(judged.rows, resamples=resamples)
    counted = np.ones(judged.rows) if judged.weights is None else judged.weights
    share = {"covered": lambda drawn: _mean(held, drawn * counted)}
    covered = bootstrap(share, np.zeros(judged.rows), seed, count, judged.clusters)["covered"]
    by_class = {
        label: (int(mine.sum()), _mean(held[mine], counted[mine]))
        for code, label in enumerate(decision.classes)
        for mine in [target == code]
    }
    level, calibrated = decision.coverage.level, decision.coverage.rows
    return CoverageEvidence(level, calibrated, covered, _mean(sizes, counted), by_class)


def _mean(values: Floats, weights: Floats) -> float:
    return float(np.average(values, weights=weights)) if weights.any() else float("nan")


def _rules(judged: Judged, decision: Decision, scores: Floats) -> Iterator[tuple[Rows, Decision | None]]:
    """Some rows, and the decision that they had no part in; None where there is none."""
    if judged.sealed:
        yield np.arange(judged.rows), decision
        return
    rows = judged.inputs.development
    folds = np.zeros(judged.rows) if rows is None else rows.folds
    assert decision.coverage is not None  # somebody asked for it
    for fold in np.unique(folds):
        others = folds != fold
        known = judged.answers(scores, others)
        rule = calibrate(known.target, scores[others], decision.coverage.level, known.decided, known.weights)
        yield np.flatnonzero(~others), replace(decision, coverage=rule) if rule else None


def _answered(decision: Decision, target: NDArray[Any], scores: Floats) -> tuple[NDArray[np.bool_], Floats]:
    """Row by row, whether the truth is in the answer, and its width or number of labels."""
    ends = decision.intervals(scores)
    if ends is not None:
        return (ends[:, 0] <= target) & (target <= ends[:, 1]), ends[:, 1] - ends[:, 0]
    sets = decision.sets(scores, decision.predictions(scores)) or []
    names = [decision.classes[code] for code in target.tolist()]
    held = np.array([name in labels for name, labels in zip(names, sets, strict=True)], dtype=bool)
    return held, np.array([len(labels) for labels in sets], dtype=np.float64)
