"""Which trials are weighed together, and where a simple model is enough."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tenfold.core.clock import Deadline
from tenfold.learning.ensemble import Scores, greedy_weights, weighted
from tenfold.learning.folds import sample
from tenfold.learning.question import Question
from tenfold.learning.scoring import gain, score
from tenfold.learning.trials.bench import Bench
from tenfold.learning.trials.trial import Trial
from tenfold.learning.weights import Weights, of_rows
from tenfold.steps.tuning.config import Tuning
from tenfold.steps.tuning.simplicity import Bought, bought

#: Numbers of tuned trials begin here, so that they are told from the candidates' own.
FIRST = 100
#: Trials that ensemble selection looks at, the best ones and each candidate's best.
_LIBRARY = 25
#: Linear models differ in one number only: so many of them say all there is to say.
_ALIKE = 2
#: Rows that it looks at.
_ROWS = 20_000
_NEVER = Deadline.never()


@dataclass(frozen=True)
class Selection:
    """Trials with their weights (summing to 1), and why these."""

    trials: tuple[Trial, ...]
    weights: tuple[float, ...]
    reason: str = ""

    def out_of_fold(self) -> Scores:
        return weighted([trial.predictions for trial in self.trials], self.weights)


def is_own(trial: Trial) -> bool:
    """Whether a trial holds a class of the user's own, which no graph is written for."""
    return ":" in trial.candidate or any(each.method == "user" for each in trial.recipe.transformers)


def by_score(question: Question, trials: Sequence[Trial]) -> list[Trial]:
    """Finished trials, the best first; of equals the earlier one."""
    done = [trial for trial in trials if trial.out_of_fold is not None]
    return sorted(done, key=lambda trial: (-gain(question, trial.score), trial.number))


def choose(
    config: Tuning, bench: Bench, splits: Sequence[int], trials: Sequence[Trial], simple_margin: float,
    deadline: Deadline = _NEVER,
) -> tuple[Selection, Bought | None]:  # fmt: skip
    """What the model is made of, and what it buys over the linear one: that alone where a simple model is preferred and
    surely not worse by more than ``simple_margin``. ``trials``: as judged on ``splits``, the dummy among them."""
    question, target, weights = bench.question, bench.data.target[bench.rows(splits)], bench.weights(splits)
    chosen = select(config, question, trials, target, bench.seed, weights, deadline)
    compared = bought(bench, splits, trials, chosen.out_of_fold())
    if compared is not None and question.explainability == "preferred" and compared.little(simple_margin):
        chosen = simple_enough(compared, simple_margin)
    return chosen, compared


def select(
    config: Tuning, question: Question, trials: Sequence[Trial], target: NDArray[np.generic], seed: int,
    weights: Weights | None = None, deadline: Deadline = _NEVER,
) -> Selection:  # fmt: skip
    """The ensemble, or the single model, that does best out-of-fold; the dummy where nothing is better than that.

    ``target``: right answers of the judged rows, ``weights``: theirs; weighing ends by the deadline."""
    ranked = by_score(question, trials)
    written = [trial for trial in ranked if not is_own(trial)]
    of_user = [trial for trial in ranked if is_own(trial)]
    if not [trial for trial in written if trial.candidate != "dummy"]:
        return _alone(ranked[0])
    together = _ensemble(config, question, _library(written), target, seed, weights, deadline)
    reached = score(question, target, together.out_of_fold(), weights=weights)
    if of_user and gain(question, of_user[0].score) > gain(question, reached):
        together = _alone(of_user[0], "your own class does better alone than all others together")
        reached = of_user[0].score
    dummy = next((trial for trial in written if trial.candidate == "dummy"), None)
    if dummy is not None and gain(question, dummy.score) > gain(question, reached):
        return _alone(dummy, "nothing that was tried does better than an answer that looks at no column")
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
    weights: Weights | None, deadline: Deadline,
) -> Selection:  # fmt: skip
    if not config.ensemble or len(library) == 1:
        return _alone(library[0])
    rows = sample(np.arange(len(target)), _ROWS, seed)
    predictions = [trial.predictions[rows] for trial in library]
    counted = of_rows(weights, rows)
    shares = greedy_weights(
        predictions, lambda scores: gain(question, score(question, target[rows], scores, weights=counted)),
        config.rounds, config.members, deadline.passed,
    )  # fmt: skip
    kept = [(trial, float(share)) for trial, share in zip(library, shares, strict=True) if share > 0]
    kept.sort(key=lambda pair: (-pair[1], pair[0].number))
    return Selection(tuple(trial for trial, _ in kept), tuple(share for _, share in kept))


def simple_enough(found: Bought, margin: float) -> Selection:
    """The linear model alone, since the other buys too little."""
    behind = f"behind by {max(0.0, found.share):.1%} of the way from the dummy to the best"
    surely = f"surely by no more than {found.most:.1%} (allowed: {margin:.1%})"
    return _alone(found.simple, f"explainability is preferred, and the linear model is {behind}, {surely}")
