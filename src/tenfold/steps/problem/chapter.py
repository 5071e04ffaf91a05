"""What step 1 tells the report."""

from __future__ import annotations

from tenfold.core.chapter import Block, Chapter, Facts, Finding, Grid, Text
from tenfold.metrics import METRICS
from tenfold.steps.problem.config import Problem
from tenfold.steps.problem.result import Specification


def chapter(specification: Specification) -> Chapter:
    """The question, its measure of success, and what may go wrong."""
    problem = specification.problem
    blocks: list[Block] = [Text(problem.statement)] if problem.statement else []
    blocks.append(_question(specification))
    if specification.gates:
        rows = tuple((gate.name, gate.minimum, gate.maximum) for gate in specification.gates)
        blocks.append(Grid("Gates", ("gate", "at least", "at most"), rows, "A gate that fails stops the release."))
    if problem.risks:
        columns = ("risk", "likelihood", "impact", "owner", "mitigation", "check")
        risks = tuple(tuple(getattr(risk, name) for name in columns) for risk in problem.risks)
        blocks.append(Grid("Risks", columns, risks))
    return Chapter("problem", "Problem", f"Predict {problem.target!r}.", tuple(blocks), _findings(specification))


def _question(specification: Specification) -> Facts:
    problem = specification.problem
    items = [
        ("target", problem.target),
        ("task", problem.task or "inferred from the data"),
        ("metric", problem.metric or "the task's default"),
        ("positive label", problem.positive or ""),
        ("scope", problem.scope),
        ("stakeholders", ", ".join(problem.stakeholders)),
        ("sensitive columns", ", ".join(problem.fairness.sensitive)),
    ]
    if problem.costs:
        costs = problem.costs
        items.append(("costs", f"false negative {costs.false_negative:g}, false positive {costs.false_positive:g}"))
    return Facts(tuple((label, value) for label, value in items if value))


def _findings(specification: Specification) -> tuple[Finding, ...]:
    problem = specification.problem
    found = []
    if not problem.statement:
        found.append(
            Finding(
                "TF-PROBLEM-101", "note", "problem.statement", "The question is not written down.",
                "Say in one sentence who will use the answer, and for which decision.",
            )
        )  # fmt: skip
    if not specification.gates:
        found.append(
            Finding(
                "TF-PROBLEM-102", "note", "problem.success", "No gate: every model that is proven can be released.",
                f"Add the number that would make you say no, such as {_gate_like(problem)}.",
            )
        )  # fmt: skip
    found += [
        Finding("TF-PROBLEM-103", "note", risk.risk, "This risk has no owner or no check.", "Name both.")
        for risk in problem.risks
        if not (risk.owner and risk.check)
    ]
    return tuple(found)


def _gate_like(problem: Problem) -> str:
    """A gate as it could be written, for the task if it is known by now."""
    classes, numbers = "`success: {roc_auc: {min: 0.8}}`", "`success: {rmse: {max: 10}}`"
    metric = METRICS.get(problem.metric or "")
    if metric is not None:
        limit = "min: 0.8" if metric.greater_is_better else "max: 10" if "regression" in metric.tasks else "max: 0.5"
        return f"`success: {{{metric.name}: {{{limit}}}}}`"
    if problem.task is not None:
        return numbers if problem.task == "regression" else classes
    return f"{classes} for classes or {numbers} for a number"
