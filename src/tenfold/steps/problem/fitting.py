"""Whether what was asked fits the kind of problem, once that is known: declared at once, else inferred in step 3."""

from __future__ import annotations

from collections.abc import Iterator

from tenfold.core import errors
from tenfold.metrics import METRICS, metrics_for
from tenfold.steps.problem.config import Problem, Task

#: For docs/errors.md: code → (what it means, what to do), where both are put together at run time.
CODES = {
    "TF-PROBLEM-001": (
        "the metric, or a gate, does not exist for this kind of problem",
        "use one of those that the message lists; or declare another problem.task",
    ),
    "TF-PROBLEM-002": (
        "a key is set that means something in a binary problem only",
        "remove it, or declare problem.task: binary where the target has two values",
    ),
}

_KINDS = {"binary": "a binary", "multiclass": "a multiclass", "regression": "a regression"}


def misfits(problem: Problem, task: Task, threshold: float | str | None = None) -> Iterator[errors.Problem]:
    """Everything that a problem of this kind cannot have, so that no model is trained in vain.

    ``threshold``: what the tuning section asks for.

    >>> asked = Problem.model_validate({"target": "price", "metric": "roc_auc", "success": {"f1": {"min": 0.8}}})
    >>> [each.where for each in misfits(asked, "regression")]
    ['problem.metric', 'problem.success.f1']
    """
    kind = f"{_KINDS[task]} problem" + ("" if problem.task else " (by the values of the target)")
    known = [metric.name for metric in metrics_for(task)]
    for where, name in [("metric", problem.metric), *((f"success.{gate}", gate) for gate in problem.success)]:
        if name in METRICS and name not in known:
            yield errors.Problem(
                "TF-PROBLEM-001", f"{name} is no metric of {kind}", f"problem.{where}",
                do=f"use one of {', '.join(known)}; or declare another problem.task",
            )  # fmt: skip
    if task == "binary":
        return
    of_two = {
        "problem.positive": problem.positive, "problem.costs": problem.costs, "tuning.threshold": threshold,
        **{f"problem.fairness.{name}": bounds for name, bounds in problem.fairness.gates().items()},
    }  # fmt: skip
    for where, value in of_two.items():
        if value is not None:
            yield errors.Problem(
                "TF-PROBLEM-002", f"it means nothing in {kind}", where, expected="a binary problem",
                do="remove it, or declare problem.task: binary where the target has two values",
            )  # fmt: skip
