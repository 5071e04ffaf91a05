"""The search: configurations are proposed, judged on the same folds as the candidates, and learned from.

Trial n is proposed knowing exactly the trials up to n − (number of workers), told in their order. So the same seed and
the same completed trials propose the same configurations, however fast each of them happened to run.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from tenfold.core.clock import Deadline
from tenfold.learning.recipe import Recipe
from tenfold.learning.scoring import gain
from tenfold.learning.search.journal import Journal
from tenfold.learning.search.studies import Studies
from tenfold.learning.trials.bench import Bench
from tenfold.learning.trials.fitting import Configuration
from tenfold.learning.trials.trial import Trial

#: A trial is pruned that is behind on its first fold by more than this share of the way from the dummy to the best.
_BEHIND = 0.02
#: Boosting in a trial may take this many times as long as its candidate did with default parameters.
_PATIENT = 3.0


@dataclass(frozen=True)
class Limits:
    """When a search ends: at a moment (asked again and again, as it depends on what was found), after so many trials,
    or when the user stops it."""

    deadline: Callable[[Sequence[Trial]], Deadline]
    trials: int | None
    stopping: Callable[[], bool]


@dataclass
class Search:
    """One search. ``known``: the candidates' own trials; new ones are numbered from ``first``."""

    bench: Bench
    studies: Studies
    recipes: Mapping[str, Recipe]  # by candidate
    splits: Sequence[int]
    known: Sequence[Trial]
    limits: Limits
    journal: Journal
    progress: Callable[[Trial], None]
    first: int = 100
    done: dict[int, Trial] = field(default_factory=dict, init=False)
    _asked: int = field(init=False)
    _told: int = field(init=False)
    _bars: dict[int, float] = field(default_factory=dict, init=False)  # what a trial's first fold has to reach
    _queued: dict[int, list[int]] = field(default_factory=dict, init=False)  # folds to come

    def __post_init__(self) -> None:
        self._asked = self._told = self.first

    def run(self) -> list[Trial]:
        """All trials that were completed, in their order."""
        replay = self.journal.read()
        while self._may_ask():
            self._ask(replay)
            while not self._known_enough() and not self._over():
                self._step()
        while self._in_flight and not self._over():
            self._step()
        self.bench.cancel()
        return [self.done[number] for number in sorted(self.done)]

    @property
    def _in_flight(self) -> int:
        return self._asked - self.first - len(self.done)

    @property
    def everything(self) -> list[Trial]:
        return [*self.known, *self.done.values()]

    def _over(self) -> bool:
        return self.limits.stopping() or self.limits.deadline(self.everything).passed()

    def _known_enough(self) -> bool:
        """Whether everything is done that the next proposal may know."""
        return all(number in self.done for number in range(self.first, self._asked - self.bench.workers + 1))

    def _may_ask(self) -> bool:
        if self._over() or (self.limits.trials is not None and self._asked - self.first >= self.limits.trials):
            return False
        return self._known_enough() and self._choose() is not None

    def _choose(self) -> str | None:
        """Whose turn it is; those whose trial does not fit into the time left lose theirs."""
        first = self.studies.turn(self._asked - self.first)
        for name in dict.fromkeys([first, *self.studies.ranked]):
            if not self.studies.exhausted(name) and self._fits(name):
                return name
        return None

    def _fits(self, name: str) -> bool:
        left = self.limits.deadline(self.everything)
        if math.isinf(left.at):
            return True
        return self._typical(name) * (1 + 0.5 * self._in_flight) / self.bench.workers < left.left()

    def _typical(self, name: str) -> float:
        """Seconds that a whole trial of a candidate takes, all folds together."""
        times = sorted(
            trial.seconds for trial in self.everything if trial.candidate == name and trial.outcome == "done"
        )
        return times[len(times) // 2] if times else 0.0

    def _ask(self, replay: Mapping[int, Trial]) -> None:
        number = self._asked
        while self._told <= number - self.bench.workers:
            self.studies.tell(self._told, self.done[self._told])
            self._told += 1
        before = replay.get(number)
        name = before.candidate if before is not None else (self._choose() or self.studies.ranked[0])
        configuration = Configuration(name, self.recipes[name], self.studies.ask(number, name))
        self._asked += 1
        if before is not None and dict(before.parameters) == dict(configuration.parameters):
            self.done[number] = before
            return
        self._bars[number] = self._bar(number)
        self._queued[number] = list(self.splits[1:])
        self.bench.begin(number, configuration)
        self._submit(number, self.splits[0])

    def _bar(self, number: int) -> float:
        """Set from the trials that the proposal knew, so that it does not depend on who was faster."""
        question = self.bench.question
        told = [self.done[each] for each in range(self.first, number - self.bench.workers + 1)]
        scores = [gain(question, t.fold_scores[0]) for t in [*self.known, *told] if t.fold_scores]
        dummies = [gain(question, t.fold_scores[0]) for t in self.known if t.fold_scores and t.candidate == "dummy"]
        dummy = min(dummies, default=min(scores, default=-math.inf))
        best = max(scores, default=-math.inf)
        judged = len(self.bench.data.splits[self.splits[0]][1])
        margin = _BEHIND + 1 / math.sqrt(max(1, judged))  # a score on few rows is mostly luck
        return best - margin * (best - dummy) if math.isfinite(best - dummy) else -math.inf

    def _submit(self, number: int, split: int) -> None:
        deadline = self.limits.deadline(self.everything)
        limit = None
        if not math.isinf(deadline.at):
            usual = self._typical(self.bench.configuration(number).candidate) / max(1, len(self.splits))
            limit = max(0.5, min(_PATIENT * usual, 0.8 * deadline.left()))
        self.bench.submit(number, split, limit, deadline)

    def _step(self) -> None:
        """Wait for one fold; a trial that is behind ends here, one that isn't goes on."""
        ended = self.bench.collect(0.2)
        if ended is None:
            return
        number, split = ended
        if self.bench.failed(number):
            self._queued[number] = []
        elif split == self.splits[0]:
            first = gain(self.bench.question, self.bench.trial(number, (split,)).score)
            if first < self._bars[number] and self._queued[number]:
                self._finish(self.bench.pruned(number, split))
                return
            for other in self._queued[number]:
                self._submit(number, other)
            self._queued[number] = []
        if not self.bench.pending(number) and number not in self.done:
            self._finish(self.bench.trial(number, self.splits))

    def _finish(self, trial: Trial) -> None:
        if trial.outcome in ("cancelled", "unfinished", "timeout") and self._over():
            return  # its time was cut: it says nothing about the configuration
        self.done[trial.number] = trial
        self.journal.write(trial)
        self.progress(trial)
