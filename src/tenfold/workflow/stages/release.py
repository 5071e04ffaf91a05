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

    given = release_inputs(state, question_of(state), sealed_of(state), _looks(state))
    return step.run(state.flow.release, given, context)


def _looks(state: State) -> dict[str, Any]:
    """How often the sealed rows were looked at: under this workflow's name, and under others."""
    from tenfold.workflow.shared_rows import shared_with

    test_set, sealed = test_set_of(state), sealed_of(state)
    shared = shared_with(state.store, test_set.name, sealed) if state.value("splitting").test_set else ()
    return {"seal_openings": len(test_set.ledger.openings()), "seal_openings_elsewhere": list(map(str, shared))}


STAGE = stage("release", "Released", inputs, run)
