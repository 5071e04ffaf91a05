"""The candidates' competition: every candidate on one fold, then on as many more as the time allows.

Folds are run one after the other for all candidates, so that whenever time is up, all of them have been judged on the
same rows.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from tenfold.core.clock import Deadline
from tenfold.learning.scoring import gain
from tenfold.learning.trials.bench import Bench
from tenfold.learning.trials.fitting import Configuration
from tenfold.learning.trials.trial import Trial

#: One candidate's boosting may take this share of the competition's time for one fold.
_SHARE = 0.2
#: Of the time that is left, this much is planned with; the rest is for surprises.
_PLANNED = 0.85


@dataclass(frozen=True)
class Competition:
    """What came of it: a trial per configuration, and the splits that all finished ones were judged on."""

    trials: tuple[Trial, ...]
    splits: tuple[int, ...]
    seconds_per_fold: float | None  # the limit on boosting, None for none


def compete(
    bench: Bench, configurations: Sequence[Configuration], deadline: Deadline, stopping: Callable[[], bool],
    progress: Callable[[Trial], None],
) -> Competition:  # fmt: skip
    """Judge configurations, cheapest first, within the deadline."""
    limit = None if math.isinf(deadline.at) else max(0.3, deadline.left() * _SHARE)
    for number, configuration in enumerate(configurations):
        bench.begin(number, configuration)
        bench.submit(number, 0, limit, deadline, measure=True)
    _drain(bench, deadline, stopping, progress)
    alive = [number for number in range(len(configurations)) if 0 in bench.folds(number)]
    for split in range(1, affordable_folds(bench, alive, deadline)):
        for number in alive:
            bench.submit(number, split, limit, deadline)
    _drain(bench, deadline, stopping, progress)
    splits = common_splits(bench, alive)
    trials = [bench.trial(number, splits) for number in range(len(configurations))]
    return Competition(tuple(_explained(trial) for trial in trials), splits, limit)


def affordable_folds(bench: Bench, alive: Sequence[int], deadline: Deadline) -> int:
    """How many folds fit into the time left, going by what the first one took."""
    total = len(bench.data.splits)
    if math.isinf(deadline.at):
        return total
    each = sum(bench.folds(number)[0].seconds + 0.1 for number in alive) / bench.workers
    return min(total, 1 + int(deadline.left() * _PLANNED / each)) if alive else 1


def common_splits(bench: Bench, alive: Sequence[int]) -> tuple[int, ...]:
    """The splits that the candidate which did best on the first one has finished."""
    if not alive:
        return (0,)
    best = max(alive, key=lambda number: gain(bench.question, bench.trial(number, (0,)).score))
    finished = [split for split in range(len(bench.data.splits)) if split in bench.folds(best)]
    return tuple(finished)


def _drain(
    bench: Bench, deadline: Deadline, stopping: Callable[[], bool], progress: Callable[[Trial], None]
) -> None:  # fmt: skip
    """Wait until all that was submitted has ended; when time is up, or the user stops, end what is still running."""
    while bench.running:
        if deadline.passed() or stopping():
            bench.cancel()
            return
        ended = bench.collect(min(0.2, deadline.left()))
        if ended is not None:
            progress(bench.trial(ended[0], (ended[1],)))


def _explained(trial: Trial) -> Trial:
    if trial.outcome in ("unfinished", "cancelled", "timeout"):
        return replace(trial, outcome="unfinished", reason=f"the time was up ({trial.reason or 'not all folds'})")
    return trial
