"""The plan: for each of the ten steps, what it depends on and how it is run. Top to bottom, it is the workflow."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tenfold.core import identity
from tenfold.core.clock import utc_now
from tenfold.core.result import Context, Result, Saved
from tenfold.learning.question import Question
from tenfold.steps.data.identity import identity as sources_identity
from tenfold.steps.splitting.strategy import Division, divide_by
from tenfold.workflow import code
from tenfold.workflow.assigning import assignment_for
from tenfold.workflow.extensions import sources_of
from tenfold.workflow.plan import Stage, State
from tenfold.workflow.seals import TestSet

if TYPE_CHECKING:
    from tenfold.steps.cleaning.result import Cleaned
    from tenfold.steps.data.result import Collected
    from tenfold.steps.exploration.config import Exploration
    from tenfold.steps.splitting.result import Assignment, Parts
    from tenfold.workflow.file import WorkflowFile

# A step's own module, with the libraries behind it, is imported when the step is computed: a run whose steps all come
# from the cache is over in less time than those imports take.

Inputs = Mapping[str, str]


# 1. problem ---------------------------------------------------------------------------------------------------------


def _run_problem(state: State, context: Context) -> Result[Any]:
    from tenfold.steps.problem import step

    return step.run(state.flow.problem, context)


def _prepare_trials(state: State) -> None:
    """Let the trials' server load its libraries while the steps before modeling are computed."""
    if state.trains:
        from tenfold.learning.trials.client import fork_server
        from tenfold.learning.trials.pool import PRELOAD

        fork_server(PRELOAD)


# 2. data ------------------------------------------------------------------------------------------------------------


def _data_inputs(state: State) -> Inputs:
    return {"sources": sources_identity(state.flow.data, state.root)}


def _run_data(state: State, context: Context) -> Result[Any]:
    from tenfold.steps.data import step

    _prepare_trials(state)
    return step.run(state.flow.data, context)


# 3. cleaning --------------------------------------------------------------------------------------------------------


def _cleaning_inputs(state: State) -> Inputs:
    asked = state.flow.problem
    return {
        "raw rows": state.content("data", "raw.parquet"),
        "target": identity.of_value([asked.target, asked.task, asked.positive]),
        "watched columns": identity.of_value(sorted(_watched(state))),
    }


def _watched(state: State) -> tuple[str, ...]:
    """The raw columns whose groups validation compares (a created one is made of features only)."""
    sensitive = dict.fromkeys(state.flow.problem.fairness.sensitive)
    return tuple(name for name in sensitive if name not in state.flow.features.create)


def _run_cleaning(state: State, context: Context) -> Result[Any]:
    from tenfold.steps.cleaning import step

    _prepare_trials(state)
    raw = state.value("data").raw
    return step.run(state.flow.cleaning, state.value("problem"), raw, context, watched=_watched(state))


# 4. splitting -------------------------------------------------------------------------------------------------------


def division_of(state: State) -> Division:
    cleaned: Cleaned = state.value("cleaning")
    return divide_by(state.flow.splitting, cleaned.schema, cleaned.task != "regression")


def test_set_of(state: State) -> TestSet:
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


def _splitting_inputs(state: State) -> Inputs:
    given = _assignment(state)
    return {
        "typed rows": state.content("cleaning", "typed.parquet"),
        "schema": _schema(state),
        "parts": identity.of_value([given.seal, given.content, test_set_of(state).name]),
    }


def _run_splitting(state: State, context: Context) -> Result[Any]:
    from tenfold.steps.splitting import step

    cleaned: Cleaned = state.value("cleaning")
    division, given = division_of(state), _assignment(state)
    return step.run(cleaned.typed, cleaned.schema, division, given, sealed_of(state), context)


def _still_sealed(state: State) -> bool:
    """Whether the sealed rows that the cached result speaks of are still there."""
    return not state.value("splitting").test_set or sealed_of(state).is_file()


# 5. exploration -----------------------------------------------------------------------------------------------------


