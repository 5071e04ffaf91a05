"""Step 8 in the plan: the best families → the model."""

from __future__ import annotations

from typing import Any

from tenfold.core import identity
from tenfold.core.result import Context, Result
from tenfold.workflow.plan import Inputs, State, stage
from tenfold.workflow.stages import modeling
from tenfold.workflow.stages.training import question_of, stated


def inputs(state: State) -> Inputs:
    constraints = state.flow.problem.constraints
    served = identity.of_value([constraints.latency, constraints.size])
    return {**modeling.inputs(state), "candidates": state.content("modeling"), "latency and size": served}


def run(state: State, context: Context) -> Result[Any]:
    from tenfold.steps.tuning import step
    from tenfold.steps.tuning.pruning import Limits

    train, recipes, modeled = state.value("splitting").train, state.value("features"), state.value("modeling")
    journal = modeling.journal(state, "tuning", inputs(state))
    margin, constraints = state.flow.modeling.simple_margin, state.flow.problem.constraints
    limits = Limits(1000 * constraints.latency, constraints.size)
    return step.run(
        state.flow.tuning, train, recipes, modeled, question_of(state), context,
        journal=journal, simple_margin=margin, limits=limits, portfolio=state.flow.modeling.portfolio,
        stated=stated(state.flow),
    )  # fmt: skip


STAGE = stage("tuning", "Tuned", inputs, run)
