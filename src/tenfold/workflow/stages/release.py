"""Step 10 in the plan: the validated model → a bundle."""

from __future__ import annotations

from typing import Any

from tenfold.core import identity
from tenfold.core.result import Context, Result
from tenfold.workflow.plan import Inputs, State, stage
from tenfold.workflow.stages import validation
from tenfold.workflow.stages.splitting import sealed_of, test_set_of
from tenfold.workflow.stages.training import question_of


def inputs(state: State) -> Inputs:
    return {
        **validation.inputs(state),
        "verdict": state.content("validation"),
        "raw rows": state.content("data", "raw.parquet"),
        "recipes": state.content("features"),
        "question": identity.of_value(state.flow.problem.model_dump(mode="json")),
        "name": state.flow.name,
        "accepted": identity.of_value(dict(state.accepted)),
    }


def run(state: State, context: Context) -> Result[Any]:
    from tenfold.steps.release import step
    from tenfold.workflow.card import release_inputs

    openings = len(test_set_of(state).ledger.openings())
    given = release_inputs(state, question_of(state), sealed_of(state), openings)
    return step.run(state.flow.release, given, context)


STAGE = stage("release", "Released", inputs, run)
