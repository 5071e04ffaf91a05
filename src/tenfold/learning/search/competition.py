"""The candidates' competition: every candidate on one fold, then on as many more as the time allows.

Where time is limited, one that is far behind on the first fold ends there, but for the linear model. Folds are run one
after the other for all candidates, so that whenever time is up, all of them have been judged on the same rows.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from tenfold.core.clock import Deadline
from tenfold.learning.scoring import gain
from tenfold.learning.search.bar import FAR_BEHIND, Bar, bar, luck
from tenfold.learning.search.baseline import dummy_trial
from tenfold.learning.search.pace import Pace, probe
from tenfold.learning.trials.bench import Bench
from tenfold.learning.trials.fitting import Configuration
from tenfold.learning.trials.trial import Trial

#: One candidate's boosting may take this share of the competition's time for one fold.
_SHARE = 0.2
#: Of the time that is left, this much is planned with; the rest is for surprises.
_PLANNED = 0.85
#: Share of a search's time that may go into judging the candidates on more folds first.
_DEEPER = 0.3
#: Share of the time left that the learning curve may take: it changes no model, and learning from an eighth, a quarter
#: and half of the rows takes about as long as from all of them.
_CURVE = 0.1
#: Rows judged that are enough where time is short.
_JUDGED = 40_000


#: Share of the competition's time that the probes may take.
_PROBED = 0.25
_AT_EASE = Pace()


@dataclass(frozen=True)
class Competition:
    """What came of it: a trial per configuration, and the splits that all finished ones were judged on."""

    trials: tuple[Trial, ...]
    splits: tuple[int, ...]
    seconds_per_fold: float | None  # the limit on boosting, None for none
    pace: Pace = _AT_EASE  # of boosting, so that it fits into that limit


def compete(
    bench: Bench, configurations: Sequence[Configuration], deadline: Deadline, stopping: Callable[[], bool],
    progress: Callable[[Trial], None],
) -> Competition:  # fmt: skip
    """Judge configurations, cheapest first, within the deadline."""
    pace = probe(bench, configurations, deadline.within(_PROBED), stopping)
    limit = fold_limit(deadline)
    numbers = range(1, len(configurations) + 1)  # 0 is the dummy's
    for number, configuration in zip(numbers, configurations, strict=True):
        bench.begin(number, pace.within(configuration, limit))
        bench.submit(number, 0, limit, deadline, measure=True)
    _drain(bench, deadline, stopping, progress)
    begun = [number for number in numbers if 0 in bench.results(number)]
    hurried = bench.folds > 1 and not math.isinf(deadline.at)
    alive = _not_far_behind(bench, begun) if hurried else begun
    for split in range(1, affordable_folds(bench, alive, deadline)):
        for number in alive:
            bench.submit(number, split, limit, deadline)
    _drain(bench, deadline, stopping, progress)
    splits = common_splits(bench, alive)
    behind = set(begun) - set(alive) if len(splits) > 1 else set()
    trials = [
        bench.pruned(number, 0, FAR_BEHIND) if number in behind else bench.trial(number, splits) for number in numbers
    ]
    return Competition(tuple(_explained(trial) for trial in trials), splits, limit, pace)


def fold_limit(deadline: Deadline) -> float | None:
    """Seconds that one candidate's boosting may take for a fold; None for no limit."""
    return None if math.isinf(deadline.at) else max(0.3, deadline.left() * _SHARE)


def _not_far_behind(bench: Bench, numbers: Sequence[int]) -> list[int]:
    """Those whose first fold says that they may get a weight, being good or being different; the linear model stays, as
    the one to be simpler than."""
    question = bench.question
    gains = {number: gain(question, bench.trial(number, (0,)).score) for number in numbers}
    if not gains:
        return []
    target, weights = bench.data.target[bench.rows((0,))], bench.weights((0,))
    best = bench.results(max(gains, key=lambda number: gains[number]))[0].scores
    dummy = gain(question, dummy_trial(bench.data, (0,)).score)
    least = bar(gains.values(), dummy, luck(question, target, best, weights, bench.seed))
    first = Bar(question, target, best, weights, least, max(gains.values()) - dummy)
    return [
        number
        for number in numbers
        if bench.configuration(number).candidate == "linear"
        or first.lets_pass(gains[number], bench.results(number)[0].scores)
    ]


