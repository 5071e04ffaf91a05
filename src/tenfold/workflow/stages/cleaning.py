"""Step 3 in the plan: raw → typed table."""

from __future__ import annotations

from typing import Any

from tenfold.core import identity
from tenfold.core.errors import raise_all
from tenfold.core.result import Context, Result
from tenfold.workflow.plan import Inputs, State, stage
from tenfold.workflow.stages.training import prepare_trials


def inputs(state: State) -> Inputs:
    asked = state.flow.problem
    return {
        "raw rows": state.content("data", "raw.parquet"),
        "target": identity.of_value([asked.target, asked.task, asked.positive]),
        "watched columns": identity.of_value(sorted(_watched(state))),
        "folds": str(state.flow.splitting.folds),
    }


def _watched(state: State) -> tuple[str, ...]:
    """The raw columns whose groups validation compares (a created one is made of features only)."""
    sensitive = dict.fromkeys(state.flow.problem.fairness.sensitive)
    return tuple(name for name in sensitive if name not in state.flow.features.create)


def run(state: State, context: Context) -> Result[Any]:
    from tenfold.steps.cleaning import step

    prepare_trials(state)
    return step.run(
        state.flow.cleaning, state.value("problem"), state.value("data").raw, context,
        watched=_watched(state), folds=state.flow.splitting.folds,
    )  # fmt: skip


def check(state: State) -> None:
    """Now that the kind of problem is known: metric, gates, costs and threshold have to fit it."""
    from tenfold.steps.problem.fitting import misfits

    raise_all(misfits(state.flow.problem, state.value("cleaning").task, state.flow.tuning.threshold))


STAGE = stage("cleaning", "Cleaned", inputs, run, check=check)
