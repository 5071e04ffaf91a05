"""Nested cross-validation: what the choice among kinds of models is worth, where rows are too few to seal some.

For every outer fold, the configurations are judged on inner folds of the other rows; there the model is made of them
by the same rule as the released one, fitted on all of them, and only then shown the outer fold. What a configuration is
made of (its parameters, its recipe, the threshold of decisions) was settled on all rows: searching anew in every fold
would take the budget many times over.
"""

from __future__ import annotations

import itertools
import math
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedGroupKFold

from tenfold.core.clock import Deadline
from tenfold.core.result import Context
from tenfold.learning.calibration import temperature
from tenfold.learning.composition import calibrated
from tenfold.learning.ensemble import weighted
from tenfold.learning.folds import Rows, Split, splits
from tenfold.learning.question import Question
from tenfold.learning.refitting import final
from tenfold.learning.search.baseline import DUMMY, dummy_trial
from tenfold.learning.trials.bench import Bench
from tenfold.learning.trials.fitting import Configuration
from tenfold.learning.trials.trial import Trial
from tenfold.learning.weights import relative
from tenfold.metrics.scoring import encode
from tenfold.tables.examples import Examples, Strings

#: Inner folds that configurations are judged on, if the time allows.
_INNER = 3
#: Share of the time left that one repeat may be planned to take.
_PLANNED = 0.6


@dataclass(frozen=True)
class Nested:
    """Scores [judged rows, outputs] for rows that took no part in the choice, one array for each repeat that was done.

    ``rows``: positions of the judged rows, ascending, the same for every repeat.
    """

    repeats: tuple[NDArray[np.float64], ...]
    rows: Rows


@dataclass(frozen=True)
class Rule:
    """How one model is made of judged trials: as the released one was.

    ``weigh``: of trials that were judged on these splits of a bench, the dummy among them, the numbers of those that
    the model is made of, with their weights; ``calibration``: whether probabilities get a temperature.
    """

    weigh: Callable[[Bench, Sequence[int], Sequence[Trial]], Mapping[int, float]]
    calibration: bool = True


@dataclass(frozen=True)
class _Outer:
    """One outer fold: where its own split and its inner ones stand among the bench's."""

    repeat: int
    split: int
    inner: tuple[int, ...]


@dataclass(frozen=True)
class Choice:
    """What is chosen among, and on how many inner folds each is judged."""

    configurations: tuple[Configuration, ...]
    inner: int = _INNER


def affordable(configurations: Mapping[Configuration, float], folds: int, workers: int, deadline: Deadline) -> Choice:
    """What every outer fold can choose among in time: the first, and each other if it still fits.

    ``configurations`` → seconds that one fold of it took, those that matter most first. An outer fold fits each on
    its own rows, and on three quarters of them or so for every inner fold, of which there are fewer when not even the
    first would be done in time; none is chosen when all the time there is would not do for it.

    >>> from tenfold.learning.recipe import Recipe
    >>> quick, slow = (Configuration(name, Recipe("linear")) for name in ("quick", "slow"))
    >>> deadline = Deadline.after(100, clock=lambda: 0.0)
    >>> choice = affordable({quick: 0.1, slow: 20.0}, folds=5, workers=2, deadline=deadline)
    >>> [each.candidate for each in choice.configurations], choice.inner
    (['quick'], 3)
    >>> affordable({slow: 13.0}, folds=5, workers=2, deadline=deadline).inner
    1
    >>> affordable({slow: 60.0}, folds=5, workers=2, deadline=deadline).configurations
    ()
    """
    if math.isinf(deadline.at):
        return Choice(tuple(configurations))
    most = deadline.left() * workers
    left = _PLANNED * most
    needed = {each: folds * seconds for each, seconds in configurations.items()}
    first = next(iter(needed.values()), 0.0)
    inner = next((count for count in range(_INNER, 1, -1) if first * _fits(count) <= left), 1)
    if first * _fits(inner) > most:
        return Choice((), inner)
    chosen: list[Configuration] = []
    for configuration, seconds in needed.items():
        if not chosen or seconds * _fits(inner) <= left:
            chosen.append(configuration)
            left -= seconds * _fits(inner)
    return Choice(tuple(chosen), inner)


def _fits(inner: int) -> float:
    """Time for one configuration in one outer fold, as a multiple of one fit on its rows."""
    return 1 + inner * 3 / 4