def _schema(state: State) -> str:
    cleaned: Cleaned = state.value("cleaning")
    return identity.of_value([column.to_dict() for column in sorted(cleaned.schema.columns, key=lambda c: c.name)])


def _training(state: State) -> Inputs:
    """What steps 5 to 8 may see: training rows and their reading. Nothing here changes with a test row."""
    cleaned: Cleaned = state.value("cleaning")
    parts: Parts = state.value("splitting")
    return {
        "training rows": state.content("splitting", "train.parquet"),
        "schema": _schema(state),
        "target": identity.of_value([cleaned.task, list(cleaned.classes), cleaned.positive]),
        "folds": identity.of_value([parts.folds, parts.time_ordered]),
    }


def _time(state: State) -> str | None:
    """The column that orders the rows, if one does."""
    parts: Parts = state.value("splitting")
    return parts.by[0] if parts.time_ordered and len(parts.by) == 1 else None


def _exploration_inputs(state: State) -> Inputs:
    watched = identity.of_value([_time(state), list(state.flow.problem.fairness.sensitive)])
    return {**_training(state), "watched columns": watched, "today": _today(state).isoformat()}


def _exploration_section(flow: WorkflowFile) -> Exploration:
    """All but the day, which is among the inputs: inferred or pinned, the same day gives the same result."""
    return flow.exploration.model_copy(update={"today": None})


def _today(state: State) -> date:
    """The day that findings speak of: as written, else that of the data, so that no result ages by itself."""
    collected: Collected = state.value("data")
    return state.flow.exploration.today or collected.day


def _run_exploration(state: State, context: Context) -> Result[Any]:
    from tenfold.steps.exploration import step

    cleaned: Cleaned = state.value("cleaning")
    return step.run(
        state.flow.exploration.model_copy(update={"today": _today(state)}),
        state.value("splitting").train, cleaned.schema,
        cleaned.task, cleaned.classes, cleaned.positive, context,
        time=_time(state), sensitive=state.flow.problem.fairness.sensitive,
    )  # fmt: skip


# 6. features --------------------------------------------------------------------------------------------------------


def _features_inputs(state: State) -> Inputs:
    own = sources_of(state.flow.features.transformers)
    return {**_training(state), "findings": state.content("exploration"), **own}


def _run_features(state: State, context: Context) -> Result[Any]:
    from tenfold.steps.features import step

    cleaned: Cleaned = state.value("cleaning")
    return step.run(
        state.flow.features, state.value("splitting").train, cleaned.schema,
        cleaned.task, state.value("exploration"), context, classes=cleaned.classes,
    )  # fmt: skip


# 7. modeling --------------------------------------------------------------------------------------------------------


def question_of(state: State) -> Question:
    """What is asked of a model, with everything inferred."""
    cleaned: Cleaned = state.value("cleaning")
    asked = state.flow.problem
    costs = (asked.costs.false_negative, asked.costs.false_positive) if asked.costs else None
    metric, explainability = asked.metric or "", asked.constraints.explainability
    return Question(cleaned.task, cleaned.classes, cleaned.positive, metric, costs, explainability)


def _modeling_inputs(state: State) -> Inputs:
    own = sources_of([*state.flow.modeling.names, *state.flow.features.transformers])
    return {
        **_training(state),
        "recipes": state.content("features"),
        "question": identity.of_value(question_of(state).__dict__),
        "budget": identity.of_value([state.budget.seconds, state.budget.trials]),
        **own,
    }


def _run_modeling(state: State, context: Context) -> Result[Any]:
    from tenfold.steps.modeling import step

    train, recipes = state.value("splitting").train, state.value("features")
    journal = _journal(state, "modeling", _modeling_inputs(state))
    return step.run(state.flow.modeling, train, recipes, question_of(state), context, journal=journal)


def _journal(state: State, step: str, inputs: Inputs) -> Path:
    """Where a step keeps what it has finished, so that it goes on after a stop; emptied if it has to begin anew."""
    named = [step, code.of_step(step), state.flow.seed, getattr(state.flow, step).model_dump(mode="json"), dict(inputs)]
    folder = state.store.root / "journals" / identity.of_value(named)[:32]
    if state.anew:
        shutil.rmtree(folder, ignore_errors=True)
    return folder


