"""The planner: what is tried next, on how many folds, and when it is enough.

Each candidate has a queue: the configurations of its portfolio, then proposals learned from this run's own scores. The
next one is of the candidate that promises most per second (:mod:`outlook`). A trial that is far behind on its first
fold ends there. Whatever ran, and whatever was skipped, stands in the plan with the reason.

Trial n is proposed knowing exactly the trials up to n − (number of workers), told in their order, and without a
deadline seconds count for nothing. So the same seed and the same completed trials propose the same configurations,
however fast each of them happened to run.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from tenfold.core.clock import Deadline
from tenfold.core.units import human_seconds
from tenfold.learning.recipe import Recipe
from tenfold.learning.scoring import gain
from tenfold.learning.search.bar import FAR_BEHIND, Bar, bar, luck
from tenfold.learning.search.journal import Journal
from tenfold.learning.search.outlook import Outlook
from tenfold.learning.search.pace import Pace
from tenfold.learning.search.plan import Entry, entry, skipped
from tenfold.learning.search.studies import Studies
from tenfold.learning.search.variants import USUAL, said, varied
from tenfold.learning.trials.bench import Bench
from tenfold.learning.trials.fitting import Configuration
from tenfold.learning.trials.trial import Trial

#: Boosting in a trial may take this many times as long as it is expected to.
_PATIENT = 3.0
#: Trials whose fits are kept, the best ones; more than may be weighed.
_ROOM = 40


@dataclass(frozen=True)
class Limits:
    """When a search ends: at a moment (asked again and again, as it depends on what was found), after so many trials,
    or when the user stops it. ``thorough``: it goes on where trials have stopped adding anything."""

    deadline: Callable[[Sequence[Trial]], Deadline]
    trials: int | None
    stopping: Callable[[], bool]
    thorough: bool = False


@dataclass(frozen=True)
class _Promise:
    """What was expected of a trial when it was asked for."""

    gain: float
    seconds: float
    why: str


@dataclass
class Planner:
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
    pace: Pace = field(default_factory=Pace)  # of boosting, and the seconds that a fold may take
    seconds_per_fold: float | None = None
    done: dict[int, Trial] = field(default_factory=dict, init=False)
    outlook: Outlook = field(init=False)
    _asked: int = field(init=False)
    _told: int = field(init=False)
    _promises: dict[int, _Promise] = field(default_factory=dict, init=False)
    _added: dict[int, float] = field(default_factory=dict, init=False)
    _too_long: dict[str, Entry] = field(default_factory=dict, init=False)  # candidates whose next trial did not fit
    _bars: dict[int, Bar | None] = field(default_factory=dict, init=False)  # what a trial's first fold has to reach
    _lucks: dict[int, float] = field(default_factory=dict, init=False)  # of scores on the first fold, by trial
    _queued: dict[int, list[int]] = field(default_factory=dict, init=False)  # folds to come
    _forgotten: set[int] = field(default_factory=set, init=False)  # trials whose fits were removed

    def __post_init__(self) -> None:
        self._asked = self._told = self.first
        target = self.bench.data.target[self.bench.rows(self.splits)]
        weights = self.bench.weights(self.splits)
        self.outlook = Outlook(self.bench.question, target, self.bench.seed, weights)
        self.outlook.begin(self.known)

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

    def plan(self) -> list[Entry]:
        """A line for each trial, then one for each candidate that might have been tried further."""
        lines = []
        for number in sorted(self.done):
            promise = self._promises[number]
            expected = promise.seconds or None
            known = {"gain": promise.gain, "expected": expected, "added": self._added.get(number)}
            lines.append(entry(self.done[number], self.studies.source(number), promise.why, **known))
        return [*lines, *self._left()]

    def _left(self) -> list[Entry]:
        """Why nothing more was tried, candidate by candidate."""
        found = []
        for name in self.studies.ranked:
            if self.studies.exhausted(name):
                found.append(skipped(name, "search", "its space has been searched"))
            elif name in self._too_long:
                found.append(self._too_long[name])
            else:
                known = {"gain": self._gain(name), "expected": self.outlook.seconds(name) or None}
                found.append(skipped(name, self.studies.coming(name), self._why_over(), **known))
        return found

    def _why_over(self) -> str:
        if self.limits.stopping():
            return "the user stopped the search"
        if self.limits.trials is not None and self._asked - self.first >= self.limits.trials:
            return "all trials that were allowed have been made"
        if self._dry():
            return "the last trials added next to nothing"
        return "the time was up"

    @property
    def _in_flight(self) -> int:
        return self._asked - self.first - len(self.done)

    @property
    def everything(self) -> list[Trial]:
        return [*self.known, *self.done.values()]

    def _over(self) -> bool:
        return self.limits.stopping() or self.limits.deadline(self.everything).passed()

    def _dry(self) -> bool:
        return not self.limits.thorough and self.outlook.dry

    def _known_enough(self) -> bool:
        """Whether everything is done that the next proposal may know."""
        return all(number in self.done for number in range(self.first, self._asked - self.bench.workers + 1))

    def _may_ask(self) -> bool:
        if self._over() or (self.limits.trials is not None and self._asked - self.first >= self.limits.trials):
            return False
        if not self._known_enough():
            return False
        self._tell()
        return not self._dry() and self._choose() is not None

    def _tell(self) -> None:
        """What the next proposal may know, in order."""
        while self._told <= self._asked - self.bench.workers:
            trial = self.done[self._told]
            self.studies.tell(self._told, trial)
            self._added[self._told] = self.outlook.told(trial)
            self._told += 1

    def _choose(self) -> str | None:
        """The candidate that promises most per second; one whose trial does not fit into the time is passed over."""
        left = self.limits.deadline(self.everything)
        timed = not math.isinf(left.at)
        best: tuple[float, str] | None = None
        for name in self.studies.ranked:
            if self.studies.exhausted(name):
                continue
            seconds = self.outlook.seconds(name)
            if timed and seconds * (1 + 0.5 * self._in_flight) / self.bench.workers >= left.left():
                self._too_long[name] = self._passed_over(name, seconds, left.left())
                continue
            self._too_long.pop(name, None)
            worth = self._gain(name) / (max(0.05, seconds) if timed else 1.0)
            if best is None or worth > best[0]:  # of equals the one that did better so far
                best = worth, name
        return None if best is None else best[1]

    def _gain(self, name: str) -> float:
        return self.outlook.gain(name, self.studies.worth(name))

    def _passed_over(self, name: str, seconds: float, left: float) -> Entry:
        needed = human_seconds(seconds / self.bench.workers)
        why = f"it would take about {needed}, {human_seconds(max(0.0, left))} are left"
        return skipped(name, self.studies.coming(name), why, gain=self._gain(name), expected=seconds)

    def _ask(self, replay: Mapping[int, Trial]) -> None:
        number = self._asked
        before = replay.get(number)
        name = before.candidate if before is not None else (self._choose() or self.studies.ranked[0])
        promised = self._gain(name)
        proposed, look = self._proposed(number, name)
        configuration = self.pace.within(proposed, self.seconds_per_fold)
        self._promises[number] = _Promise(
            promised, self.outlook.seconds(name, configuration.parameters), self._why(number, name, look)
        )
        self._asked += 1
        if before is not None and Configuration.of(before).identity == configuration.identity:
            self.done[number] = before
            return
        self._bars[number] = self._bar(number)
        self._queued[number] = list(self.splits[1:])
        self.bench.begin(number, configuration)
        self._submit(number, self.splits[0])

    def _proposed(self, number: int, name: str) -> tuple[Configuration, Mapping[str, str]]:
        """The candidate's next configuration, and how it looks at columns."""
        parameters = dict(self.studies.ask(number, name))
        look = {each: parameters.pop(each) for each in USUAL if each in parameters}
        recipe = varied(self.recipes[name], look, of_values=self.bench.question.task == "regression")
        return Configuration(name, recipe, parameters), look

    def _why(self, number: int, name: str, look: Mapping[str, str]) -> str:
        named = (
            "next in its portfolio" if self.studies.source(number) == "portfolio" else "proposed from what was learned"
        )
        named += said(look)
        others = [each for each in self.studies.ranked if each != name and not self.studies.exhausted(each)]
        return f"{named}; it promised most per second" if others else named

    def _bar(self, number: int) -> Bar | None:
        """Set from the trials that the proposal knew, so that it does not depend on who was faster."""
        question, first = self.bench.question, self.splits[:1]
        told = [self.done[each] for each in range(self.first, number - self.bench.workers + 1)]
        gains = {t.number: gain(question, t.fold_scores[0]) for t in [*self.known, *told] if t.fold_scores}
        dummies = [gains[t.number] for t in self.known if t.fold_scores and t.candidate == "dummy"]
        judged = [t for t in [*self.known, *told] if t.out_of_fold is not None]
        best = max(judged, key=lambda t: gains[t.number], default=None)
        if best is None or best.out_of_fold is None:
            return None
        rows, weights, dummy = self.bench.rows(first), self.bench.weights(first), min(dummies or gains.values())
        target, scores = self.bench.data.target[rows], best.out_of_fold[: len(rows)]
        if best.number not in self._lucks:
            self._lucks[best.number] = luck(question, target, scores, weights, self.bench.seed)
        least = bar(gains.values(), dummy, self._lucks[best.number])
        return Bar(question, target, scores, weights, least, gains[best.number] - dummy)

    def _given_up(self, number: int, split: int) -> str:
        """Why a trial is not tried on more folds after its first one; empty if it is."""
        first, scores = self._bars[number], self.bench.results(number)[split].scores
        for other in self.known:  # no pair of columns was found, for one
            if other.out_of_fold is not None and np.array_equal(other.out_of_fold[: len(scores)], scores):
                return f"it answers as {other.name} does"
        reached = gain(self.bench.question, self.bench.trial(number, (split,)).score)
        return "" if first is None or first.lets_pass(reached, scores) else FAR_BEHIND

    def _submit(self, number: int, split: int) -> None:
        deadline = self.limits.deadline(self.everything)
        limit = None
        if not math.isinf(deadline.at):
            usual = self._promises[number].seconds / max(1, len(self.splits))
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
            if self._queued[number] and (why := self._given_up(number, split)):
                self._finish(self.bench.pruned(number, split, why))
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
        self._make_room()

    def _make_room(self) -> None:
        """Fits of trials that hardly get a weight any more are removed: a long search would fill the disk."""
        question = self.bench.question
        judged = [trial for trial in self.everything if trial.out_of_fold is not None]
        ranked = sorted(judged, key=lambda trial: -gain(question, trial.score))
        firsts = {trial.candidate: trial.number for trial in reversed(ranked)}
        for trial in ranked[_ROOM:]:
            if trial.number not in firsts.values() and trial.number not in self._forgotten:
                self.bench.forget(trial)
                self._forgotten.add(trial.number)
