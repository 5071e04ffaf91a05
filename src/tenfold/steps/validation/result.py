"""What step 9 leaves behind: the evidence, and the verdict."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from statistics import NormalDist
from typing import Any, Literal, Self

from pydantic import TypeAdapter

from tenfold.core import files
from tenfold.core.brief import Brief
from tenfold.metrics import METRICS
from tenfold.statistics.values import LEVEL, CalibrationBin, Gain, Importance, Interval
from tenfold.steps.problem.result import Gate

Verdict = Literal["passed", "failed", "accepted", "none"]
#: How a verdict is said where it stands alone.
VERDICTS: Mapping[Verdict, str] = {
    "passed": "passed", "failed": "failed", "accepted": "accepted", "none": "no gates were set",
}  # fmt: skip
Status = Literal["passed", "failed", "accepted", "pending"]
Points = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class MetricEvidence:
    """One metric with its interval, the dummy's on the same rows, and the paired difference (model minus dummy)."""

    name: str
    interval: Interval
    baseline: float
    difference: Interval

    @property
    def value(self) -> float:
        return self.interval.value

    @property
    def beats_dummy(self) -> bool:
        """Whether the whole interval of the difference is on the better side of 0."""
        return self.difference.low > 0 if METRICS[self.name].greater_is_better else self.difference.high < 0


@dataclass(frozen=True)
class GateOutcome:
    """A promise and what came of it. ``pending``: it is about the bundle, which does not exist yet.

    The value decides; the interval (NaN where there is none) says how surely. ``reason`` is why a failed gate was
    accepted, or why there is no value.
    """

    name: str
    minimum: float | None
    maximum: float | None
    value: float
    low: float
    high: float
    status: Status
    reason: str = ""

    @classmethod
    def judge(cls, gate: Gate, interval: Interval, accepted: Mapping[str, str], why_not: str = "") -> Self:
        """Passed, failed, or failed but accepted.

        >>> unknown = Interval(0.7, 0.6, 0.8)
        >>> GateOutcome.judge(Gate("roc_auc", minimum=0.8), unknown, {"roc_auc": "a pilot"}).status
        'accepted'
        """
        status: Status = "passed" if gate.holds(interval.value) else "accepted" if gate.name in accepted else "failed"
        reason = accepted.get(gate.name, "") if status == "accepted" else why_not
        ends = (interval.value, interval.low, interval.high)
        return cls(gate.name, gate.minimum, gate.maximum, *ends, status, reason)

    @classmethod
    def pend(cls, gate: Gate) -> Self:
        nothing = float("nan")
        return cls(gate.name, gate.minimum, gate.maximum, nothing, nothing, nothing, "pending", "measured at release")

    @property
    def gate(self) -> Gate:
        return Gate(self.name, self.minimum, self.maximum)

    @property
    def sure(self) -> bool:
        """Whether both ends of the interval lie on the value's side of the gate."""
        return self.gate.holds(self.low) == self.gate.holds(self.high) == self.gate.holds(self.value)


@dataclass(frozen=True)
class Classification:
    """How classes were decided. ``counts``: [actual][decided] in the order of ``classes``.

    Curves are by class (a binary task: the positive one only).
    """

    classes: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]
    roc: Mapping[str, Points] = field(hash=False)
    precision_recall: Mapping[str, Points] = field(hash=False)
    calibration: tuple[CalibrationBin, ...]
    calibration_error: float
    gains: tuple[Gain, ...]
    positive_share: float


@dataclass(frozen=True)
class Residuals:
    """Predicted minus observed: bars, the quantiles 0.05, 0.25, 0.5, 0.75, 0.95, and (observed, predicted) points."""

    edges: tuple[float, ...]
    counts: tuple[int, ...]
    quantiles: tuple[float, ...]
    points: Points


@dataclass(frozen=True)
class CoverageEvidence:
    """How often the truth lay in the interval, or in the set of labels, that came with the answer.

    ``level`` was promised, from ``calibrated`` rows; ``size``: the mean width of an interval, or the mean number of
    labels in a set; ``by_class``: judged rows and the share covered, label by label (empty for a regression).
    """

    level: float
    calibrated: int
    covered: Interval
    size: float
    by_class: Mapping[str, tuple[int, float]] = field(hash=False)

    @property
    def short(self) -> bool:
        """Whether less is covered than promised, by more than chance in the judged rows and in those of calibration."""
        deviation = math.sqrt(self.level * (1 - self.level) / self.calibrated)  # of what a calibrated rule covers
        chance = math.hypot(self.covered.high - self.covered.value, NormalDist().inv_cdf((1 + LEVEL) / 2) * deviation)
        return self.level - self.covered.value > chance


