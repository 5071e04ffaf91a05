"""Step 2 in the plan: sources → one raw table."""

from __future__ import annotations

from typing import Any

from tenfold.core.result import Context, Result
from tenfold.steps.data.identity import identity as sources_identity
from tenfold.workflow.plan import Inputs, State, stage


def inputs(state: State) -> Inputs:
    return {"sources": sources_identity(state.flow.data, state.root)}


def run(state: State, context: Context) -> Result[Any]:
    from tenfold.steps.data import step

    return step.run(state.flow.data, context)


STAGE = stage("data", "Collected", inputs, run)
