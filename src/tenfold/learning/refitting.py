"""The final fit: a configuration on every row, or the bag of its folds; and the proof that its graph answers alike.

One process per member.
"""

from __future__ import annotations

import math
import pickle
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from sklearn.pipeline import Pipeline

from tenfold.core.clock import Deadline
from tenfold.learning.bagging import Bagged
from tenfold.learning.candidates import candidate
from tenfold.learning.composition import Member
from tenfold.learning.folds import sample
from tenfold.learning.proof import Proof, prove_member
from tenfold.learning.trials.bench import Bench
from tenfold.learning.trials.dataset import Dataset, opened
from tenfold.learning.trials.fitting import Configuration, Job, fit_fold, fitted, kept, put
from tenfold.learning.trials.pool import Outcome
from tenfold.learning.trials.trial import Trial
from tenfold.schema import Kind

#: Typed rows that a member is proven on (hostile alterations are added to them).
_PROVEN_ON = 200
#: What a proof takes, of the time that the transformation of as many rows took.
_PROOF = 1.5
#: Seconds that a leaf of a tree takes to be written into a graph, loaded and compared.
_LEAF = 1e-5
#: Times that a graph is composed and loaded for its proof: once and a half, for release loads it again.
_COMPOSED = 1.5
#: Seconds that the proofs of all parts together may take when the whole is released.
_AGAIN = 4.0
#: Share of the time left that fits may be planned to take; the rest is for proofs and surprises.
_PLANNED = 0.6
#: What a second thread adds to the speed of the first.
_GAINED = 0.6
#: Share after which boosting ends with the rounds it has, so that there is a model whatever was planned.
_ENDED = 0.75
_CUT = Outcome(-1, "cancelled", error="the time was up")
_COSTS = ".costs"
_UNPROVEN = "there was no time for its own proof"
_NO_TIME = "there was no time to fit it on all rows"
#: Seconds that the weightiest member may be late: what follows can be brief, and anything else would be worse.
LATE = 5.0
#: Rows that the spare is fitted on.
SPARE_ROWS = 10_000


@dataclass(frozen=True)
class Work:
    """One final fit: on how many rows, and with how many threads; boosting ends after ``seconds``.

    With ``bag`` (fold → rounds of boosting) nothing is fitted but the folds that are not there any more; ``raised``:
    what the logarithms of such a fold are raised by.
    """

    rows: int
    seed: int
    seconds: float | None = None
    threads: int = 1
    bag: Mapping[int, int] = field(default_factory=dict)
    raised: float = 0.0


@dataclass(frozen=True)
class Refit:
    """One member fitted for good, or why it was not. ``rows``: how many it was fitted on; ``folds``: how many models
    it is the mean of, each without the rows of one fold (0: one model, fitted on all of these rows).

    ``latency_ms``: of its graph, for one row; NaN where there was no time to measure it. ``bytes``: the graph's size.
    """

    trial: Trial
    member: Member | None
    rows: int = 0
    seconds: float = 0.0
    graph: bool = True  # whether its graph was proven to answer alike
    reason: str = ""
    folds: int = 0
    latency_ms: float = math.nan
    bytes: int = 0

    @property
    def unproven(self) -> bool:
        """Fitted, but not known to answer alike as a graph."""
        return self.member is not None and not self.graph


@dataclass(frozen=True)
class Allowed:
    """Folds that a bag may have; ``composed``: seconds that each takes to be composed into a graph and loaded."""

    folds: int | None = None
    composed: float | None = None

    def of(self, fit: _Fit) -> _Fit:
        """The fit within what is allowed; one fold stays."""
        bag = fit.bag if self.folds is None else fit.bag[: max(1, self.folds)]
        return replace(fit, bag=bag, composed=self.composed if bag else None)


_UNKNOWN = Allowed()
_ALL: Mapping[int, Allowed] = {}


