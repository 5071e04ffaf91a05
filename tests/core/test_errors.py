"""A law of every mistake and fault in the source: it says what to do."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest


def without_remedy(tree: ast.AST) -> Iterator[int]:
    """The lines of ``UserError.of``, ``Fault.of`` and ``Problem`` whose ``do`` is absent, or may be empty."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and makes_a_problem(node.func):
            named = {each.arg: each.value for each in node.keywords}
            if empty(node.args[4] if len(node.args) > 4 else named.get("do")):
                yield node.lineno


def makes_a_problem(called: ast.expr) -> bool:
    match called:
        case ast.Name(id="Problem") | ast.Attribute(attr="Problem"):
            return True
        case ast.Attribute(attr="of", value=ast.Name(id="UserError" | "Fault" | "TenfoldError")):
            return True
    return False


def empty(node: ast.expr | None) -> bool:
    """Whether an expression is, or may well be, no words."""
    match node:
        case None | ast.Constant(value="" | None) | ast.JoinedStr(values=[]):
            return True
        case ast.IfExp():
            return empty(node.body) or empty(node.orelse)
        case ast.BoolOp(op=ast.Or()):
            return empty(node.values[-1])
    return False


def test_every_mistake_and_fault_says_what_to_do(project: Path) -> None:
    found = [
        f"{source.relative_to(project)}:{line}"
        for source in sorted((project / "src").rglob("*.py"))
        for line in without_remedy(ast.parse(source.read_text("utf-8")))
    ]
    assert found == []


@pytest.mark.parametrize(
    ("source", "lacks"),
    [
        ("UserError.of('TF-A-001', 'got', 'where')", True),
        ("Fault.of('TF-A-001', 'got', do='')", True),
        ("errors.Problem('TF-A-001', 'got', 'where', 'expected', '' if known else 'do')", True),
        ("Problem('TF-A-001', 'got', 'where', 'expected', 'do')", False),
        ("UserError.of('TF-A-001', 'got', do=near or 'do')", False),
        ("Portfolio.of('name')", False),
    ],
)
def test_the_law_sees_what_it_has_to(source: str, lacks: bool) -> None:
    assert bool([*without_remedy(ast.parse(source))]) is lacks
