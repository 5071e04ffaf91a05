"""What a recipe has to know about a column of the training rows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from tenfold.metrics import Task
from tenfold.schema import Kind, Schema
from tenfold.steps.exploration.result import ColumnSummary, Findings

#: A multiclass target is spread over one column per class; with more classes than this that is too wide.
_CLASSES = 8


@dataclass(frozen=True)
class Profile:
    """One input column. ``missing``: share, 0 to 1; ``distinct``: different known values; ``words``: mean per text;
    ``minimum``: the smallest known value (NaN where there is none)."""

    name: str
    kind: Kind
    missing: float = 1e-9  # a column that nobody has looked at (a created one) may have gaps
    distinct: int = 1000
    skewness: float = 0.0
    words: float = 0.0
    minimum: float = math.nan

    @property
    def gaps(self) -> bool:
        return self.missing > 0

    @property
    def tells_nothing(self) -> str:
        """Why the column cannot help any model; empty when it may."""
        if self.missing >= 1:
            return "it is empty"
        levels = self.distinct + (1 if self.gaps else 0)
        return "it is constant" if levels <= 1 else ""


@dataclass(frozen=True)
class Outline:
    """The training rows in outline: what recipes are decided by."""

    task: Task
    classes: int
    rows: int
    columns: tuple[Profile, ...]

    def of_kind(self, *kinds: Kind) -> tuple[Profile, ...]:
        return tuple(column for column in self.columns if column.kind in kinds)

    @property
    def target_type(self) -> str | None:
        """How levels may be encoded by the target; None when that would be too wide."""
        if self.task == "multiclass":
            return "multiclass" if self.classes <= _CLASSES else None
        return "continuous" if self.task == "regression" else "binary"


def outline(schema: Schema, task: Task, classes: Sequence[str], findings: Findings) -> Outline:
    """The columns that the schema lets models see, with what exploration found about them."""
    known = {summary.name: summary for summary in findings.columns}
    profiles = tuple(
        _profile(known[name]) if name in known else Profile(name, kind) for name, kind in schema.inputs
    )  # fmt: skip
    return Outline(task, len(classes), findings.rows_train, profiles)


def _profile(summary: ColumnSummary) -> Profile:
    skewness = summary.distribution.skewness if summary.distribution else 0.0
    return Profile(
        summary.name, summary.kind, summary.missing, summary.distinct, skewness if math.isfinite(skewness) else 0.0,
        summary.words or 0.0, summary.distribution.minimum if summary.distribution else math.nan,
    )  # fmt: skip
