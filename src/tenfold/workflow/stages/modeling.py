"""Step 7 in the plan: recipes × folds → a leaderboard."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tenfold.core import identity
from tenfold.core.result import Context, Result
from tenfold.workflow import code, journals
from tenfold.workflow.plan import Inputs, State, stage
from tenfold.workflow.stages.training import limits, own_code, question_of, stated, training


def inputs(state: State) -> Inputs:
    return {
        **training(state),
        "recipes": state.content("features"),
        "question": identity.of_value(question_of(state).__dict__),
        "budget": identity.of_value([state.budget.seconds, state.budget.trials]),
        "limits": limits(state),
        **own_code(state),
        **_portfolio(state),
        **_space(state),
    }


def _portfolio(state: State) -> Inputs:
    """A table of the user's own, by content."""
    named = state.flow.modeling.portfolio
    return {"portfolio": identity.of_file(state.root / named)} if named else {}


def _space(state: State) -> Inputs:
    """Where parameters are searched: each candidate's first configuration lies there, too."""
    space = state.flow.tuning.model_dump(mode="json")["space"]
    return {"space": identity.of_value(space)} if space else {}


def run(state: State, context: Context) -> Result[Any]:
    from tenfold.steps.modeling import step

    train, recipes = state.value("splitting").train, state.value("features")
    kept = journal(state, "modeling", inputs(state))
    return step.run(
        state.flow.modeling, train, recipes, question_of(state), context, journal=kept, stated=stated(state.flow)
    )


def journal(state: State, step: str, given: Inputs) -> Path:
    """Where a step keeps what it has finished, so that it goes on after a stop; emptied if it has to begin anew."""
    named = [step, code.of_step(step), state.flow.seed, getattr(state.flow, step).model_dump(mode="json"), dict(given)]
    return journals.use(state.store, identity.of_value(named)[:32], state.run_id, anew=state.anew)


STAGE = stage("modeling", "Modeled", inputs, run)
