"""The leaderboard: every trial's figures, the best first, over- and underfitting said in words."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from numpy.typing import NDArray

from tenfold.core.units import finite
from tenfold.learning.question import Question
from tenfold.learning.scoring import gain, own_threshold, score
from tenfold.learning.trials.trial import Trial
from tenfold.learning.weights import Weights
from tenfold.metrics import metrics_for
from tenfold.steps.modeling.result import Standing

#: A model that beats the dummy by less than this share of what a perfect one would is said to have learned little.
_LITTLE = 0.02
#: A model whose advantage over the dummy shrinks by more than this from training rows to others is said to lean to
#: overfitting, or to overfit.
_LEANS, _SHRINKS = 0.2, 0.4


def leaderboard(
    trials: Iterable[Trial], target: NDArray[Any], question: Question, dummy: Trial, weights: Weights | None = None
) -> tuple[Standing, ...]:
    """One line per trial; ``target``: right answers of the rows that finished trials predicted, ``weights``: theirs."""
    ordered = sorted(trials, key=lambda trial: (-gain(question, trial.score), trial.number))
    first = next((trial for trial in ordered if trial.out_of_fold is not None), dummy)
    return tuple(
        _standing(trial, target, question, in_words(trial, question, dummy, first), weights) for trial in ordered
    )


def _standing(trial: Trial, target: NDArray[Any], question: Question, words: str, weights: Weights | None) -> Standing:
    metrics: dict[str, float | None] = {}
    if trial.out_of_fold is not None:
        names = [metric.name for metric in metrics_for(question.task)]
        scores = trial.out_of_fold
        limit = own_threshold(question, target, scores, weights)  # one for all metrics of decisions
        metrics = {name: finite(score(question, target, scores, name, limit, weights)) for name in names}
    return Standing(
        trial.number, trial.candidate, metrics, trial.outcome, trial.reason, finite(trial.spread),
        finite(trial.train_score), words, trial.seconds, trial.peak_bytes,
        finite(trial.latency_ms), trial.size_bytes,
    )  # fmt: skip


def in_words(trial: Trial, question: Question, dummy: Trial, best: Trial) -> str:
    """Whether a trial over- or underfits, judged by the first fold.

    It underfits when it knows its training rows less well than the best trial knows rows it has never seen; it overfits
    when much of its advantage over the dummy is gone on rows that it was not trained on.
    """
    if trial.out_of_fold is None or trial.candidate == "dummy" or math.isnan(trial.train_score):
        return ""
    base = gain(question, dummy.fold_scores[0])
    seen, unseen = gain(question, trial.train_score) - base, gain(question, trial.fold_scores[0]) - base
    if not math.isfinite(seen + unseen):
        return ""
    if unseen <= 0:
        return "no better than the dummy" + (": it only knows its training rows" if seen > 0 else "")
    perfect = _perfect(question) - base
    if math.isfinite(perfect) and seen < _LITTLE * perfect:
        return "learns little: underfits"
    if seen < gain(question, best.fold_scores[0]) - base:
        return "underfits: the best model does better on rows it has not seen than this one on its training rows"
    share = (seen - unseen) / seen if seen > 0 else 0.0
    if share > _SHRINKS:
        return f"overfits: {share:.0%} of its advantage is gone on unseen rows"
    if share > _LEANS:
        return f"leans to overfitting: {share:.0%} of its advantage is gone on unseen rows"
    return "fits" if share > 0.1 else "fits; training rows are hardly easier than others"


def _perfect(question: Question) -> float:
    best = question.metric.range[1]
    return gain(question, float(best)) if math.isfinite(best) else math.inf
