"""What is asked of a model, as far as learning has to know it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tenfold.metrics import METRICS, Metric, Task, default_metric


@dataclass(frozen=True)
class Question:
    """The task, its classes and the metric that models are chosen by.

    ``classes``: labels in sorted order (empty for regression), the order of every probability column.
    ``positive``: the positive label of a binary task. ``costs``: cost of a false negative and of a false positive.

    >>> Question("binary", ("No", "Yes"), "Yes").metric.name
    'roc_auc'
    """

    task: Task
    classes: tuple[str, ...] = ()
    positive: str | None = None
    metric_name: str = ""
    costs: tuple[float, float] | None = None
    explainability: Literal["preferred", "indifferent"] = "indifferent"

    @property
    def metric(self) -> Metric:
        return METRICS[self.metric_name] if self.metric_name else default_metric(self.task)

    @property
    def outputs(self) -> int:
        """Columns of a model's scores: one per class, or one value."""
        return max(1, len(self.classes))

    @property
    def positive_code(self) -> int | None:
        """Where the positive label stands among the classes of a binary task."""
        if self.task != "binary":
            return None
        return self.classes.index(self.positive) if self.positive in self.classes else len(self.classes) - 1