def final(trial: Trial) -> Configuration:
    """The configuration of a trial with what its folds have settled: the mean of the best rounds of boosting, and of
    what logarithms are raised by."""
    model = candidate(trial.candidate)
    rounds = {model.rounds: max(1, round(float(np.mean(trial.rounds))))} if model.rounds and trial.rounds else {}
    raised = {"raised": mean_raised(trial)} if trial.raised else {}
    return Configuration(trial.candidate, trial.recipe, {**trial.parameters, **rounds, **raised})


def mean_raised(trial: Trial) -> float:
    """What the logarithms of its folds were raised by, on average; 0 where none were."""
    return float(np.mean(trial.raised)) if trial.raised else 0.0


def final_seconds(bench: Bench, trial: Trial, splits: Sequence[int]) -> float:
    """What making a member of a trial will take: its bag, or a fit on all rows; the proof included."""
    return _Fit(trial, len(bench.data.target), bag=bench.bag(trial, splits)).seconds(bench)


def expected_seconds(trial: Trial, rows: int, trained_on: int) -> float:
    """What fitting on ``rows`` rows and the proof will take, going by the folds (time grows with the rows)."""
    return _fold_seconds(trial) * rows / max(1, trained_on) + proof_seconds(trial)


def _fold_seconds(trial: Trial) -> float:
    """What a fold took, its transformation included whoever made that."""
    return (trial.seconds + trial.shared) / max(1, len(trial.fold_scores))


def proof_seconds(trial: Trial) -> float:
    """What the proof of one fit will take: a few hundred rows are transformed."""
    return _PROOF * trial.applying * 2 * _PROVEN_ON


def refit(
    bench: Bench, trials: Sequence[Trial], splits: Sequence[int], inputs: Sequence[tuple[str, Kind]] | None,
    deadline: Deadline, spare: Trial | None = None, bags: Mapping[int, Allowed] = _ALL,
) -> list[Refit]:  # fmt: skip
    """Fit and prove each trial's configuration within the deadline; ``trials``: the weightiest first.

    What was kept of the folds (``splits``) is a bag, where :meth:`Bench.bag` says so, of no more folds than ``bags``
    allows the trial of that number; anything else is fitted on all rows. Members that there is no time for are left out
    before any of them learns from fewer rows; the weightiest may be a few seconds late. Where even that one would take
    too long on all rows, it gets the largest sample that fits, and ``spare``, something quick, is fitted on a small one
    first, and may be late as well: it is returned, alone, if nothing else is done in time.
    ``inputs`` are what proofs need; None for what cannot be a graph anyway.
    """
    plans = [
        bags.get(trial.number, _UNKNOWN).of(_Fit(trial, len(bench.data.target), place == 0, bench.bag(trial, splits)))
        for place, trial in enumerate(trials)
    ]
    plans = plans if math.isinf(deadline.at) else provable(plans)
    chosen, rows = affordable(bench, plans, deadline)
    left = {plan.trial.number for plan in chosen}
    dropped = [Refit(trial, None, reason=_NO_TIME) for trial in trials if trial.number not in left]
    wanted = [replace(plan, rows=rows) for plan in chosen]
    if spare is not None and chosen and _share(bench, chosen[:1], deadline) < 1:
        second = _Fit(spare, min(rows, SPARE_ROWS), True)
        wanted[:0] = [] if second == wanted[0] else [second]
    limit = None
    if not math.isinf(deadline.at):  # one after the other on each core
        limit = deadline.left() * _ENDED / max(1, math.ceil(len(chosen) / bench.workers))
    work = Work(rows, bench.seed, limit, _threads(bench, len(chosen)))
    calls = {_submit(bench, fit, work, inputs, deadline): fit for fit in wanted}
    found = _gathered(bench, calls, deadline)
    refits = [found.get(call) or _refit(bench, fit, _CUT) for call, fit in calls.items()]
    members = refits[len(refits) - len(chosen) :]
    return [*(members if any(each.member for each in members) else refits), *dropped]


