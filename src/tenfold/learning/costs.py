"""What bags will cost as graphs, told by two of their folds before any of it is composed whole or proven."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tenfold.core.clock import Deadline
from tenfold.learning.bagging import Bagged
from tenfold.learning.composition import Member
from tenfold.learning.graph import NotConvertible, compose, latency, session
from tenfold.learning.proof import alone
from tenfold.learning.trials.bench import Bench
from tenfold.learning.trials.dataset import opened
from tenfold.learning.trials.fitting import Configuration, kept
from tenfold.learning.trials.trial import Trial
from tenfold.schema import Kind

#: Folds that are looked at: the second one tells what a fold costs beside what a graph costs anyway.
_FOLDS = 2
#: Rows that are answered.
_ROWS = 50


@dataclass(frozen=True)
class Cost:
    """A bag of n folds takes ``base_ms`` + n · ``fold_ms`` milliseconds for a row, n · ``fold_bytes``, and to be
    composed and loaded n · ``fold_seconds``.

    >>> Cost(0.05, 0.1, 1000, 0.2).latency(3)
    0.35
    """

    base_ms: float
    fold_ms: float
    fold_bytes: int
    fold_seconds: float

    def latency(self, folds: int) -> float:
        return round(self.base_ms + folds * self.fold_ms, 9)


def costs(
    bench: Bench, trials: Sequence[Trial], splits: Sequence[int], inputs: Sequence[tuple[str, Kind]], deadline: Deadline
) -> dict[int, Cost]:
    """The cost of each trial's bag, by its number; of those only that are bags, and could be measured in time."""
    calls = {}
    for trial in trials:
        if bag := bench.bag(trial, splits):
            arguments = (str(bench.data.folder), Configuration.of(trial), bag[:_FOLDS], bench.seed, inputs)
            calls[bench.pool.submit(measure, arguments)] = trial.number
    found: dict[int, Cost] = {}
    waiting = set(calls)
    while waiting and not deadline.passed():
        outcome = bench.pool.next(min(1.0, deadline.left()))
        if outcome is not None and outcome.id in waiting:
            waiting.remove(outcome.id)
            if outcome.value is not None:
                found[calls[outcome.id]] = outcome.value
    if waiting:
        bench.pool.cancel(*waiting)
    return found


def measure(
    folder: str, configuration: Configuration, splits: Sequence[int], seed: int, inputs: Sequence[tuple[str, Kind]]
) -> Cost | None:
    """In a trial's process: compose the first of these folds, then two of them; None where they are not kept."""
    data = opened(folder)
    folds = [kept(data, configuration, split, seed) for split in splits]
    if not folds or any(each is None for each in folds):
        return None
    shown = data.frame(np.unique(np.linspace(0, len(data.target) - 1, _ROWS).astype(int)))
    taken: list[tuple[float, int, float]] = []
    for count in range(1, len(folds) + 1):
        begun = time.perf_counter()
        bag = Bagged(folds[:count], data.question.classes or None)
        try:
            model = compose(alone(Member("bag", configuration.recipe.family, bag)), inputs).SerializeToString()
        except NotConvertible:  # its proof will tell
            return None
        running = session(model)
        seconds = time.perf_counter() - begun
        taken.append((latency(running, shown, inputs), len(model), seconds))
    first, last = taken[0], taken[-1]
    fold_ms = max(last[0] - first[0], 0.1 * first[0]) if len(taken) > 1 else first[0]
    return Cost(max(0.0, first[0] - fold_ms), fold_ms, max(last[1] - first[1], 1), last[2] / len(folds))