def nested_scores(
    examples: Examples, units: Strings, choice: Choice, rule: Rule, question: Question, context: Context,
    repeats: int = 1, seconds: float | None = None,
) -> Nested:  # fmt: skip
    """Scores by repeated nested cross-validation, until ``context.deadline``; a repeat counts when all its folds do.

    ``units`` [N]: rows of equal ones stay together wherever folds are dealt; ``seconds``: the limit on one boosting,
    as the search for the model had it. The first repeat uses the rows' own folds, later ones deal the rows anew;
    time-ordered folds are not repeated.

    Source: Varma & Simon, "Bias in error estimation when using cross-validation for model selection", BMC
    Bioinformatics 7, 2006.
    """
    if not choice.configurations:
        return Nested((), np.empty(0, dtype=np.intp))
    target = encode(examples.target, question.classes) if question.classes else examples.target
    dealer = _Dealer(units, np.zeros(len(target)) if question.task == "regression" else target, context.seed)
    parts: list[Split] = []
    outers: list[_Outer] = []
    for repeat, folds in enumerate(_deals(examples.folds, dealer, repeats)):
        for outer, inner in _nested_splits(folds, choice.inner, dealer, examples.since):
            outers.append(_Outer(repeat, len(parts), tuple(range(len(parts) + 1, len(parts) + 1 + len(inner)))))
            parts += [outer, *inner]
    found: list[tuple[_Outer, NDArray[np.float64]]] = []
    with Bench.open(
        examples.features, target, question, parts, context, weights=relative(examples.weights),
        units=examples.units,
    ) as bench:  # fmt: skip
        answers = _answers(_Trials(bench, context, seconds), outers, choice.configurations, rule)
        for each, answer in zip(outers, answers, strict=False):  # as far as the time went
            found.append((each, answer))
            context.say(f"nested fold {len(found)} of {len(outers)}", done=len(found) / len(outers))
        return _collected(bench, outers, found)


def _collected(bench: Bench, outers: Sequence[_Outer], found: Sequence[tuple[_Outer, NDArray[np.float64]]]) -> Nested:
    """The rows, and their scores by every repeat of which all outer folds were judged."""
    rows: Rows = np.empty(0, dtype=np.intp)
    done: list[NDArray[np.float64]] = []
    for repeat in dict.fromkeys(outer.repeat for outer in outers):
        parts = [(bench.data.splits[outer.split][1], scores) for outer, scores in found if outer.repeat == repeat]
        if len(parts) < sum(outer.repeat == repeat for outer in outers):
            break
        places = np.concatenate([valid for valid, _ in parts])
        order = np.argsort(places)
        rows = places[order]
        done.append(np.concatenate([scores for _, scores in parts])[order])
    return Nested(tuple(done), rows)


@dataclass(frozen=True)
class _Dealer:
    """Deals rows to folds: units stay together, classes (``labels`` [N]) are spread as evenly as that allows."""

    units: Strings
    labels: NDArray[Any]
    seed: int

    def deal(self, count: int, times: int = 0, rows: Rows | slice = slice(None)) -> NDArray[np.intp]:
        """The fold of each row, 0 … ``count`` − 1 at most; other ``times`` deal otherwise."""
        _, units = np.unique(self.units[rows], return_inverse=True)
        if units.max() == 0:  # nothing could be parted
            units = np.arange(len(units))
        labels = self.labels[rows]
        options = {"shuffle": True, "random_state": (self.seed + times) % 2**32}
        count = min(count, int(units.max()) + 1, int(np.unique(labels, return_counts=True)[1].max()))
        folds = np.zeros(len(units), dtype=np.intp)
        if count < 2:
            return folds
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "The least populated class", UserWarning)  # it is dealt all the same
            dealt = StratifiedGroupKFold(count, **options).split(labels, labels, units)
            for fold, (_, valid) in enumerate(dealt):
                folds[valid] = fold
        return folds


def _deals(folds: NDArray[np.int64], dealer: _Dealer, repeats: int) -> Iterator[NDArray[np.integer[Any]]]:
    """The folds of every repeat."""
    yield folds
    if (folds < 0).any():
        return
    for repeat in range(1, repeats):
        yield dealer.deal(int(folds.max()) + 1, repeat)


