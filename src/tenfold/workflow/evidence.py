"""What steps 9 and 10 are handed: gathered here from the results of all the steps before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tenfold.core.result import Context
from tenfold.learning.nested import nested_scores
from tenfold.learning.question import Question
from tenfold.learning.trials.fitting import Configuration
from tenfold.steps.release.inputs import ReleaseInputs
from tenfold.steps.splitting.result import TOO_FEW
from tenfold.steps.validation.inputs import Scores, ValidationInputs
from tenfold.tables.examples import Examples, load

if TYPE_CHECKING:
    from tenfold.steps.cleaning.result import Cleaned
    from tenfold.steps.splitting.result import Parts
    from tenfold.steps.tuning.result import Tuned
    from tenfold.workflow.plan import State


#: Times that nested cross-validation is repeated where nothing is sealed and the time allows.
REPEATS = 3


def validation_inputs(state: State, question: Question, sealed: Path, context: Context) -> ValidationInputs:
    """The final model and the rows it is judged on: sealed ones, or (nothing sealed) honest out-of-fold answers."""
    parts: Parts = state.value("splitting")
    tuned: Tuned = state.value("tuning")
    schema = state.value("features").schema
    train = load(parts.train, schema, question.task)
    test = load(sealed, schema, question.task) if parts.test_set else None
    judged = None if test is not None else _without_seal(state, question, train, context)
    return ValidationInputs(
        specification=state.value("problem"),
        task=question.task,
        classes=question.classes,
        positive=question.positive,
        threshold=tuned.composition.threshold,
        composition_scores=tuned.composition.scores,
        baseline_scores=baseline(train.target, question),
        test=test,
        out_of_fold=(judged.rows.target, judged.scores) if judged else None,
        development=judged.rows if judged else None,
        nested=judged.nested if judged else False,
    )


@dataclass(frozen=True)
class _Judged:
    """Development rows with answers for them; ``nested``: by models that were chosen without them."""

    rows: Examples
    scores: NDArray[np.float64]
    nested: bool


def _without_seal(state: State, question: Question, train: Examples, context: Context) -> _Judged:
    """Nested answers where rows were too few to seal and the time suffices for each once; else out-of-fold ones."""
    tuned: Tuned = state.value("tuning")
    if state.value("splitting").seal == TOO_FEW:
        limited = replace(context, deadline=context.deadline.within(0.8))
        nested = nested_scores(train, _choice(state), question, limited, REPEATS)
        if nested.folds * REPEATS >= nested.planned:
            rows, scores = mean_by_row(nested.rows, nested.scores)
            return _Judged(train.take(rows), scores, True)
        context.say("too little time for nested cross-validation: out-of-fold answers are judged instead")
    return _Judged(train.take(tuned.rows), tuned.out_of_fold, False)


def _choice(state: State) -> list[Configuration]:
    """What nested cross-validation chooses among: of every kind of model the tuned one, else the plain one."""
    parts = sorted(state.value("tuning").parts, key=lambda part: -part.weight)
    trials = [trial for trial in state.value("modeling").finished if trial.candidate != "dummy"]
    tuned = [part.configuration for part in parts]
    plain = [Configuration(trial.candidate, trial.recipe, trial.parameters) for trial in trials]
    chosen: dict[str, Configuration] = {}
    for each in [*tuned, *plain]:
        chosen.setdefault(each.candidate, each)
    return list(chosen.values())


def mean_by_row(rows: NDArray[np.intp], scores: NDArray[np.float64]) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """One answer per row: the mean over the repeats that judged it.

    >>> mean_by_row(np.array([1, 0, 1]), np.array([[0.2], [0.5], [0.4]]))
    (array([0, 1]), array([[0.5],
           [0.3]]))
    """
    unique, place, count = np.unique(rows, return_inverse=True, return_counts=True)
    total = np.zeros((len(unique), scores.shape[1]))
    np.add.at(total, place, scores)
    return unique, total / count[:, None]


def baseline(target: NDArray[Any], question: Question) -> Scores:
    """The dummy: class shares of the training rows, or their mean.

    >>> import pandas as pd
    >>> question = Question("binary", ("no", "yes"), "yes")
    >>> baseline(np.array(["no", "no", "no", "yes"]), question)(pd.DataFrame({"a": [1]})).tolist()
    [[0.75, 0.25]]
    """
    if question.task == "regression":
        answer = np.array([float(np.mean(target.astype(np.float64)))])
    else:
        answer = np.array([float(np.mean(target == label)) for label in question.classes])
    return lambda frame: np.tile(answer, (len(frame), 1))


def release_inputs(state: State, question: Question, sealed: Path, openings: int) -> ReleaseInputs:
    """The validated model with everything that its card has to say."""
    tuned: Tuned = state.value("tuning")
    return ReleaseInputs(
        name=state.flow.name,
        specification=state.value("problem"),
        schema=state.value("features").schema,
        task=question.task,
        metric=question.metric.name,
        composition=tuned.composition,
        validated=state.value("validation"),
        parts=state.value("splitting"),
        raw=state.value("data").raw,
        sealed=sealed,
        accepted=state.accepted,
        card=card_evidence(state, question, openings),
        run=state.run_id,
    )


def card_evidence(state: State, question: Question, openings: int) -> Mapping[str, Mapping[str, Any]]:
    """The sections of the model card that the steps can vouch for; what nobody said stays a gap."""
    return {
        "intended_use": _use(state),
        "data": _data(state),
        "training": _training(state),
        "metrics": _metrics(state, question),
        "evaluation": _evaluation(state, openings),
        "fairness": _fairness(state),
        "risks": {"register": [risk.model_dump() for risk in state.flow.problem.risks] or None},
        "limitations": {"known": _limitations(state) or None},
    }


def _use(state: State) -> dict[str, Any]:
    asked = state.flow.problem
    return {
        "statement": asked.statement or None,
        "users": list(asked.stakeholders) or None,
        "scope": asked.scope or None,
    }


def _data(state: State) -> dict[str, Any]:
    cleaned: Cleaned = state.value("cleaning")
    collected, parts = state.value("data"), state.value("splitting")
    sources = [
        {"file": Path(each.file).name, "rows": each.rows, "bytes": each.bytes, "sha256": each.sha256}
        for each in collected.sources
    ]
    return {
        "sources": sources,
        "rows": collected.rows,
        "target": state.flow.problem.target,
        "key": cleaned.schema.key.name if cleaned.schema.key else None,
        "quarantined": collected.rows - parts.rows_train - parts.rows_test,
    }


def _training(state: State) -> dict[str, Any]:
    parts: Parts = state.value("splitting")
    composition = state.value("tuning").composition
    shares = zip(composition.members, composition.shares.tolist(), strict=True)
    return {
        "rows": parts.rows_train,
        "folds": parts.folds,
        "seed": state.flow.seed,
        "budget": f"{state.budget.trials} trials" if state.budget.trials else f"{state.budget.seconds:g} s",
        "ensemble": {member.name: round(share, 4) for member, share in shares},
        "calibration": f"temperature {composition.temperature:.4g}" if composition.temperature else "none",
        "threshold": composition.threshold,
    }


def _metrics(state: State, question: Question) -> dict[str, Any]:
    measured = state.value("validation").metrics
    return {
        "chosen_by": question.metric.name,
        "values": {name: each.value for name, each in measured.items()},
        "intervals": {name: [each.interval.low, each.interval.high] for name, each in measured.items()},
    }


def _evaluation(state: State, openings: int) -> dict[str, Any]:
    validated, parts = state.value("validation"), state.value("splitting")
    gates = [
        {"gate": str(outcome.gate), "value": outcome.value, "status": outcome.status} for outcome in validated.gates
    ]
    return {
        "rows": validated.rows,
        "sealed": parts.seal,
        "seal_openings": openings,
        "baseline": {name: each.baseline for name, each in validated.metrics.items()},
        "gates": gates or None,
        "accepted": dict(state.accepted) or None,
        "verdict": validated.with_measured({}, state.accepted).verdict,
    }


def _fairness(state: State) -> dict[str, Any]:
    compared = state.value("validation").fairness
    measures = [
        {"column": each.column, "measure": name, "value": interval.value, "low": interval.low, "high": interval.high}
        for each in compared
        for name, interval in each.differences.items()
    ]
    return {"sensitive": list(state.flow.problem.fairness.sensitive) or None, "measures": measures or None}


def _limitations(state: State) -> list[str]:
    validated = state.value("validation")
    how = "by nested cross-validation" if validated.nested else "out-of-fold, on rows that helped to choose the model"
    found = [] if validated.sealed else [f"Nothing was sealed: the figures are {how}."]
    found += [
        f"{finding.subject}: {finding.message}"
        for stored in state.done.values()
        for finding in stored.chapter.findings
        if finding.severity in ("warning", "problem")
    ]
    return found
