"""The final fit: a configuration on every row, and the proof that its graph answers alike; one process per member."""

from __future__ import annotations

import math
import pickle
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from tenfold.core.clock import Deadline
from tenfold.learning.candidates import candidate
from tenfold.learning.composition import Member
from tenfold.learning.folds import sample
from tenfold.learning.proof import prove_member
from tenfold.learning.trials.bench import Bench
from tenfold.learning.trials.dataset import opened
from tenfold.learning.trials.fitting import Configuration, fitted
from tenfold.learning.trials.pool import Outcome
from tenfold.learning.trials.trial import Trial
from tenfold.schema import Kind

#: Typed rows that a member is proven on (hostile alterations are added to them).
_PROVEN_ON = 200
#: What a proof takes, of the time that the transformation of as many rows took.
_PROOF = 1.5
#: Share of the time left that fits may be planned to take; the rest is for proofs and surprises.
_PLANNED = 0.6
#: What a second thread adds to the speed of the first.
_GAINED = 0.6
#: Share after which boosting ends with the rounds it has, so that there is a model whatever was planned.
_ENDED = 0.75
_CUT = Outcome(-1, "cancelled", error="the time was up")
_UNPROVEN = "there was no time for its own proof"
_NO_TIME = "there was no time to fit it on all rows"
#: Seconds that the weightiest member may be late: what follows can be brief, and anything else would be worse.
LATE = 5.0
#: Rows that the spare is fitted on.
SPARE_ROWS = 10_000


@dataclass(frozen=True)
class Work:
    """One final fit: on how many rows, and with how many threads; boosting ends after ``seconds``."""

    rows: int
    seed: int
    seconds: float | None = None
    threads: int = 1


@dataclass(frozen=True)
class Refit:
    """One member fitted for good, or why it was not. ``rows``: how many it was fitted on."""

    trial: Trial
    member: Member | None
    rows: int = 0
    seconds: float = 0.0
    graph: bool = True  # whether its graph was proven to answer alike
    reason: str = ""

    @property
    def unproven(self) -> bool:
        """Fitted, but not known to answer alike as a graph."""
        return self.member is not None and not self.graph


def final(trial: Trial) -> Configuration:
    """The configuration of a trial with its rounds of boosting settled: the mean of the best ones over the folds."""
    model = candidate(trial.candidate)
    rounds = {model.rounds: max(1, round(float(np.mean(trial.rounds))))} if model.rounds and trial.rounds else {}
    return Configuration(trial.candidate, trial.recipe, {**trial.parameters, **rounds})


def expected_seconds(trial: Trial, rows: int, trained_on: int) -> float:
    """What fitting on ``rows`` rows and the proof will take, going by the folds (time grows with the rows).

    A proof transforms a few hundred rows, and as many columns as there are: that counts where the table is wide.
    """
    proof = _PROOF * trial.preparation * min(1.0, 2 * _PROVEN_ON / max(1, trained_on))
    return (trial.seconds + trial.shared) / max(1, len(trial.fold_scores)) * rows / max(1, trained_on) + proof


def refit(
    bench: Bench, trials: Sequence[Trial], inputs: Sequence[tuple[str, Kind]] | None, deadline: Deadline,
    spare: Trial | None = None,
) -> list[Refit]:  # fmt: skip
    """Fit and prove each trial's configuration within the deadline; ``trials``: the weightiest first.

    Members that there is no time for are left out before any of them learns from fewer rows; the weightiest may be a
    few seconds late. Where even that one would take too long on all rows, it gets the largest sample that fits, and
    ``spare``, something quick, is fitted on a small one first, and may be late as well: it is returned, alone, if
    nothing else is done in time.
    ``inputs`` are what proofs need; None for what cannot be a graph anyway.
    """
    chosen, rows = affordable(bench, trials, deadline)
    dropped = [Refit(trial, None, reason=_NO_TIME) for trial in trials if trial.number not in _numbers(chosen)]
    wanted = [_Fit(trial, rows, place == 0) for place, trial in enumerate(chosen)]
    if spare is not None and chosen and _share(bench, chosen[:1], deadline) < 1:
        second = _Fit(spare, min(rows, SPARE_ROWS), True)
        wanted[:0] = [] if second == wanted[0] else [second]
    limit = None
    if not math.isinf(deadline.at):  # one after the other on each core
        limit = deadline.left() * _ENDED / max(1, math.ceil(len(chosen) / bench.workers))
    work = Work(rows, bench.seed, limit, _threads(bench, len(chosen)))
    calls = {_submit(bench, fit, replace(work, rows=fit.rows), inputs, deadline): fit for fit in wanted}
    found = _gathered(bench, calls, deadline)
    refits = [found.get(call) or _refit(bench, fit, _CUT) for call, fit in calls.items()]
    members = refits[len(refits) - len(chosen) :]
    return [*(members if any(each.member for each in members) else refits), *dropped]


@dataclass(frozen=True)
class _Fit:
    """A fit that was asked for. ``first``: of the weightiest member."""

    trial: Trial
    rows: int
    first: bool = False

    def path(self, bench: Bench) -> Path:
        return bench.data.folder / f"member-{self.trial.number}-{self.rows}.pickle"


