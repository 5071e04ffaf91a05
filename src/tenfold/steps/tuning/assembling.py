"""From judged trials to one model: weights, the last fits, temperature, threshold, coverage."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.pipeline import Pipeline

from tenfold.core.clock import Deadline
from tenfold.core.units import finite
from tenfold.learning import conformal
from tenfold.learning import threshold as thresholds
from tenfold.learning.calibration import temperature
from tenfold.learning.composition import Composition, Member, calibrated
from tenfold.learning.ensemble import weighted
from tenfold.learning.question import Question
from tenfold.learning.refitting import LATE, SPARE_ROWS, Refit, expected_seconds, final, refit, weighed
from tenfold.learning.scoring import gain, score
from tenfold.learning.trials.bench import Bench
from tenfold.learning.trials.fitting import Configuration
from tenfold.learning.trials.trial import Trial
from tenfold.learning.weights import Weights
from tenfold.metrics import METRICS, metrics_for
from tenfold.schema import Schema
from tenfold.steps.modeling.leaderboard import leaderboard
from tenfold.steps.modeling.result import Standing
from tenfold.steps.tuning.config import Tuning
from tenfold.steps.tuning.pruning import Limits, Pruned, allowed, pruned
from tenfold.steps.tuning.result import Part, Tuned
from tenfold.steps.tuning.selection import FIRST, by_score, choose, is_own
from tenfold.steps.tuning.simplicity import Bought

#: A fit is sure to be done in time when it is expected to take less than this share of it.
_SURE = 0.3
#: Share of the time left that weighing may take.
_WEIGHED = 0.25
#: Leaderboard lines that are kept.
_LINES = 30
_UNPRUNED = Pruned(())
_UNLIMITED = Limits()


@dataclass(frozen=True)
class Facts:
    """What the chapter tells besides the result."""

    trials: tuple[Trial, ...]
    refits: tuple[Refit, ...]
    single: float  # the best single trial's score
    uncalibrated: float | None  # log loss before temperature scaling
    calibrated: float | None
    reason: str  # why this selection
    rows: int  # that members could be fitted on
    fallback: str = ""  # why something simpler than planned is returned
    instead_of: tuple[str, ...] = ()  # the members that were chosen, where none of them could be fitted
    told: frozenset[str] = frozenset()  # the trials whose failure modeling has told
    weighted: str = ""  # the column that says how much a row counts
    bought: Bought | None = None  # what the model is better by than the linear one
    pruned: Pruned = _UNPRUNED  # what was left out so that the model answers in time
    level: float | None = None  # the coverage that was asked for
    time_ordered: bool = False  # folds follow time


def assemble(
    config: Tuning, bench: Bench, schema: Schema, splits: Sequence[int], trials: Sequence[Trial], deadline: Deadline,
    simple_margin: float, limits: Limits = _UNLIMITED,
) -> tuple[Tuned, Facts]:  # fmt: skip
    """Weigh, fit on all rows, prove, prune, calibrate and decide, within the deadline."""
    question = bench.question
    rows = bench.rows(splits)
    target, own_weights = bench.data.target[rows], bench.weights(splits)
    chosen, compared = choose(config, bench, splits, trials, simple_margin, deadline.within(_WEIGHED))
    own = any(is_own(trial) for trial in chosen.trials)
    learned = [trial for trial in chosen.trials if trial.candidate != "dummy"]
    inputs = None if own else schema.inputs
    weights = {trial.number: weight for trial, weight in zip(chosen.trials, chosen.weights, strict=True)}

    by_number = {trial.number: trial for trial in trials}

    def together(numbers: Sequence[int]) -> NDArray[np.float64]:
        """What members said out-of-fold, as they are weighed."""
        return weighted([by_number[each].predictions for each in numbers], [weights.get(each, 1.0) for each in numbers])

    def worth(numbers: Sequence[int]) -> float:
        return gain(question, score(question, target, together(numbers), weights=own_weights))

    bags = {} if inputs is None else allowed(bench, learned, splits, weights, inputs, limits, worth, deadline)
    wanted = [trial for trial in learned if trial.number in bags] if bags else learned
    refits = refit(bench, wanted, splits, inputs, deadline, _surest(bench, trials, deadline), bags)
    if learned and not any(_usable(each, own) for each in refits):
        refits = _instead(bench, trials, splits, schema, refits, deadline)
    usable = _measured([each for each in refits if _usable(each, own)])
    kept = [(each, weights.get(each.trial.number, 1.0)) for each in usable or [_dummy(bench, trials)]]
    whole = {trial.number: len(bench.bag(trial, splits)) for trial in wanted}
    left = pruned(kept, limits, worth, whole, [trial for trial in learned if trial not in wanted])
    kept = list(left.kept)
    members = weighed([each for each, _ in kept], [weight for _, weight in kept])
    raw = together([each.trial.number for each, _ in kept])
    composition, scores, losses = _finished(config, question, members, target, raw, own_weights)
    tuned = Tuned(
        composition,
        tuple(_part(each, member.weight) for (each, _), member in zip(kept, members, strict=True)),
        _board(question, trials, target, scores, composition, own_weights),
        scores,
        bench.data.labels[rows],
        rows,
        np.concatenate([np.full(len(bench.data.splits[split][1]), place) for place, split in enumerate(splits)]),
        question.metric.name,
        score(question, target, scores, threshold=composition.threshold, weights=own_weights),
        "python" if any(is_own(each.trial) for each, _ in kept) else "onnx",
        sum(trial.number >= FIRST for trial in trials),
    )
    best = by_score(question, trials)[0].score
    fallback = _why_none(refits) if refits and not usable else ""
    fitted = {each.trial.number for each in usable}
    missed = () if fitted & weights.keys() else tuple(trial.name for trial in learned)
    rows_all = len(bench.data.target)
    return tuned, Facts(
        tuple(trials), tuple(refits), best, *losses, chosen.reason, rows_all, fallback, missed, pruned=left,
        bought=compared,
    )  # fmt: skip


def _measured(usable: Sequence[Refit]) -> list[Refit]:
    """Without those whose cost nobody knows, where there are others: they might answer late, and be proven late."""
    known = [each for each in usable if math.isfinite(each.latency_ms)]
    return known or list(usable)


def _usable(each: Refit, own: bool) -> bool:
    """Fitted, and either proven as a graph or (a user's own class) never to be one."""
    return each.member is not None and (each.graph or own)


def _why_none(refits: Sequence[Refit]) -> str:
    if any(each.unproven for each in refits):
        return "no graph answered as its pipeline does"
    return "no model could be fitted on all rows in time"


def _instead(
    bench: Bench, trials: Sequence[Trial], splits: Sequence[int], schema: Schema, refits: Sequence[Refit],
    deadline: Deadline,
) -> list[Refit]:  # fmt: skip
    """A model after all, if need be a few seconds late: later steps can be brief, a dummy is of no use.

    Trials whose graphs could not be proven are passed over, for up to three others.
    """
    late = deadline if deadline.left() > LATE else Deadline.after(LATE)
    tried = {each.trial.number: each for each in refits}
    for _ in range(3):
        refused = {number for number, each in tried.items() if each.unproven}
        sure = _surest(bench, [trial for trial in trials if trial.number not in refused], late)
        if sure is None:
            break
        found = refit(bench, [sure], splits, None if is_own(sure) else schema.inputs, late)
        tried |= {each.trial.number: each for each in found}
        if not any(each.unproven for each in found):
            break
    return list(tried.values())


def _surest(bench: Bench, trials: Sequence[Trial], deadline: Deadline) -> Trial | None:
    """The best trial that is sure to be fitted on a sample of the rows in time, else the quickest."""
    learned = [trial for trial in by_score(bench.question, trials) if trial.candidate != "dummy"]
    done = [trial for trial in learned if not is_own(trial)] or learned
    rows, trained_on = min(SPARE_ROWS, len(bench.data.target)), len(bench.data.splits[0][0])
    seconds = {trial.number: expected_seconds(trial, rows, trained_on) for trial in done}
    sure = [trial for trial in done if seconds[trial.number] < _SURE * deadline.left()]
    return sure[0] if sure else min(done, key=lambda trial: seconds[trial.number], default=None)


def _finished(
    config: Tuning, question: Question, members: tuple[Member, ...], target: NDArray[Any], raw: NDArray[np.float64],
    weights: Weights | None,
) -> tuple[Composition, NDArray[np.float64], tuple[float | None, float | None]]:  # fmt: skip
    """The composition with all that is decided of it, its scores, and the log loss before and after."""
    degree = temperature(question, target, raw, weights) if config.calibration == "auto" else None
    scores = calibrated(raw, degree)
    losses: tuple[float | None, float | None] = (None, None)
    if degree is not None:
        before, after = (score(question, target, each, "log_loss", weights=weights) for each in (raw, scores))
        losses = (before, after)
    code = question.positive_code
    positive = question.classes[code] if code is not None else None
    limit = decision_threshold(config, question, target, scores, weights)
    composition = Composition(question.task, question.classes, members, degree, limit, positive)
    coverage = conformal.calibrate(target, scores, config.level, composition.decisions(scores), weights)
    return replace(composition, coverage=coverage), scores, losses


def decision_threshold(
    config: Tuning, question: Question, target: NDArray[Any], scores: NDArray[np.float64],
    weights: Weights | None = None,
) -> float | None:  # fmt: skip
    """From the setting, the costs, or the question's metric where it is about decisions; None for 0.5 or no choice."""
    code = question.positive_code
    if code is None:
        return None
    if isinstance(config.threshold, float | int):
        return float(config.threshold)
    positive, probability = target == code, scores[:, code]
    if config.threshold is None and question.costs is not None and question.costs[0] != question.costs[1]:
        return thresholds.by_cost(positive, probability, question.costs, weights)
    metric = config.threshold or question.metric.name
    if METRICS[metric].needs != "labels":
        return None
    return thresholds.by_metric(positive, probability, metric, weights)


def _dummy(bench: Bench, trials: Sequence[Trial]) -> Refit:
    """The dummy, fitted here and now."""
    trial = next(trial for trial in trials if trial.candidate == "dummy")
    regression = bench.question.task == "regression"
    estimator = DummyRegressor() if regression else DummyClassifier(strategy="prior")
    pipeline = Pipeline([("recipe", "passthrough"), ("estimator", estimator)])
    rows = np.arange(len(bench.data.target))
    weighed = {} if bench.data.weights is None else {"estimator__sample_weight": bench.data.weights}
    pipeline.fit(bench.data.frame(rows), bench.data.labels, **weighed)
    return Refit(trial, Member(trial.name, "none", pipeline), len(rows))


def _part(each: Refit, weight: float) -> Part:
    configuration: Configuration = final(each.trial)
    return Part(each.trial.name, configuration, weight, each.rows, each.seconds, each.reason, each.folds)


def _board(
    question: Question, trials: Sequence[Trial], target: NDArray[Any], scores: NDArray[np.float64],
    composition: Composition, weights: Weights | None,
) -> tuple[Standing, ...]:  # fmt: skip
    """The model itself, then single trials, the best first."""
    metrics = {
        metric.name: finite(score(question, target, scores, metric.name, composition.threshold, weights))
        for metric in metrics_for(question.task)
    }
    name = "ensemble" if len(composition.members) > 1 else composition.members[0].name
    own = Standing(-1, f"→ {name} (this model)", metrics, "done")
    unfinished = [trial for trial in trials if trial.out_of_fold is None]
    shown = [*by_score(question, trials), *unfinished][:_LINES]  # each is scored by every metric, which takes time
    lines = leaderboard(shown, target, question, trials[0], weights)
    return (own, *(replace(line, name=f"{line.name}-{line.number}") for line in lines))
