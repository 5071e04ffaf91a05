"""Step 1 in the plan: the problem section alone."""

from __future__ import annotations

from typing import Any

from tenfold.core.result import Context, Result
from tenfold.workflow.plan import Inputs, State, stage


def inputs(state: State) -> Inputs:
    return {}


def run(state: State, context: Context) -> Result[Any]:
    from tenfold.steps.problem import step

    return step.run(state.flow.problem, context)


STAGE = stage("problem", "Specification", inputs, run)
