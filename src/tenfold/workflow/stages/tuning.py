"""Step 8 in the plan: the best families → the model."""

from __future__ import annotations

from typing import Any

from tenfold.core.result import Context, Result
from tenfold.workflow.plan import Inputs, State, stage
from tenfold.workflow.stages import modeling
from tenfold.workflow.stages.training import question_of


def inputs(state: State) -> Inputs:
    return {**modeling.inputs(state), "candidates": state.content("modeling")}


def run(state: State, context: Context) -> Result[Any]:
    from tenfold.steps.tuning import step

    train, recipes, modeled = state.value("splitting").train, state.value("features"), state.value("modeling")
    journal = modeling.journal(state, "tuning", inputs(state))
    margin = state.flow.modeling.simple_margin
    return step.run(
        state.flow.tuning, train, recipes, modeled, question_of(state), context,
        journal=journal, simple_margin=margin,
    )  # fmt: skip


STAGE = stage("tuning", "Tuned", inputs, run)
