"""Which trials are weighed together, and where a simple model is enough."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tenfold.learning.ensemble import Scores, greedy_weights, weighted
from tenfold.learning.folds import sample
from tenfold.learning.question import Question
from tenfold.learning.scoring import gain, score
from tenfold.learning.trials.trial import Trial
from tenfold.learning.weights import Weights, of_rows
from tenfold.steps.tuning.config import Tuning
from tenfold.steps.tuning.simplicity import Bought

#: Numbers of tuned trials begin here, so that they are told from the candidates' own.
FIRST = 100
#: Trials that ensemble selection looks at, the best ones and each candidate's best.
_LIBRARY = 25
#: Linear models differ in one number only: so many of them say all there is to say.
_ALIKE = 2
#: Rows that it looks at.
_ROWS = 20_000


@dataclass(frozen=True)
class Selection:
    """Trials with their weights (summing to 1), and why these."""

    trials: tuple[Trial, ...]
    weights: tuple[float, ...]
    reason: str = ""

    def out_of_fold(self) -> Scores:
        return weighted([_predictions(trial) for trial in self.trials], self.weights)


def is_own(trial: Trial) -> bool:
    """Whether a trial holds a class of the user's own, which no graph is written for."""
    return ":" in trial.candidate or any(each.method == "user" for each in trial.recipe.transformers)


def by_score(question: Question, trials: Sequence[Trial]) -> list[Trial]:
    """Finished trials, the best first; of equals the earlier one."""
    done = [trial for trial in trials if trial.out_of_fold is not None]
    return sorted(done, key=lambda trial: (-gain(question, trial.score), trial.number))


def select(
    config: Tuning, question: Question, trials: Sequence[Trial], target: NDArray[np.generic], seed: int,
    weights: Weights | None = None,
) -> Selection:  # fmt: skip
    """The ensemble, or the single model, that does best out-of-fold. ``target``: right answers of the judged rows,
    ``weights``: theirs."""
    ranked = by_score(question, trials)
    written = [trial for trial in ranked if not is_own(trial)]
    of_user = [trial for trial in ranked if is_own(trial)]
    if not [trial for trial in written if trial.candidate != "dummy"]:
        return _alone(ranked[0])
    together = _ensemble(config, question, _library(written), target, seed, weights)
    reached = score(question, target, together.out_of_fold(), weights=weights)
    if of_user and gain(question, of_user[0].score) > gain(question, reached):
        return _alone(of_user[0], "your own class does better alone than all others together")
    return together


def _alone(trial: Trial, reason: str = "") -> Selection:
    return Selection((trial,), (1.0,), reason)


def _library(ranked: Sequence[Trial]) -> list[Trial]:
    learned = [trial for trial in ranked if trial.candidate != "dummy"]
    firsts = {trial.candidate: trial for trial in reversed(learned)}
    alike = Counter[str]()
    chosen = {trial.number for trial in firsts.values()}
    for trial in learned[: 4 * _LIBRARY]:
        alike[trial.candidate] += 1
        if alike[trial.candidate] <= (_ALIKE if trial.candidate == "linear" else _LIBRARY):
            chosen.add(trial.number)
    return [trial for trial in learned if trial.number in chosen][:_LIBRARY]


def _ensemble(
    config: Tuning, question: Question, library: Sequence[Trial], target: NDArray[np.generic], seed: int,
    weights: Weights | None,
) -> Selection:  # fmt: skip
    if not config.ensemble or len(library) == 1:
        return _alone(library[0])
    rows = sample(np.arange(len(target)), _ROWS, seed)
    predictions = [_predictions(trial)[rows] for trial in library]
    counted = of_rows(weights, rows)
    shares = greedy_weights(
        predictions, lambda scores: gain(question, score(question, target[rows], scores, weights=counted)),
        config.rounds, config.members,
    )  # fmt: skip
    kept = [(trial, float(share)) for trial, share in zip(library, shares, strict=True) if share > 0]
    kept.sort(key=lambda pair: (-pair[1], pair[0].number))
    return Selection(tuple(trial for trial, _ in kept), tuple(share for _, share in kept))


def simple_enough(found: Bought, margin: float) -> Selection:
    """The linear model alone, since the other buys too little."""
    behind = f"behind by {max(0.0, found.share):.1%} of the way from the dummy to the best"
    surely = f"surely by no more than {found.most:.1%} (allowed: {margin:.1%})"
    return _alone(found.simple, f"explainability is preferred, and the linear model is {behind}, {surely}")


def _predictions(trial: Trial) -> Scores:
    if trial.out_of_fold is None:
        raise ValueError(f"trial {trial.name} has no out-of-fold predictions")
    return trial.out_of_fold