def deepen(
    bench: Bench, before: Competition, deadline: Deadline, stopping: Callable[[], bool],
    progress: Callable[[Trial], None],
) -> Competition:  # fmt: skip
    """Judge the trials of an earlier competition on folds that there was no time for, where there is time now."""
    done = [trial for trial in before.trials if trial.out_of_fold is not None]
    missing = [split for split in range(bench.folds) if split not in before.splits]
    missing = missing[: max(0, enough_folds(bench) - len(before.splits))]
    each = sum(trial.seconds / len(before.splits) + 0.1 for trial in done) / bench.workers
    count = len(missing) if math.isinf(deadline.at) else int(deadline.left() * _DEEPER / max(each, 0.01))
    if not done or not missing or count < 1:
        return before
    for trial in done:
        bench.adopt(trial, before.splits)
    for split in missing[:count]:
        for trial in done:
            bench.submit(trial.number, split, before.seconds_per_fold, deadline)
    _drain(bench, deadline.within(2 * _DEEPER), stopping, progress)
    splits = common_splits(bench, [trial.number for trial in done])
    trials = [_rejudged(bench.trial(trial.number, splits), trial) for trial in done]
    others = [trial for trial in before.trials if trial.out_of_fold is None]
    return replace(before, trials=(*trials, *others), splits=splits)


def _rejudged(now: Trial, before: Trial) -> Trial:
    return replace(
        _explained(now), latency_ms=before.latency_ms, size_bytes=before.size_bytes, train_score=before.train_score
    )  # fmt: skip


def learning_curve(
    bench: Bench, trials: Sequence[Trial], deadline: Deadline, stopping: Callable[[], bool]
) -> list[tuple[int, float]]:
    """Rows and score of LightGBM (else the cheapest candidate) learning from fewer rows; empty without time for it.

    Judged on the first fold, as the full number of rows is.
    """
    done = [trial for trial in trials if trial.out_of_fold is not None and 0 in bench.results(trial.number)]
    if not done:
        return []
    cheapest = min(done, key=lambda trial: trial.seconds)
    chosen = next((trial for trial in done if trial.candidate == "lightgbm"), cheapest)
    deadline = deadline.within(_CURVE)
    if deadline.left() < bench.results(chosen.number)[0].seconds:
        return []
    extra = range(bench.folds, len(bench.data.splits))
    limit = None if math.isinf(deadline.at) else deadline.left()
    for split in extra:
        bench.submit(chosen.number, split, limit, deadline)
    _drain(bench, deadline, stopping, lambda trial: None)
    judged = [split for split in (*extra, 0) if split in bench.results(chosen.number)]
    points = [(len(bench.data.splits[split][0]), bench.trial(chosen.number, (split,)).score) for split in judged]
    return [point for point in points if math.isfinite(point[1])]  # a fold of one class has no ROC AUC


def affordable_folds(bench: Bench, alive: Sequence[int], deadline: Deadline) -> int:
    """How many folds fit into the time left, going by what the first one took."""
    total = bench.folds
    if math.isinf(deadline.at):
        return total
    each = sum(bench.results(number)[0].seconds + 0.1 for number in alive) / bench.workers
    return min(total, enough_folds(bench), 1 + int(deadline.left() * _PLANNED / each)) if alive else 1


def enough_folds(bench: Bench) -> int:
    """Folds after which a score is sure enough: one for large tables (hold-out), all of them for small ones."""
    return max(1, math.ceil(_JUDGED / max(1, len(bench.data.splits[0][1]))))


def common_splits(bench: Bench, alive: Sequence[int]) -> tuple[int, ...]:
    """The splits that all are judged on: of those that the best on the first one has finished, so many that most
    folds of most candidates count (of equals: that more candidates do)."""
    if not alive:
        return (0,)
    best = max(alive, key=lambda number: gain(bench.question, bench.trial(number, (0,)).score))
    finished = [split for split in range(bench.folds) if split in bench.results(best)]

    def judged(count: int) -> int:
        return sum(set(finished[:count]) <= bench.results(number).keys() for number in alive)

    count = max(range(1, len(finished) + 1), key=lambda count: (judged(count) * count, judged(count)))
    return tuple(finished[:count])


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
