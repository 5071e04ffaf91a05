"""What another trial promises: how much it may gain, and how long it will take.

Gains are those of the ensemble, not of single trials: a model that errs elsewhere helps, one that does a little better
by the same errors hardly does. They are shares of the way from the dummy to the best trial.
"""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tenfold.learning.candidates import candidate
from tenfold.learning.ensemble import Scores, weighted
from tenfold.learning.folds import sample
from tenfold.learning.question import Question
from tenfold.learning.scoring import gain, score
from tenfold.learning.trials.trial import Trial
from tenfold.learning.weights import Weights, of_rows

#: What a first trial of a candidate that is as good as the best is expected to gain, and by how much a candidate has to
#: be behind (shares of the way from the dummy to the best) for that to fall to a third.
_FIRST, _SCALE = 0.01, 0.05
#: So many trials the expectation is worth: what was really gained weighs more and more.
_STRENGTH = 2.0
#: What an earlier trial gained counts less than what the next one did.
_FADING = 0.8
#: Shares that a newcomer may get in the mixture.
_SHARES = (0.1, 0.25, 0.5, 1.0)
#: Rows that gains are measured on.
_ROWS = 10_000
#: A search has run dry when so many trials together gained less than this share.
_DRY, _LITTLE = 24, 5e-4


@dataclass
class Outlook:
    """Learns from trials as they are told, in their order; says what the next of each candidate promises.

    ``target``: the right answers of the judged rows, codes or values, as out-of-fold scores are ordered; ``weights``:
    theirs.
    """

    question: Question
    target: NDArray[Any]
    seed: int = 0
    weights: Weights | None = None
    _rows: NDArray[np.intp] = field(init=False)
    _mixture: Scores | None = field(default=None, init=False)
    _reached: float = field(default=-math.inf, init=False)  # the mixture's gain
    _best: dict[str, float] = field(default_factory=dict, init=False)  # of each candidate's trials
    _rewards: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list), init=False)
    _all: list[float] = field(default_factory=list, init=False)
    _paces: dict[str, list[tuple[float, float]]] = field(default_factory=lambda: defaultdict(list), init=False)

    def __post_init__(self) -> None:
        self._rows = sample(np.arange(len(self.target)), _ROWS, self.seed)

    def begin(self, known: Sequence[Trial]) -> None:
        """Take in the candidates' own trials, the best first; what they gain is no search's merit."""
        for trial in sorted(known, key=lambda each: (-gain(self.question, each.score), each.number)):
            self._take_in(trial)

    def told(self, trial: Trial) -> float:
        """Take in one more trial; returns what it added to the ensemble, as a share of the way (0 for nothing)."""
        added = self._take_in(trial)
        self._rewards[trial.candidate].append(added)
        self._all.append(added)
        return added

    def gain(self, name: str, worth: float = 0.0) -> float:
        """What the next trial of a candidate is expected to add; ``worth``: what it added on other data."""
        behind = max(self._best.values(), default=0.0) - self._best.get(name, -math.inf)
        expected = max(_FIRST, worth) * math.exp(-behind / self._way() / _SCALE) if math.isfinite(behind) else 0.0
        rewards = self._rewards[name]
        faded = sum(each * _FADING**age for age, each in enumerate(reversed(rewards)))
        return (_STRENGTH * expected + faded) / (_STRENGTH + len(rewards))

    def seconds(self, name: str, parameters: Any = None) -> float:
        """What a whole trial takes, all folds together: as others of the candidate did, by the work of its parameters.

        0 where nothing is known of it.
        """
        paces = self._paces[name]
        if not paces:
            return 0.0
        if parameters is None:
            return statistics.median(seconds for seconds, _ in paces)
        return statistics.median(seconds / work for seconds, work in paces) * candidate(name).work(parameters)

    @property
    def dry(self) -> bool:
        """Whether the last trials have added next to nothing."""
        return len(self._all) >= _DRY and sum(self._all[-_DRY:]) < _LITTLE

    def _take_in(self, trial: Trial) -> float:
        if trial.out_of_fold is None:
            return 0.0
        name, value = trial.candidate, gain(self.question, trial.score)
        self._best[name] = max(self._best.get(name, -math.inf), value)
        if trial.outcome == "done" and name != "dummy":
            self._paces[name].append((trial.seconds, candidate(name).work(trial.parameters)))
        scores = trial.out_of_fold[self._rows]
        before = self._reached
        if self._mixture is None:
            self._mixture, self._reached = scores, self._gain(scores)
            return 0.0
        for share in _SHARES:
            mixed = weighted([self._mixture, scores], [1 - share, share])
            if (reached := self._gain(mixed)) > self._reached:
                best, self._reached = mixed, reached
        if self._reached == before:
            return 0.0
        self._mixture = best
        return (self._reached - before) / self._way() if math.isfinite(before) else 0.0

    def _gain(self, scores: Scores) -> float:
        own = of_rows(self.weights, self._rows)
        return gain(self.question, score(self.question, self.target[self._rows], scores, weights=own))

    def _way(self) -> float:
        """From the dummy to the best, in the metric."""
        best = max((value for value in self._best.values() if math.isfinite(value)), default=1.0)
        worst = self._best.get("dummy", min(self._best.values(), default=0.0))
        return best - worst if math.isfinite(best - worst) and best > worst else math.inf
