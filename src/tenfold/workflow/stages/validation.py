"""Step 9 in the plan: the seal opens → the verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tenfold.core import identity
from tenfold.core.clock import utc_now
from tenfold.core.result import Context, Result
from tenfold.steps.splitting.result import TOO_FEW
from tenfold.workflow.plan import Inputs, State, stage
from tenfold.workflow.stages.splitting import sealed_of, test_set_of
from tenfold.workflow.stages.training import limits, own_code, question_of, training

if TYPE_CHECKING:
    from tenfold.steps.splitting.result import Parts


def inputs(state: State) -> Inputs:
    parts: Parts = state.value("splitting")
    asked = state.flow.problem
    promised = [asked.success, asked.fairness, asked.metric]
    trained = _trained(state) if parts.seal == TOO_FEW else {}
    return {
        **training(state),
        **trained,
        "model": state.content("tuning"),
        "test set": identity.of_value([parts.test_set, state.content("cleaning", "typed.parquet"), parts.seal]),
        "promises": identity.of_value([str(each) for each in promised]),
        **own_code(state),
    }


def _trained(state: State) -> Inputs:
    """What nested cross-validation depends on: how models are fitted there, and how one is made of them."""
    flow = state.flow
    rule = [flow.tuning.model_dump(mode="json"), flow.modeling.simple_margin, flow.problem.constraints.explainability]
    return {"limits": limits(state), "rule": identity.of_value(rule)}


def run(state: State, context: Context) -> Result[Any]:
    from tenfold.steps.validation import step
    from tenfold.workflow.evidence import validation_inputs

    parts: Parts = state.value("splitting")
    if parts.test_set:
        look = identity.of_value(dict(inputs(state)))[:32]
        test_set_of(state).open(state.run_id, look, parts.rows_test, "validation before release", utc_now())
    given = validation_inputs(state, question_of(state), sealed_of(state), context)
    return step.run(state.flow.validation, given, context)


def summary(state: State) -> str:
    """With the gates that are accepted by now: the evidence may be of a run that accepted others, or none."""
    from tenfold.steps.validation.chapter import summary_of

    return summary_of(state.value("validation").with_measured({}, state.accepted))


STAGE = stage("validation", "Validated", inputs, run, summary=summary)
