"""The ``problem`` section of the workflow file."""

from __future__ import annotations

import math
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, ValidationInfo, WithJsonSchema, field_validator, model_validator

from tenfold.core import units
from tenfold.core.errors import did_you_mean
from tenfold.core.section import Section, Word
from tenfold.metrics import METRICS
from tenfold.metrics.fairness import FAIRNESS_METRICS

Task = Literal["binary", "multiclass", "regression"]
Seconds = Annotated[float, BeforeValidator(units.seconds, json_schema_input_type=float | str), Field(gt=0)]
Bytes = Annotated[int, BeforeValidator(units.size, json_schema_input_type=int | str), Field(gt=0)]


#: Gates on the released bundle itself rather than on its answers.
SERVING_GATES = ("latency_p99_ms", "bundle_mb")
#: Names that a validator checks, which tells the nearest of a wrong one; editors get the list.
MetricName = Annotated[str, WithJsonSchema({"type": "string", "enum": [*METRICS]})]
GateName = Annotated[str, WithJsonSchema({"type": "string", "enum": [*METRICS, *SERVING_GATES]})]


class Bounds(Section):
    """The range a number has to lie in, ends included."""

    min: float | None = None
    """The least that passes."""
    max: float | None = None
    """The most that passes."""

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        if self.min is None and self.max is None:
            raise ValueError("a gate needs `min`, `max` or both")
        low, high = self.ends
        if not low <= high:  # also where one of them is no number at all
            raise ValueError(f"no number is at least {low:g} and at most {high:g}")
        return self

    @property
    def ends(self) -> tuple[float, float]:
        """The range with its open ends."""
        return -math.inf if self.min is None else self.min, math.inf if self.max is None else self.max


def _reachable(name: str, bounds: Bounds, low: float, high: float) -> None:
    """Refuse a gate that no value between ``low`` and ``high`` can pass."""
    least, most = bounds.ends
    if least > high or most < low:
        wanted = f"`min: {least:g}`" if least > high else f"`max: {most:g}`"
        raise ValueError(f"{wanted} can never hold: {name} is {_span(low, high)}")


def _span(low: float, high: float) -> str:
    if math.isinf(high):
        return f"at least {low:g}"
    return f"at most {high:g}" if math.isinf(low) else f"{low:g} to {high:g}"


class Costs(Section):
    """What a wrong decision costs, in any unit; they set the decision threshold of a binary model."""

    false_negative: float = Field(1.0, ge=0)
    """Of a positive row that is decided negative."""
    false_positive: float = Field(1.0, ge=0)
    """Of a negative row that is decided positive."""


class Fairness(Section):
    """Columns whose groups must be treated alike, and by how much they may differ (0 = exactly alike)."""

    sensitive: tuple[str, ...] = ()
    """Columns whose groups validation compares. One that no model sees is kept for it (role `audit`)."""
    demographic_parity_difference: Bounds | None = None
    """Gate: the largest difference between groups in the share decided positive."""
    equal_opportunity_difference: Bounds | None = None
    """Gate: the largest difference between groups in recall."""
    equalized_odds_difference: Bounds | None = None
    """Gate: the larger of the differences in recall and in the false positive rate."""

    @field_validator(*FAIRNESS_METRICS)
    @classmethod
    def _possible(cls, bounds: Bounds | None, info: ValidationInfo) -> Bounds | None:
        if bounds is not None:
            _reachable(str(info.field_name), bounds, 0, 1)
        return bounds

    def gates(self) -> dict[str, Bounds]:
        named = {name: getattr(self, name) for name in FAIRNESS_METRICS}
        return {name: bounds for name, bounds in named.items() if bounds is not None}


class Trials(Section):
    """A budget counted in trials: the same trials give the same result, however fast the machine."""

    trials: int = Field(gt=0)
    """So many, besides one for each candidate."""


class Constraints(Section):
    """What the work may cost and what the model has to be."""

    budget: Seconds | Trials | None = None
    """Wall-clock time of the whole command (`60s`, `5m`; `2m` when left out), or `{trials: 50}`: so many besides one
    for each candidate, however long they take."""
    memory: Bytes = 4_000_000_000
    """Memory that the run may use, such as `4GB`."""
    cores: int | None = Field(None, gt=0)
    """Processor cores to use; all when left out."""
    latency: Seconds = 0.001
    """Time that the released model may take for one row, its reading included (`1ms`): folds and members are left out
    until it does. No gate (that is `success: {latency_p99_ms: {max: 10}}`)."""
    size: Bytes = 500_000_000
    """Size that the released model may have, such as `100MB`; members are left out until it has."""
    explainability: Literal["preferred", "indifferent"] = "indifferent"
    """`preferred`: a simple model wins when it is not inferior by the stated margin."""


class Risk(Section):
    """Something that may go wrong, who looks after it, and how it would be noticed."""

    risk: str
    """What may go wrong."""
    likelihood: Literal["low", "medium", "high"] = "medium"
    """How likely it is."""
    impact: Literal["low", "medium", "high"] = "medium"
    """How bad it would be."""
    owner: str = ""
    """Who looks after it."""
    mitigation: str = ""
    """What is done about it."""
    check: str = ""
    """How it would be noticed."""


class Problem(Section):
    """The question, and what a good answer is."""

    statement: str = ""
    """One sentence: which question, for whom, for which decision."""
    target: str
    """The column to predict."""
    task: Task | None = None
    """Kind of problem; inferred from the target when left out, with the reason."""
    positive: Word | None = None
    """The label that counts as positive, as it stands in the data; a number or truth value need not be quoted."""
    metric: MetricName | None = None
    """The metric that models are chosen by; `roc_auc`, `log_loss` or `rmse` by task when left out."""
    success: dict[GateName, Bounds] = Field(default_factory=dict)
    """Gates by metric (or `latency_p99_ms`, `bundle_mb`). A gate that fails stops the release."""
    costs: Costs | None = None
    fairness: Fairness = Fairness()
    constraints: Constraints = Constraints()
    risks: tuple[Risk, ...] = ()
    scope: str = ""
    """What the model is for, and what it is not for."""
    stakeholders: tuple[str, ...] = ()
    """Who is concerned by the answers."""

    @field_validator("metric")
    @classmethod
    def _known_metric(cls, name: str | None) -> str | None:
        if name is not None and name not in METRICS:
            raise ValueError(f"no metric is named {name!r}; {did_you_mean(name, list(METRICS))}")
        return name

    @field_validator("success")
    @classmethod
    def _known_gates(cls, gates: dict[str, Bounds]) -> dict[str, Bounds]:
        known = [*METRICS, *SERVING_GATES]
        for name in gates:
            if name not in known:
                raise ValueError(f"no gate is named {name!r}; {did_you_mean(name, known)}")
            _reachable(name, gates[name], *sorted(METRICS[name].range if name in METRICS else (0, math.inf)))
        return gates
