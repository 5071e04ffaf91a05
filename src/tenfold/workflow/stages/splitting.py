"""Step 4 in the plan: typed → training rows and sealed ones."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from tenfold.core import identity
from tenfold.core.result import Context, Result
from tenfold.steps.splitting.strategy import Division, divide_by
from tenfold.workflow.assigning import assignment_for
from tenfold.workflow.plan import Inputs, State, stage
from tenfold.workflow.seals import TestSet
from tenfold.workflow.stages.training import schema_identity

if TYPE_CHECKING:
    from tenfold.steps.cleaning.result import Cleaned
    from tenfold.steps.splitting.result import Assignment


def division_of(state: State) -> Division:
    """How rows are divided, with everything inferred."""
    cleaned: Cleaned = state.value("cleaning")
    return divide_by(state.flow.splitting, cleaned.schema, cleaned.task != "regression")


def test_set_of(state: State) -> TestSet:
    """Where it is recorded who is tested."""
    cleaned: Cleaned = state.value("cleaning")
    return TestSet(state.store, division_of(state).test_set(state.flow.name, cleaned.schema))


def sealed_of(state: State) -> Path:
    """Where this run's sealed rows lie."""
    return test_set_of(state).sealed(state.content("cleaning", "typed.parquet"))


def _assignment(state: State) -> Assignment:
    cleaned: Cleaned = state.value("cleaning")
    content = state.content("cleaning", "typed.parquet")
    small, memory = state.flow.splitting.small, state.flow.problem.constraints.memory
    return assignment_for(cleaned.typed, content, division_of(state), test_set_of(state), small, memory)


def inputs(state: State) -> Inputs:
    given = _assignment(state)
    return {
        "typed rows": state.content("cleaning", "typed.parquet"),
        "schema": schema_identity(state),
        "parts": identity.of_value([given.seal, given.content, test_set_of(state).name]),
    }


def run(state: State, context: Context) -> Result[Any]:
    from tenfold.steps.splitting import step

    cleaned: Cleaned = state.value("cleaning")
    division, given = division_of(state), _assignment(state)
    return step.run(cleaned.typed, cleaned.schema, division, given, sealed_of(state), context)


def _still_sealed(state: State) -> bool:
    """Whether the sealed rows that the cached result speaks of are still there."""
    return not state.value("splitting").test_set or sealed_of(state).is_file()


STAGE = stage("splitting", "Parts", inputs, run, ready=_still_sealed)