def _submit(bench: Bench, fit: _Fit, work: Work, inputs: Sequence[tuple[str, Kind]] | None, deadline: Deadline) -> int:
    arguments = (str(bench.data.folder), final(fit.trial), work, str(fit.path(bench)), inputs)
    left = deadline.left() + (LATE if fit.first else 0.0)
    return bench.pool.submit(fit_and_prove, arguments, seconds=None if math.isinf(left) else left)


def _gathered(bench: Bench, calls: Mapping[int, _Fit], deadline: Deadline) -> dict[int, Refit]:
    """What is done by the deadline; the weightiest member is waited for a little longer."""
    found: dict[int, Refit] = {}
    late = deadline.minus(-LATE)
    while waiting := calls.keys() - found.keys():
        others = {call for call in waiting if not calls[call].first}
        if late.passed() or (deadline.passed() and others == waiting):
            break
        if deadline.passed() and others:
            bench.pool.cancel(*others)
        outcome = bench.pool.next(min(1.0, (late if deadline.passed() else deadline).left()))
        if outcome is not None and outcome.id in calls:
            fit = calls[outcome.id]
            found[outcome.id] = _refit(bench, fit, outcome)
    bench.pool.cancel()
    return found


def _refit(bench: Bench, fit: _Fit, outcome: Outcome) -> Refit:
    """What became of a fit. One that was cut short in its proof is a member all the same: release proves the whole."""
    path, trial = fit.path(bench), fit.trial
    cut = outcome.status in ("timeout", "cancelled") and path.exists()
    if outcome.value is None and not cut:
        return Refit(trial, None, reason=outcome.error)
    pipeline, seconds = pickle.loads(path.read_bytes())
    problems: tuple[str, ...] = outcome.value or ()
    member = Member(trial.name, trial.family, pipeline)
    return Refit(trial, member, fit.rows, seconds, not problems, _UNPROVEN if cut else "; ".join(problems))


def _numbers(trials: Sequence[Trial]) -> set[int]:
    return {trial.number for trial in trials}


def affordable(bench: Bench, trials: Sequence[Trial], deadline: Deadline) -> tuple[list[Trial], int]:
    """The members that can be fitted on all rows in time; where not even the first can, that one and its rows."""
    chosen = list(trials[:1])
    rows = _rows(bench, chosen, deadline)
    if rows == len(bench.data.target):
        for trial in trials[1:]:
            if _rows(bench, [*chosen, trial], deadline) == rows:
                chosen.append(trial)
    return chosen, rows


def _rows(bench: Bench, trials: Sequence[Trial], deadline: Deadline) -> int:
    """How many rows every one of these members could be fitted on, all of them done in time."""
    everything, share = len(bench.data.target), _share(bench, trials, deadline)
    return everything if share >= 1 else min(everything, max(1000, int(everything * share)))


def _share(bench: Bench, trials: Sequence[Trial], deadline: Deadline) -> float:
    """How much of what fitting these members on all rows takes there is time for; 1 and more: all of it."""
    if math.isinf(deadline.at) or not trials:
        return math.inf
    needed = [expected_seconds(trial, len(bench.data.target), len(bench.data.splits[0][0])) for trial in trials]
    allowed = deadline.left() * _PLANNED
    gained = 1 + _GAINED * (_threads(bench, len(trials)) - 1)
    return allowed / max(max(needed) / gained, sum(needed) / bench.workers, 1e-6)


def _threads(bench: Bench, members: int) -> int:
    """Threads for each of so many members, so that no core is idle."""
    return max(1, bench.workers // max(1, members))


def fit_and_prove(
    folder: str, configuration: Configuration, work: Work, path: str, inputs: Sequence[tuple[str, Kind]] | None
) -> tuple[str, ...]:
    """In a trial's process: put the fitted pipeline, and its seconds, at ``path``; returns what its graph lacks."""
    data, seed = opened(folder), work.seed
    strata = None if data.question.task == "regression" else data.target
    chosen = sample(np.arange(len(data.target)), work.rows, seed, strata)
    begun = time.perf_counter()
    pipeline = fitted(data, configuration, chosen, seed, work.seconds, work.threads)
    seconds = time.perf_counter() - begun
    whole = Path(f"{path}.part")
    whole.write_bytes(pickle.dumps((pipeline, seconds)))
    whole.replace(path)
    if inputs is None:
        return ("it has no graph: a user's own class",)
    shown = data.frame(sample(np.arange(len(data.target)), _PROVEN_ON, seed))
    return prove_member(
        Member(configuration.candidate, configuration.recipe.family, pipeline), inputs, shown, seed
    ).problems


def weighed(refits: Sequence[Refit], weights: Sequence[float]) -> tuple[Member, ...]:
    """The members with their shares among those that are left."""
    left = [(each.member, weight) for each, weight in zip(refits, weights, strict=True) if each.member is not None]
    total = sum(weight for _, weight in left)
    return tuple(replace(member, weight=weight / total) for member, weight in left)
