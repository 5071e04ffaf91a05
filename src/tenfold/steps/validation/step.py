"""Step 9: judge the final model on rows that it never saw. Deterministic by ``context.seed``.

The caller opens the seal and writes its ledger; here the rows are only read.
"""

from __future__ import annotations

import math

from tenfold.core.result import Context, Result
from tenfold.learning.weights import effective
from tenfold.metrics import METRICS, default_metric
from tenfold.steps.validation import coverage, fairness, gates, performance, slices
from tenfold.steps.validation.chapter import chapter
from tenfold.steps.validation.config import Validation
from tenfold.steps.validation.importance import importances
from tenfold.steps.validation.inputs import Judged, ValidationInputs
from tenfold.steps.validation.result import Validated


def run(config: Validation, evidence: ValidationInputs, context: Context) -> Result[Validated]:
    """Metrics with intervals, the dummy on the same rows, slices, fairness, importance, gates and the verdict.

    The result is partial when the user stopped nested cross-validation.
    """
    judged = Judged.of(evidence)
    metric = main_metric(evidence)
    context.say(f"judging {judged.rows:,} rows", done=0.1)
    metrics = performance.measure(judged, context.seed, config.resamples)
    context.say("comparing slices and groups", done=0.5, score=metrics[metric].value)
    worst, tested = slices.worst(judged, metric, config, context.seed)
    compared = fairness.compare(judged, metric, config, context.seed)
    context.say("shuffling columns", done=0.7)
    relied = importances(judged, metric, config, context.seed, context.deadline.within(0.5))
    validated = Validated(
        metric, judged.sealed, evidence.nested, judged.rows, metrics, gates.judge(evidence, metrics, compared),
        performance.classify(judged), performance.residuals(judged, context.seed), relied, worst, tested, compared,
        evidence.expected, len(judged.features.columns) if judged.features is not None else 0, evidence.unfinished,
        evidence.left_out, 1 + len(evidence.repeated), coverage.measure(judged, context.seed, config.resamples),
        evidence.weighted if judged.weights is not None else "",
        math.nan if judged.weights is None else effective(judged.weights),
    )  # fmt: skip
    # What the user cut short is not kept for good: the next run may do it in full.
    stopped = evidence.unfinished and context.stopping()
    return Result(context.step, validated, chapter(validated), partial=stopped)


def main_metric(evidence: ValidationInputs) -> str:
    """The metric that the problem names, if it fits the task, else the task's default."""
    named = evidence.specification.problem.metric
    return named if named and evidence.task in METRICS[named].tasks else default_metric(evidence.task).name
