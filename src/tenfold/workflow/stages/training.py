"""What several steps are given: the training rows with their reading, and the question asked of a model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenfold.core import identity
from tenfold.learning.question import Question
from tenfold.workflow.extensions import sources_of
from tenfold.workflow.file import WorkflowFile
from tenfold.workflow.plan import Inputs, State

if TYPE_CHECKING:
    from tenfold.learning.search.stated import Stated
    from tenfold.steps.cleaning.result import Cleaned
    from tenfold.steps.splitting.result import Parts


def schema_identity(state: State) -> str:
    """The reading of every column, whatever their order in the file."""
    cleaned: Cleaned = state.value("cleaning")
    return identity.of_value([column.to_dict() for column in sorted(cleaned.schema.columns, key=lambda c: c.name)])


def training(state: State) -> Inputs:
    """What steps 5 to 8 may see: training rows and their reading. Nothing here changes with a test row."""
    cleaned: Cleaned = state.value("cleaning")
    parts: Parts = state.value("splitting")
    return {
        "training rows": state.content("splitting", "train.parquet"),
        "schema": schema_identity(state),
        "target": identity.of_value([cleaned.task, list(cleaned.classes), cleaned.positive]),
        "folds": identity.of_value([parts.folds, parts.time_ordered]),
    }


def question_of(state: State) -> Question:
    """What is asked of a model, with everything inferred."""
    cleaned: Cleaned = state.value("cleaning")
    asked = state.flow.problem
    costs = (asked.costs.false_negative, asked.costs.false_positive) if asked.costs else None
    metric, explainability = asked.metric or "", asked.constraints.explainability
    return Question(cleaned.task, cleaned.classes, cleaned.positive, metric, costs, explainability)


def stated(flow: WorkflowFile) -> Stated:
    """What the user says of candidates' parameters."""
    from tenfold.learning.search.stated import Stated  # with it come the libraries that fit

    return Stated(flow.modeling.parameters, flow.tuning.space)


def limits(state: State) -> str:
    """The memory and the cores that trials may use, as far as they are declared, and the cluster if it is one.

    The engine itself is none of them: one with as many slots finds the same.
    """
    constraints, compute = state.flow.problem.constraints, state.flow.compute
    cluster = [compute.address, compute.workers, compute.memory]
    return identity.of_value([constraints.memory, constraints.cores, *(cluster if any(cluster) else ())])


def own_code(state: State) -> Inputs:
    """The user's own modules, by content: whoever fits, predicts or packs their classes depends on them."""
    return sources_of([*state.flow.modeling.names, *state.flow.features.transformers])


def prepare_trials(state: State) -> None:
    """Let the trials' server load its libraries while the steps before modeling are computed; of many rows these steps
    want the memory."""
    if not state.trains or state.flow.compute.trials != "local":
        return
    from tenfold.learning.trials.client import fork_server
    from tenfold.learning.trials.pool import MANY_ROWS, PRELOAD

    if state.value("data").rows < MANY_ROWS:
        fork_server(PRELOAD)