def provable(plans: Sequence[_Fit]) -> list[_Fit]:
    """The plans with so few folds in their bags, and then so few members, that releasing them can be in time: there,
    one process proves the whole once more."""
    total = sum(plan.proof() * max(1, len(plan.bag)) for plan in plans)
    share = min(1.0, _AGAIN / max(total, 1e-9))
    found: list[_Fit] = []
    spent = 0.0
    for plan in plans:
        bag = plan.bag[: max(1, math.floor(share * len(plan.bag)))]
        needed = plan.proof() * max(1, len(bag))
        if not found or spent + needed <= _AGAIN:
            found.append(replace(plan, bag=bag))
            spent += needed
    return found


@dataclass(frozen=True)
class _Fit:
    """A fit that was asked for. ``first``: of the weightiest member; ``bag``: the folds that it is made of, if any;
    ``composed``: seconds that one of them takes to be composed into a graph and loaded, where that is known."""

    trial: Trial
    rows: int
    first: bool = False
    bag: tuple[int, ...] = ()
    composed: float | None = None

    def path(self, bench: Bench) -> Path:
        return bench.data.folder / f"member-{self.trial.number}-{self.rows}.pickle"

    def rounds(self) -> dict[int, int]:
        """The rounds of boosting of each fold; 0 where they are not known."""
        known = self.trial.rounds if len(self.trial.rounds) >= len(self.bag) else (0,) * len(self.bag)
        return dict(zip(self.bag, known, strict=False))

    def seconds(self, bench: Bench) -> float:
        """What it will take, proof included."""
        trained_on = len(bench.data.splits[0][0])
        if not self.bag:
            return expected_seconds(self.trial, len(bench.data.target), trained_on)
        gone = sum(not bench.is_kept(self.trial, split) for split in self.bag)
        return gone * _fold_seconds(self.trial) + len(self.bag) * self.proof() + self._written(bench)

    def proof(self) -> float:
        """What the proof of one of its folds, or of its only fit, will take."""
        return proof_seconds(self.trial) + _COMPOSED * (self.composed or 0.0)

    def _written(self, bench: Bench) -> float:
        """What writing its leaves into a graph will take, where nobody has looked yet."""
        if self.composed is not None:
            return 0.0
        grown = candidate(self.trial.candidate).leaves(self.trial.parameters, bench.question.outputs)
        return _LEAF * grown * sum(self.trial.rounds)


def _submit(bench: Bench, fit: _Fit, work: Work, inputs: Sequence[tuple[str, Kind]] | None, deadline: Deadline) -> int:
    left = deadline.left() + (LATE if fit.first else 0.0)
    seconds = None if math.isinf(left) else left
    work = replace(work, rows=fit.rows)
    if fit.bag:
        known = Configuration.of(fit.trial)
        work = replace(work, seconds=None, bag=fit.rounds(), raised=mean_raised(fit.trial))
    else:
        known = final(fit.trial)
    arguments = (str(bench.data.folder), known, work, str(fit.path(bench)), inputs)
    return bench.pool.submit(fit_and_prove, arguments, seconds=seconds)


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
    costs = path.with_suffix(_COSTS)
    latency, size = pickle.loads(costs.read_bytes()) if costs.exists() else (math.nan, 0)
    made = Refit(
        trial, Member(trial.name, trial.family, pipeline), fit.rows, seconds, folds=len(fit.bag), latency_ms=latency,
        bytes=size,
    )  # fmt: skip
    if cut:
        return replace(made, reason=_UNPROVEN)
    proof: Proof = outcome.value
    told = "; ".join(proof.problems)
    return replace(made, graph=not told, reason=told, latency_ms=proof.latency_ms, bytes=proof.bytes)


