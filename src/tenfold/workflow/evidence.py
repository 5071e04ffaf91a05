"""What step 9 is handed: the final model and the rows it is judged on, sealed or (nothing sealed) honest ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tenfold.core.result import Context
from tenfold.learning.nested import Rule, affordable, nested_scores
from tenfold.learning.question import Question
from tenfold.learning.trials.bench import Bench
from tenfold.learning.trials.fitting import Configuration
from tenfold.learning.trials.trial import Trial
from tenfold.steps.release.packing import decision_of
from tenfold.steps.splitting.result import TOO_FEW
from tenfold.steps.tuning.selection import choose
from tenfold.steps.validation.inputs import Scores, ValidationInputs
from tenfold.tables.examples import Examples, beside, load, units

if TYPE_CHECKING:
    from tenfold.schema import Schema
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
        baseline_scores=baseline(train.target, question, train.weights),
        test=test,
        out_of_fold=(judged.rows.target, judged.scores) if judged else None,
        development=judged.rows if judged else None,
        nested=judged.nested if judged else False,
        repeated=judged.repeated if judged else (),
        unfinished=judged.unfinished if judged else False,
        left_out=judged.left_out if judged else (),
        expected=tuned.score,
        decision=decision_of(tuned.composition, question.metric.name),
        weighted=schema.weight.name if schema.weight else "",
        dates=frozenset(column.name for column in schema.columns if column.kind == "date"),
        groups=_unseen(state, schema, sealed if parts.test_set else parts.train, judged),
    )


@dataclass(frozen=True)
class _Judged:
    """Development rows with answers for them; ``nested``: by models that were chosen without them.

    ``repeated``: further answers to the same rows, by further repeats.
    ``unfinished``: they were to be such, but time was too short; ``left_out``: candidates that there was no time to
    choose among.
    """

    rows: Examples
    places: NDArray[np.intp]  # of the rows among the training rows
    scores: NDArray[np.float64]
    nested: bool
    unfinished: bool = False
    left_out: tuple[str, ...] = ()
    repeated: tuple[NDArray[np.float64], ...] = ()


def _unseen(state: State, schema: Schema, path: Path, judged: _Judged | None) -> dict[str, NDArray[Any]]:
    """The judged rows' values of sensitive columns that are no input of the model."""
    seen = dict(schema.inputs)
    names = [name for name in state.flow.problem.fairness.sensitive if name not in seen]
    values = beside(path, schema, names)
    return values if judged is None else {name: column[judged.places] for name, column in values.items()}


def _without_seal(state: State, question: Question, train: Examples, context: Context) -> _Judged:
    """Nested answers where rows were too few to seal and the time suffices for each once; else out-of-fold ones."""
    tuned: Tuned = state.value("tuning")
    few = state.value("splitting").seal == TOO_FEW
    if few:
        limited = replace(context, deadline=context.deadline.within(0.8))
        choice = _choice(state)
        tried = affordable(choice, len(np.unique(train.folds)), context.cores, limited.deadline)
        seconds = state.value("modeling").seconds_per_fold
        together = units(state.value("splitting").train)
        nested = nested_scores(train, together, tried, _rule(state), question, limited, REPEATS, seconds)
        if nested.repeats:
            first, *others = nested.repeats
            left_out = tuple(each.candidate for each in choice if each not in tried.configurations)
            rows = nested.rows
            return _Judged(train.take(rows), rows, first, True, left_out=left_out, repeated=tuple(others))
        context.say("too little time for nested cross-validation: out-of-fold answers are judged instead")
    return _Judged(train.take(tuned.rows), tuned.rows, tuned.out_of_fold, False, few)


def _rule(state: State) -> Rule:
    """The model of an outer fold is made as the released one was."""
    tuning, margin = state.flow.tuning, state.flow.modeling.simple_margin

    def weigh(bench: Bench, splits: Sequence[int], trials: Sequence[Trial]) -> dict[int, float]:
        chosen, _ = choose(tuning, bench, splits, trials, margin)
        return {trial.number: weight for trial, weight in zip(chosen.trials, chosen.weights, strict=True)}

    return Rule(weigh, calibration=tuning.calibration == "auto")


def _choice(state: State) -> dict[Configuration, float]:
    """What nested cross-validation chooses among: of every kind of model the tuned one, else the plain one.

    With the seconds that a fold of each took: members by their weight, then the others, the quickest first.
    """
    tuned: Tuned = state.value("tuning")
    judged = len(np.unique(tuned.folds))  # tuning may have judged on more folds than modeling did
    parts = sorted(tuned.parts, key=lambda part: -part.weight)
    others = sorted(state.value("modeling").finished, key=lambda trial: trial.seconds)
    seconds = {each.name: each.seconds / max(1, len(each.fold_scores)) for each in others}
    seconds |= {each.name: each.seconds / max(1, judged) for each in tuned.leaderboard}  # of the best trials only
    plain = [(Configuration.of(each), each.name) for each in others]
    chosen: dict[str, tuple[Configuration, float]] = {}
    for configuration, name in [*((part.configuration, part.name) for part in parts), *plain]:
        if configuration.candidate != "dummy":
            chosen.setdefault(configuration.candidate, (_unsettled(configuration), seconds.get(name, 0.0)))
    return dict(chosen.values())


def _unsettled(configuration: Configuration) -> Configuration:
    """Without what its folds settled by the answers of rows that are to be judged: how far logarithms are raised."""
    kept = {name: value for name, value in configuration.parameters.items() if name != "raised"}
    return replace(configuration, parameters=kept)


def baseline(target: NDArray[Any], question: Question, weights: NDArray[Any] | None = None) -> Scores:
    """The dummy: class shares of the training rows, or their mean; by ``weights`` [N] where rows have any.

    >>> import pandas as pd
    >>> question = Question("binary", ("no", "yes"), "yes")
    >>> baseline(np.array(["no", "no", "no", "yes"]), question)(pd.DataFrame({"a": [1]})).tolist()
    [[0.75, 0.25]]
    """
    own = weights if weights is not None and len(weights) else None
    if question.task == "regression":
        answer = np.array([float(np.average(target.astype(np.float64), weights=own))])
    else:
        answer = np.array([float(np.average(target == label, weights=own)) for label in question.classes])
    return lambda frame: np.tile(answer, (len(frame), 1))