# 8. tuning ----------------------------------------------------------------------------------------------------------


def _tuning_inputs(state: State) -> Inputs:
    return {**_modeling_inputs(state), "candidates": state.content("modeling")}


def _run_tuning(state: State, context: Context) -> Result[Any]:
    from tenfold.steps.tuning import step

    train, recipes, modeled = state.value("splitting").train, state.value("features"), state.value("modeling")
    journal = _journal(state, "tuning", _tuning_inputs(state))
    margin = state.flow.modeling.simple_margin
    return step.run(
        state.flow.tuning, train, recipes, modeled, question_of(state), context,
        journal=journal, simple_margin=margin,
    )  # fmt: skip


# 9. validation ------------------------------------------------------------------------------------------------------


def _validation_inputs(state: State) -> Inputs:
    parts: Parts = state.value("splitting")
    asked = state.flow.problem
    promised = [asked.success, asked.fairness, asked.metric]
    return {
        **_training(state),
        "model": state.content("tuning"),
        "test set": identity.of_value([parts.test_set, state.content("cleaning", "typed.parquet"), parts.seal]),
        "promises": identity.of_value([str(each) for each in promised]),
    }


def _run_validation(state: State, context: Context) -> Result[Any]:
    from tenfold.steps.validation import step
    from tenfold.workflow.evidence import validation_inputs

    parts: Parts = state.value("splitting")
    if parts.test_set:
        look = identity.of_value(dict(_validation_inputs(state)))[:32]
        test_set_of(state).open(state.run_id, look, parts.rows_test, "validation before release", utc_now())
    given = validation_inputs(state, question_of(state), sealed_of(state), context)
    return step.run(state.flow.validation, given, context)


# 10. release --------------------------------------------------------------------------------------------------------


def _release_inputs(state: State) -> Inputs:
    return {
        **_validation_inputs(state),
        "verdict": state.content("validation"),
        "raw rows": state.content("data", "raw.parquet"),
        "recipes": state.content("features"),
        "question": identity.of_value(state.flow.problem.model_dump(mode="json")),
        "name": state.flow.name,
        "accepted": identity.of_value(dict(state.accepted)),
    }


def _run_release(state: State, context: Context) -> Result[Any]:
    from tenfold.steps.release import step
    from tenfold.workflow.card import release_inputs

    openings = len(test_set_of(state).ledger.openings())
    given = release_inputs(state, question_of(state), sealed_of(state), openings)
    return step.run(state.flow.release, given, context)


def _nothing(state: State) -> Inputs:
    return {}


def _section(name: str) -> Any:
    return lambda flow: getattr(flow, name)


def _kind(step: str, name: str) -> Callable[[], type[Saved]]:
    def kind() -> type[Saved]:
        found: type[Saved] = getattr(import_module(f"tenfold.steps.{step}.result"), name)
        return found

    return kind


def _stage(step: str, value: str, inputs: Any, run: Any, **more: Any) -> Stage:
    section = more.pop("section", _section(step))
    return Stage(step, _kind(step, value), section, inputs, run, **more)


PLAN: tuple[Stage, ...] = (
    _stage("problem", "Specification", _nothing, _run_problem),
    _stage("data", "Collected", _data_inputs, _run_data),
    _stage("cleaning", "Cleaned", _cleaning_inputs, _run_cleaning),
    _stage("splitting", "Parts", _splitting_inputs, _run_splitting, ready=_still_sealed),
    _stage("exploration", "Findings", _exploration_inputs, _run_exploration, section=_exploration_section),
    _stage("features", "Recipes", _features_inputs, _run_features),
    _stage("modeling", "Modeled", _modeling_inputs, _run_modeling),
    _stage("tuning", "Tuned", _tuning_inputs, _run_tuning),
    _stage("validation", "Validated", _validation_inputs, _run_validation),
    _stage("release", "Released", _release_inputs, _run_release),
)
