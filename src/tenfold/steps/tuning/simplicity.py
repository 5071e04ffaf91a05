"""What the model buys over the linear one, and when that is so little that the simple one is the better choice.

Scores of folds are not independent: their training rows overlap. So the spread of the differences is widened before it
says anything. Where rows were judged by one fold only, the bootstrap of these rows tells the spread.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import t

from tenfold.learning.ensemble import Scores
from tenfold.learning.question import Question
from tenfold.learning.scoring import gain, score
from tenfold.learning.search.bar import luck
from tenfold.learning.trials.bench import Bench
from tenfold.learning.trials.trial import Trial
from tenfold.learning.weights import of_rows

#: How sure it has to be that the simple model is not worse by more than the margin; so many standard errors.
LEVEL, _Z = 0.95, 1.645


@dataclass(frozen=True)
class Bought:
    """What the best model is better by than the linear one. ``gained``: in the metric, above 0 where it is better.

    ``share``: of the way from the dummy to the best; ``most``: its upper limit (95 %, one-sided), infinite where it
    cannot be told.
    """

    simple: Trial
    gained: float
    share: float
    most: float

    def little(self, margin: float) -> bool:
        """Whether the simple model is surely not worse by more than ``margin``, a share of the way."""
        return self.most <= margin


def bought(
    bench: Bench, splits: Sequence[int], trials: Sequence[Trial], together: Scores, name: str = "linear"
) -> Bought | None:
    """Compare the model's out-of-fold scores ``together`` with those of the simple candidate; None where none are."""
    question = bench.question
    simple = _first(question, trials, name)
    dummy = _first(question, trials, "dummy")
    if simple is None or dummy is None:
        return None
    parts = [bench.data.splits[split] for split in splits]
    ends = np.cumsum([len(judged) for _, judged in parts])[:-1]
    reached = [
        score(question, bench.data.target[judged], scores, weights=of_rows(bench.data.weights, judged))
        for (_, judged), scores in zip(parts, np.split(together, ends), strict=True)
    ]
    each = [gain(question, one) - gain(question, simple.fold_scores[place]) for place, one in enumerate(reached)]
    target, weights = bench.data.target[bench.rows(splits)], bench.weights(splits)
    best = gain(question, score(question, target, together, weights=weights))
    gained = best - gain(question, simple.score)
    way = best - gain(question, dummy.score)
    if not math.isfinite(way) or way <= 0:
        return None
    if len(parts) == 1:
        error = _Z * luck(question, target, together, weights, bench.seed, than=simple.out_of_fold)
    else:
        learned, judged = np.mean([len(train) for train, _ in parts]), np.mean([len(valid) for _, valid in parts])
        error = margin_of_error(each, float(judged / learned))
    return Bought(simple, gained, gained / way, (gained + error) / way)


def margin_of_error(differences: Sequence[float], ratio: float) -> float:
    """How much larger the mean difference might really be (95 %, one-sided); infinite for fewer than two.

    ``ratio``: rows judged per row learned from. The variance of the mean is taken as (1/k + ratio) of that of the
    differences, as folds share most of their training rows.

    >>> round(margin_of_error([0.1, 0.2, 0.3], 0.5), 3), margin_of_error([0.1], 0.5)
    (0.267, inf)

    Source: Nadeau & Bengio, "Inference for the generalization error", Machine Learning 52, 2003.
    """
    known = [each for each in differences if math.isfinite(each)]
    if len(known) < 2:
        return math.inf
    error = math.sqrt((1 / len(known) + ratio) * float(np.var(known, ddof=1)))
    return float(t.ppf(LEVEL, len(known) - 1)) * error


def _first(question: Question, trials: Sequence[Trial], name: str) -> Trial | None:
    """The best finished trial of a candidate."""
    done = [trial for trial in trials if trial.candidate == name and trial.out_of_fold is not None]
    return max(done, key=lambda trial: (gain(question, trial.score), -trial.number), default=None)