def affordable(bench: Bench, plans: Sequence[_Fit], deadline: Deadline) -> tuple[list[_Fit], int]:
    """The members that can be made of all rows in time; where not even the first can, that one and its rows."""
    chosen = list(plans[:1])
    rows = _rows(bench, chosen, deadline)
    if rows == len(bench.data.target):
        for plan in plans[1:]:
            if _rows(bench, [*chosen, plan], deadline) == rows:
                chosen.append(plan)
    return chosen, rows


def _rows(bench: Bench, plans: Sequence[_Fit], deadline: Deadline) -> int:
    """How many rows every one of these members could be fitted on, all of them done in time."""
    everything, share = len(bench.data.target), _share(bench, plans, deadline)
    return everything if share >= 1 else min(everything, max(1000, int(everything * share)))


def _share(bench: Bench, plans: Sequence[_Fit], deadline: Deadline) -> float:
    """How much of what fitting these members on all rows takes there is time for; 1 and more: all of it."""
    if math.isinf(deadline.at) or not plans:
        return math.inf
    needed = [plan.seconds(bench) for plan in plans]
    allowed = deadline.left() * _PLANNED
    gained = 1 + _GAINED * (_threads(bench, len(plans)) - 1)
    return allowed / max(max(needed) / gained, sum(needed) / bench.workers, 1e-6)


def _threads(bench: Bench, members: int) -> int:
    """Threads for each of so many members, so that no core is idle."""
    return min(bench.threads, max(1, bench.workers // max(1, members)))


def fit_and_prove(
    folder: str, configuration: Configuration, work: Work, path: str, inputs: Sequence[tuple[str, Kind]] | None
) -> Proof:
    """In a trial's process: put the fitted pipeline and its seconds at ``path`` and, as soon as they are known, what
    its graph takes for a row and its bytes beside it; returns the proof of the graph."""
    data, seed = opened(folder), work.seed
    begun = time.perf_counter()
    pipeline = _bagged(data, configuration, work) if work.bag else _fitted(data, configuration, work)
    seconds = time.perf_counter() - begun
    put(Path(path), (pipeline, seconds))
    if inputs is None:
        return Proof((), why="it has no graph: a user's own class")
    shown = data.frame(sample(np.arange(len(data.target)), _PROVEN_ON, seed))
    member = Member(configuration.candidate, configuration.recipe.family, pipeline)
    beside = Path(path).with_suffix(_COSTS)
    return prove_member(member, inputs, shown, seed, lambda *costs: put(beside, costs))


def _fitted(data: Dataset, configuration: Configuration, work: Work) -> Pipeline:
    strata = None if data.question.task == "regression" else data.target
    chosen = sample(np.arange(len(data.target)), work.rows, work.seed, strata)
    return fitted(data, configuration, chosen, work.seed, work.seconds, work.threads)


def _bagged(data: Dataset, configuration: Configuration, work: Work) -> Bagged:
    """What the folds fitted, read again; a fold whose fit is gone is fitted again, for as many rounds as it was."""
    model = candidate(configuration.candidate)
    parts = []
    for split, rounds in work.bag.items():
        part = kept(data, configuration, split, work.seed)
        if part is None:
            grown: dict[str, float] = {model.rounds: rounds} if rounds else {}
            grown |= {"raised": work.raised} if work.raised else {}
            again = replace(configuration, parameters={**configuration.parameters, **grown})
            fit_fold(str(data.folder), again, Job(split, work.seed, blind=bool(rounds), keep=True))
            part = kept(data, again, split, work.seed)
        parts.append(part)
    return Bagged(parts, data.question.classes or None)


def weighed(refits: Sequence[Refit], weights: Sequence[float]) -> tuple[Member, ...]:
    """The members with their shares among those that are left."""
    left = [(each.member, weight) for each, weight in zip(refits, weights, strict=True) if each.member is not None]
    total = sum(weight for _, weight in left)
    return tuple(replace(member, weight=weight / total) for member, weight in left)