def _nested_splits(
    folds: NDArray[np.integer[Any]], count: int, dealer: _Dealer, since: NDArray[np.integer[Any]] | None = None
) -> Iterator[tuple[Split, list[Split]]]:
    """Outer splits, each with inner ones made of the other folds, or (there is one other only) dealt anew."""
    time_ordered = bool((folds < 0).any())
    for train, valid in splits(folds, time_ordered, since):
        inside, ready = folds[train], since[train] if since is not None and len(since) else None
        if not time_ordered and len(np.unique(inside)) < 2:
            inside = dealer.deal(_INNER, rows=train)
        inner = [(learned, judged) for learned, judged in splits(inside, time_ordered, ready)[:count] if len(learned)]
        if inner:
            yield (train, valid), [(train[learned], train[judged]) for learned, judged in inner]


@dataclass
class _Trials:
    """Configurations on the bench, each with a number of its own, and which of their folds have ended."""

    bench: Bench
    context: Context
    seconds: float | None
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(DUMMY + 1))
    _ended: set[tuple[int, int]] = field(default_factory=set)

    def submit(self, configuration: Configuration, splits: Sequence[int], *, blind: bool = False) -> int:
        """Queue some folds of a configuration; returns its number."""
        number = next(self._numbers)
        self.bench.begin(number, configuration)
        for split in splits:
            self.bench.submit(number, split, self.seconds, self.context.deadline, blind=blind)
        return number

    def wait(self, numbers: Sequence[int], splits: Sequence[int]) -> bool:
        """Whether these folds ended in time; if not, everything is called off."""
        wanted = set(itertools.product(numbers, splits))
        while not wanted <= self._ended:
            if self.context.deadline.passed() or self.context.stopping():
                self.bench.cancel()
                return False
            ended = self.bench.collect(0.2)
            if ended is not None:
                self._ended.add(ended)
        return True


def _answers(
    trials: _Trials, outers: Sequence[_Outer], configurations: Sequence[Configuration], rule: Rule
) -> Iterator[NDArray[np.float64]]:
    """The answer for one outer fold after the other, as far as the time goes.

    The inner folds of the next one are queued before this one is waited for, so that no process is ever idle.
    """
    queued = ([trials.submit(each, outer.inner) for each in configurations] for outer in outers)
    numbers = next(queued, [])
    for outer in outers:
        following = next(queued, [])
        answer = _judge(trials, outer, numbers, rule)
        if answer is None:
            return
        yield answer
        numbers = following


def _judge(trials: _Trials, outer: _Outer, numbers: Sequence[int], rule: Rule) -> NDArray[np.float64] | None:
    """The answer for one outer fold, of which the inner folds are queued; None when there was no time for it."""
    if not trials.wait(numbers, outer.inner):
        return None
    bench = trials.bench
    judged = [bench.trial(number, outer.inner) for number in numbers]
    done = [dummy_trial(bench.data, outer.inner), *(trial for trial in judged if trial.out_of_fold is not None)]
    if len(done) < 2:
        return None
    weights = rule.weigh(bench, outer.inner, done)
    chosen = [trial for trial in done if trial.number in weights]
    finals = {
        trial.number: trials.submit(final(trial), (outer.split,), blind=True)
        for trial in chosen
        if trial.number != DUMMY
    }
    if not trials.wait(list(finals.values()), (outer.split,)):
        return None
    fitted = {number: bench.results(own).get(outer.split) for number, own in finals.items()}
    answers = {number: result.scores for number, result in fitted.items() if result is not None}
    if DUMMY in weights:
        answers[DUMMY] = dummy_trial(bench.data, (outer.split,)).predictions
    made = [trial for trial in chosen if trial.number in answers]
    return _mixed(bench, outer, made, answers, weights, rule) if made else None


def _mixed(
    bench: Bench, outer: _Outer, made: Sequence[Trial], answers: Mapping[int, NDArray[np.float64]],
    weights: Mapping[int, float], rule: Rule,
) -> NDArray[np.float64]:  # fmt: skip
    """The answers for the outer fold together, with the weights and the temperature that the inner folds give."""
    shares = [weights[trial.number] for trial in made]
    mixed = weighted([answers[trial.number] for trial in made], shares)
    if not rule.calibration:
        return mixed
    inner = weighted([trial.predictions for trial in made], shares)
    target, own = bench.data.target[bench.rows(outer.inner)], bench.weights(outer.inner)
    return calibrated(mixed, temperature(bench.question, target, inner, own))
