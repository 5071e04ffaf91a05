"""What a refused release says: an acceptance is offered only where it helps."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from tenfold.api.summary import next_commands
from tenfold.steps.release.chapter import chapter
from tenfold.steps.release.result import NO_GRAPH, NOT_PROVEN, Released

GATE = "gate 'latency_p99_ms' failed: 12"


def refused(*reasons: str) -> Released:
    return Released("churn", "champion", None, reasons, (), {})


@pytest.mark.parametrize(
    ("reason", "says", "accepts"),
    [
        (GATE, "--accept GATE", True),
        ("roc_auc does not hold: it is 0.7", "--accept GATE", True),
        (f"{NOT_PROVEN}3 decisions changed", "features.exclude", False),
        (f"{NO_GRAPH}KNNImputer has no converter", "modeling.candidates", False),
    ],
)
def test_the_remedy_is_one_that_helps(reason: str, says: str, accepts: bool) -> None:
    (told,) = chapter(refused(reason)).findings
    assert told.code == "TF-RELEASE-101"
    assert says in told.action
    assert ("--accept" in told.action) is accepts


@pytest.mark.parametrize(
    ("reasons", "offered"), [((GATE,), True), ((GATE, f"{NOT_PROVEN}one differs"), False), ((f"{NO_GRAPH}x",), False)]
)
def test_an_acceptance_comes_next_only_where_gates_alone_refused(reasons: tuple[str, ...], offered: bool) -> None:
    run = SimpleNamespace(id="r1", steps=(), released=refused(*reasons), folder=SimpleNamespace(workflow="w"))
    commands = next_commands(cast("Any", run))
    assert any("--accept" in each for each in commands) is offered
    assert commands[0] == "tenfold next r1"
