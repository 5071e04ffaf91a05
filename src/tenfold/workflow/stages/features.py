"""Step 6 in the plan: findings → unfitted recipes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tenfold.core.result import Context, Result
from tenfold.workflow.extensions import sources_of
from tenfold.workflow.plan import Inputs, State, stage
from tenfold.workflow.stages.training import training

if TYPE_CHECKING:
    from tenfold.steps.cleaning.result import Cleaned


def inputs(state: State) -> Inputs:
    own = sources_of(state.flow.features.transformers)
    return {**training(state), "findings": state.content("exploration"), **own}


def run(state: State, context: Context) -> Result[Any]:
    from tenfold.steps.features import step

    cleaned: Cleaned = state.value("cleaning")
    return step.run(
        state.flow.features, state.value("splitting").train, cleaned.schema,
        cleaned.task, state.value("exploration"), context, classes=cleaned.classes,
    )  # fmt: skip


STAGE = stage("features", "Recipes", inputs, run)
