"""Step 5 in the plan: training rows → findings."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from tenfold.core import identity
from tenfold.core.result import Context, Result
from tenfold.workflow.plan import Inputs, State, stage
from tenfold.workflow.stages.training import training

if TYPE_CHECKING:
    from tenfold.steps.cleaning.result import Cleaned
    from tenfold.steps.data.result import Collected
    from tenfold.steps.exploration.config import Exploration
    from tenfold.steps.splitting.result import Parts
    from tenfold.workflow.file import WorkflowFile


def _time(state: State) -> str | None:
    """The column that orders the rows, if one does."""
    parts: Parts = state.value("splitting")
    return parts.by[0] if parts.time_ordered and len(parts.by) == 1 else None


def inputs(state: State) -> Inputs:
    watched = identity.of_value([_time(state), list(state.flow.problem.fairness.sensitive)])
    return {
        **training(state),
        "watched columns": watched,
        "today": _today(state).isoformat(),
        "sealed": str(_sealed(state)),
    }


def _sealed(state: State) -> bool:
    parts: Parts = state.value("splitting")
    return parts.rows_test > 0


def _section(flow: WorkflowFile) -> Exploration:
    """All but the day, which is among the inputs: inferred or pinned, the same day gives the same result."""
    return flow.exploration.model_copy(update={"today": None})


def _today(state: State) -> date:
    """The day that findings speak of: as written, else that of the data, so that no result ages by itself."""
    collected: Collected = state.value("data")
    return state.flow.exploration.today or collected.day


def run(state: State, context: Context) -> Result[Any]:
    from tenfold.steps.exploration import step

    cleaned: Cleaned = state.value("cleaning")
    return step.run(
        state.flow.exploration.model_copy(update={"today": _today(state)}),
        state.value("splitting").train, cleaned.schema,
        cleaned.task, cleaned.classes, cleaned.positive, context,
        time=_time(state), sensitive=state.flow.problem.fairness.sensitive, sealed=_sealed(state),
    )  # fmt: skip


STAGE = stage("exploration", "Findings", inputs, run, section=_section)