@dataclass(frozen=True)
class SliceEvidence:
    """Rows with one value (or a range of values) of one column.

    ``interval``: the main metric within; ``elsewhere``: among all other rows. ``loss_ratio``: mean loss within over
    mean loss elsewhere, each as a multiple of what a constant answer for those rows loses. ``chance``: the p-value that
    the loss is no higher, adjusted for the number of slices.
    """

    column: str
    value: str
    rows: int
    interval: Interval
    elsewhere: float
    loss_ratio: float
    chance: float
    worse: bool


@dataclass(frozen=True)
class GroupEvidence:
    """One group of a sensitive column. Rates are NaN where they are undefined; ``judged``: it has enough rows."""

    group: str
    rows: int
    metric: float
    positive_rate: float
    true_positive_rate: float
    false_positive_rate: float
    judged: bool


@dataclass(frozen=True)
class FairnessEvidence:
    """The groups of one sensitive column, and the largest differences between them (binary tasks)."""

    column: str
    groups: tuple[GroupEvidence, ...]
    differences: Mapping[str, Interval] = field(hash=False)


@dataclass(frozen=True, repr=False)
class Validated(Brief):
    """Step 9's value. ``metric`` names the main metric; ``sealed``: rows that no earlier step has read were judged;
    ``nested``: nothing was sealed, and nested cross-validation stands in (``unfinished``: it was to, but time was too
    short; ``left_out``: candidates that it had no time to choose among; ``repeats``: how
    often every row was judged, metrics being the mean). ``weighted``: the column that says how much a row counts, if
    there is one; so many ``effective`` rows of equal weight would tell as much.
    """

    metric: str
    sealed: bool
    nested: bool
    rows: int
    metrics: Mapping[str, MetricEvidence] = field(hash=False)
    gates: tuple[GateOutcome, ...]
    classification: Classification | None
    residuals: Residuals | None
    importance: tuple[Importance, ...]
    slices: tuple[SliceEvidence, ...]
    slices_tested: int
    fairness: tuple[FairnessEvidence, ...]
    expected: float = math.nan  # the main metric out-of-fold, as step 8 had it
    columns: int = 0  # that could be shuffled to see what the model relies on
    unfinished: bool = False
    left_out: tuple[str, ...] = ()
    repeats: int = 1
    coverage: CoverageEvidence | None = None
    weighted: str = ""
    effective: float = math.nan

    @property
    def verdict(self) -> Verdict:
        """``failed`` if a gate failed, ``accepted`` if only accepted ones did, ``none`` where no gates were set.

        Pending gates do not count yet.
        """
        if not self.gates:
            return "none"
        states = {outcome.status for outcome in self.gates}
        return "failed" if "failed" in states else "accepted" if "accepted" in states else "passed"

    @property
    def failed(self) -> tuple[GateOutcome, ...]:
        return tuple(outcome for outcome in self.gates if outcome.status == "failed")

    def with_measured(self, measured: Mapping[str, float], accepted: Mapping[str, str]) -> Validated:
        """The same evidence once pending gates are measured, and with the gates that are accepted by now."""
        return replace(self, gates=tuple(_again(outcome, measured, accepted) for outcome in self.gates))

    def save(self, folder: Path) -> None:
        files.write_json(folder / "validated.json", _plain(asdict(self)))

    @classmethod
    def load(cls, folder: Path) -> Self:
        return TypeAdapter(cls).validate_python(files.read_json(folder / "validated.json"))


def _again(outcome: GateOutcome, measured: Mapping[str, float], accepted: Mapping[str, str]) -> GateOutcome:
    if outcome.status == "pending" and outcome.name not in measured:
        return outcome
    value = measured.get(outcome.name, outcome.value)
    interval = Interval(value, outcome.low, outcome.high)
    why_not = "" if outcome.status in ("pending", "accepted") else outcome.reason
    return GateOutcome.judge(outcome.gate, interval, accepted, why_not)


def _plain(value: Any) -> Any:
    """JSON knows no NaN and no infinity: they are written as text, and read back as numbers."""
    match value:
        case float() if not math.isfinite(value):
            return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
        case dict():
            return {key: _plain(each) for key, each in value.items()}
        case list() | tuple():
            return [_plain(each) for each in value]
    return value
