"""What step 1 tells the report."""

from __future__ import annotations

from tenfold.core.chapter import Block, Chapter, Facts, Finding, Grid, Text
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
                "Add the number that would make you say no, such as `success: {roc_auc: {min: 0.8}}`.",
            )
        )  # fmt: skip
    found += [
        Finding("TF-PROBLEM-103", "note", risk.risk, "This risk has no owner or no check.", "Name both.")
        for risk in problem.risks
        if not (risk.owner and risk.check)
    ]
    return tuple(found)
