"""The decision: what a model's scores mean, when a probability becomes a label, and how sure the answer is."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from tenfold.bundle.coverage import IntervalRule, Rule, SetRule, rule_of

Task = Literal["binary", "multiclass", "regression"]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Decision:
    """Turns scores into predictions.

    ``classes`` are the labels in the order of the score columns (empty for regression). A binary model predicts
    ``positive`` when its probability is at least ``threshold`` (0..1); a multiclass model the most probable class,
    the first of equals; a regression the score itself. ``metric`` is what the model was chosen by;
    ``coverage`` says how sure an answer is: intervals for a regression, sets of labels for classes, or neither.

    >>> decision = Decision("binary", ("No", "Yes"), positive="Yes", threshold=0.3, metric="roc_auc")
    >>> decision.predictions(np.array([[0.6, 0.4], [0.8, 0.2]]))
    ['Yes', 'No']
    >>> Decision.from_dict(decision.to_dict()) == decision
    True
    """

    task: Task
    classes: tuple[str, ...] = ()
    positive: str | None = None
    threshold: float | None = None
    metric: str = ""
    coverage: Rule | None = None

    def __post_init__(self) -> None:
        if self.task not in get_args(Task):
            raise ValueError(f"{self.task!r} is not a task; use one of {', '.join(get_args(Task))}")
        if len(set(self.classes)) != len(self.classes) or not all(isinstance(each, str) for each in self.classes):
            raise ValueError(f"classes are distinct texts, not {self.classes!r}")
        getattr(self, f"_check_{self.task}")()
        if isinstance(self.coverage, SetRule if self.task == "regression" else IntervalRule):
            raise ValueError("a regression has intervals, classes have sets")

    def _check_binary(self) -> None:
        if len(self.classes) != 2 or self.positive not in self.classes:
            raise ValueError(f"a binary decision has two classes, one of them positive ({self.positive!r})")
        if self.threshold is None or not math.isfinite(self.threshold) or not 0 <= self.threshold <= 1:
            raise ValueError(f"a threshold lies between 0 and 1, not at {self.threshold!r}")

    def _check_multiclass(self) -> None:
        if len(self.classes) < 2 or self.positive is not None or self.threshold is not None:
            raise ValueError("a multiclass decision has two classes or more, and neither positive nor threshold")

    def _check_regression(self) -> None:
        if self.classes or self.positive is not None or self.threshold is not None:
            raise ValueError("a regression has neither classes nor positive nor threshold")

    @property
    def width(self) -> int:
        """How many score columns the model has: one per class, or one value."""
        return len(self.classes) or 1

    @cached_property
    def _positive_column(self) -> int:
        return self.classes.index(str(self.positive))

    def predictions(self, scores: Floats) -> list[str] | list[float]:
        """Labels (text) or values (float), one per row of ``scores`` [N, width]."""
        if self.task == "regression":
            values: list[float] = scores[:, 0].tolist()
            return values
        return [self.classes[index] for index in self._chosen(scores).tolist()]

    def _chosen(self, scores: Floats) -> NDArray[np.intp]:
        if self.threshold is None:
            return np.asarray(scores.argmax(axis=1))
        positive = self._positive_column
        return np.where(scores[:, positive] >= self.threshold, positive, 1 - positive)

    def probabilities(self, scores: Floats) -> Floats | None:
        """Probabilities [N, classes] in the order of ``classes``; none for regression."""
        return None if self.task == "regression" else scores

    def intervals(self, scores: Floats) -> Floats | None:
        """The ends [N, 2] of each value's interval; none for classes, or where no coverage is promised."""
        return self.coverage.intervals(scores[:, 0]) if isinstance(self.coverage, IntervalRule) else None

    def sets(self, scores: Floats, predictions: Sequence[Any]) -> list[list[str]] | None:
        """The labels that may be true, row by row, with the predicted ones; none for values, or where no coverage is
        promised."""
        return self.coverage.sets(self.classes, scores, predictions) if isinstance(self.coverage, SetRule) else None

    def to_dict(self) -> dict[str, Any]:
        return {**asdict(self), "classes": list(self.classes)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Decision:
        metric, coverage = str(data.get("metric", "")), rule_of(data.get("coverage"))
        return cls(data["task"], tuple(data["classes"]), data["positive"], data["threshold"], metric, coverage)
