"""The list of metrics, and what each one needs and means."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:  # a name is looked up far more often than a score is computed
    from numpy.typing import NDArray

Task = Literal["binary", "multiclass", "regression"]
Needs = Literal["probabilities", "labels", "values"]

_CLASSES: frozenset[Task] = frozenset({"binary", "multiclass"})
_VALUES: frozenset[Task] = frozenset({"regression"})


@dataclass(frozen=True)
class Metric:
    """A number that says how good answers are.

    ``needs`` says which part of an answer it looks at: ``probabilities`` ignore the decision threshold, ``labels``
    depend on it, ``values`` are a regression's. ``range`` holds the worst and the best value that are possible.
    """

    name: str
    title: str
    tasks: frozenset[Task]
    needs: Needs
    greater_is_better: bool
    range: tuple[float, float]
    source: str

    def score(
        self,
        target: NDArray[Any],
        scores: NDArray[Any],
        classes: Sequence[str] = (),
        positive: str | None = None,
        threshold: float | None = None,
        weights: NDArray[Any] | None = None,
    ) -> float:
        """How good ``scores`` are for ``target``; NaN where the metric is undefined (one class only, no rows).

        ``target``: [N] labels (text) or values (float64). ``scores``: [N, classes] probabilities in the order of
        ``classes``, or [N] or [N, 1] values. ``positive``: a binary task's positive label (the last class when left
        out), decided at probability ≥ ``threshold`` (0.5 when left out). ``weights``: [N], ≥ 0.
        Raises ``ValueError`` for shapes that do not fit or a label that is not among ``classes``.

        >>> import numpy as np
        >>> target = np.array(["no", "yes", "yes"], dtype=object)
        >>> scores = np.array([[0.9, 0.1], [0.6, 0.4], [0.2, 0.8]])
        >>> METRICS["recall"].score(target, scores, ("no", "yes"), "yes", threshold=0.3)
        1.0
        """
        from tenfold.metrics import scoring  # brings NumPy and scikit-learn

        return scoring.score(self.name, scoring.Answers.of(target, scores, classes, positive, threshold, weights))

    def better(self, one: float, other: float) -> bool:
        """Whether ``one`` beats ``other``; NaN never does, and always loses.

        >>> METRICS["rmse"].better(1.0, 2.0), METRICS["r2"].better(float("nan"), 0.1)
        (True, False)
        """
        if math.isnan(one):
            return False
        return math.isnan(other) or (one > other if self.greater_is_better else one < other)

    @property
    def sign(self) -> int:
        """+1 where more is better, −1 where less is."""
        return 1 if self.greater_is_better else -1


_ALL = (
    Metric("accuracy", "Accuracy", _CLASSES, "labels", True, (0, 1), "ISO/IEC TS 4213:2022"),
    Metric("balanced_accuracy", "Balanced accuracy", _CLASSES, "labels", True, (0, 1),
           "Brodersen et al., The balanced accuracy and its posterior distribution, ICPR 2010"),
    Metric("precision", "Precision", _CLASSES, "labels", True, (0, 1), "ISO/IEC TS 4213:2022"),
    Metric("recall", "Recall", _CLASSES, "labels", True, (0, 1), "ISO/IEC TS 4213:2022"),
    Metric("f1", "F1", _CLASSES, "labels", True, (0, 1), "van Rijsbergen, Information Retrieval, 1979"),
    Metric("roc_auc", "ROC AUC", _CLASSES, "probabilities", True, (0, 1),
           "Hanley & McNeil, Radiology 143, 1982; one-vs-rest: Fawcett, Pattern Recognition Letters 27, 2006"),
    Metric("average_precision", "Average precision", _CLASSES, "probabilities", True, (0, 1),
           "Davis & Goadrich, ICML 2006"),
    Metric("log_loss", "Log loss", _CLASSES, "probabilities", False, (math.inf, 0),
           "Good, Rational decisions, J. Royal Statistical Society B 14, 1952"),
    Metric("brier", "Brier score", _CLASSES, "probabilities", False, (2, 0),
           "Brier, Monthly Weather Review 78, 1950 (binary: halved, so 0 to 1)"),
    Metric("rmse", "Root mean squared error", _VALUES, "values", False, (math.inf, 0), "Gauss, 1809"),
    Metric("mae", "Mean absolute error", _VALUES, "values", False, (math.inf, 0),
           "Willmott & Matsuura, Climate Research 30, 2005"),
    Metric("r2", "R²", _VALUES, "values", True, (-math.inf, 1), "Wright, Correlation and causation, 1921"),
    Metric("mape", "Mean absolute percentage error", _VALUES, "values", False, (math.inf, 0),
           "de Myttenaere et al., Neurocomputing 192, 2016 (a share: 0.1 is 10 %)"),
)  # fmt: skip

#: Every metric by name. Multiclass precision, recall, F1, ROC AUC and average precision are macro averages.
METRICS: Mapping[str, Metric] = MappingProxyType({metric.name: metric for metric in _ALL})

_DEFAULTS: Mapping[Task, str] = {"binary": "roc_auc", "multiclass": "log_loss", "regression": "rmse"}


def default_metric(task: Task) -> Metric:
    """The metric that models of a task are chosen by when nothing is said.

    >>> default_metric("multiclass").name
    'log_loss'
    """
    return METRICS[_DEFAULTS[task]]


def metrics_for(task: Task) -> tuple[Metric, ...]:
    """The metrics that a task has, in the order of :data:`METRICS`.

    >>> [metric.name for metric in metrics_for("regression")]
    ['rmse', 'mae', 'r2', 'mape']
    """
    return tuple(metric for metric in _ALL if task in metric.tasks)
