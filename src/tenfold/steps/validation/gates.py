"""Every promise of the problem section against what was measured."""

from __future__ import annotations

from collections.abc import Mapping

from tenfold.metrics.fairness import FAIRNESS_METRICS
from tenfold.statistics.values import Interval
from tenfold.steps.problem.config import SERVING_GATES
from tenfold.steps.problem.result import Gate
from tenfold.steps.validation.fairness import worst_difference
from tenfold.steps.validation.inputs import ValidationInputs
from tenfold.steps.validation.result import FairnessEvidence, GateOutcome, MetricEvidence

_UNKNOWN = Interval(float("nan"), float("nan"), float("nan"), resamples=0)


def judge(
    inputs: ValidationInputs, metrics: Mapping[str, MetricEvidence], fairness: tuple[FairnessEvidence, ...]
) -> tuple[GateOutcome, ...]:
    """One outcome per gate, in the order of the specification. A value that cannot be told fails its gate."""
    return tuple(_judge(gate, inputs, metrics, fairness) for gate in inputs.specification.gates)


def _judge(
    gate: Gate,
    inputs: ValidationInputs,
    metrics: Mapping[str, MetricEvidence],
    fairness: tuple[FairnessEvidence, ...],
) -> GateOutcome:
    if gate.name in SERVING_GATES:
        return GateOutcome.pend(gate)
    if gate.name in FAIRNESS_METRICS:
        interval = worst_difference(fairness, gate.name)
        why_not = "" if interval.value == interval.value else "no sensitive column has two groups that can be compared"
        return GateOutcome.judge(gate, interval, inputs.accepted, why_not)
    if gate.name not in metrics:
        why_not = f"it is no metric of a {inputs.task} problem"
        return GateOutcome.judge(gate, _UNKNOWN, inputs.accepted, why_not)
    return GateOutcome.judge(gate, metrics[gate.name].interval, inputs.accepted)
