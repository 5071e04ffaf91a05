"""A model that answers in time: bags lose folds, then members go, until latency and size are within their limits."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from sklearn.pipeline import Pipeline

from tenfold.core.clock import Deadline
from tenfold.learning.bagging import Bagged
from tenfold.learning.costs import Cost, costs
from tenfold.learning.refitting import Allowed, Refit
from tenfold.learning.trials.bench import Bench
from tenfold.learning.trials.trial import Trial
from tenfold.schema import Kind

#: A bag is not cut below this many folds before members are left out: models that differ in kind help more than those
#: of other folds.
_FOLDS = 1
#: Share of the time left that looking at what members will cost may take.
_LOOKED_AT = 0.3
_AS_THEY_ARE: Mapping[int, int] = {}


@dataclass(frozen=True)
class Limits:
    """What the graph may take: milliseconds for one row, and bytes."""

    latency_ms: float = math.inf
    bytes: float = math.inf


@dataclass(frozen=True)
class Pruned:
    """The members that are left, each with its weight. ``trimmed``: their names → folds that are left of how many;
    ``dropped``: names; ``lost``: what leaving them out cost, out-of-fold, in the metric (more is worse)."""

    kept: tuple[tuple[Refit, float], ...]
    trimmed: tuple[tuple[str, int, int], ...] = ()
    dropped: tuple[str, ...] = ()
    lost: float = 0.0
    latency_ms: float = 0.0
    bytes: float = 0.0


@dataclass(frozen=True)
class Piece:
    """A member as far as its graph goes: that of trial ``number``, of so many folds (0: no bag).

    It takes ``base_ms`` and ``fold_ms`` for each fold (once where it is no bag) to answer a row, and as many
    ``fold_bytes``.
    """

    number: int
    weight: float
    folds: int
    fold_ms: float
    fold_bytes: float
    base_ms: float = 0.0

    @property
    def latency_ms(self) -> float:
        return self.base_ms + max(1, self.folds) * self.fold_ms

    @property
    def bytes(self) -> float:
        return max(1, self.folds) * self.fold_bytes


def cut(pieces: Sequence[Piece], limits: Limits, gain: Callable[[Sequence[int]], float]) -> list[Piece]:
    """The members, and the folds of each, that are within the limits together.

    ``gain``: how good the members of these trials are together, out-of-fold; more is better. First the dearest bag
    loses a fold, again and again, as long as it has more than one: each fold's model is as good as the other, and
    out-of-fold scores are those of single ones. Then the member goes that is missed the least; one always stays.
    """
    left = list(pieces)
    while _over(left, limits):
        bags = [place for place, each in enumerate(left) if each.folds > _FOLDS]
        if bags:
            dearest = max(bags, key=lambda place: _share(left[place], limits) / left[place].weight)
            left[dearest] = replace(left[dearest], folds=left[dearest].folds - 1)
        elif len(left) > 1:
            del left[max(range(len(left)), key=lambda place: gain([each.number for each in _without(left, place)]))]
        else:
            break
    return left


def pruned(
    kept: Sequence[tuple[Refit, float]], limits: Limits, gain: Callable[[Sequence[int]], float],
    whole: Mapping[int, int] = _AS_THEY_ARE, gone: Sequence[Trial] = (),
) -> Pruned:  # fmt: skip
    """Bring members within the limits (see :func:`cut`). What was not measured counts as nothing.

    ``whole``: the folds that bags had before some were taken away, by the numbers of trials; ``gone``: the members that
    were left out already for their cost.
    """
    left = {each.number: each.folds for each in cut([_piece(*pair) for pair in kept], limits, gain)}
    members = [(_of_folds(each, left[each.trial.number]), weight) for each, weight in kept if each.trial.number in left]
    dropped = [*gone, *(each.trial for each, _ in kept if each.trial.number not in left)]
    folds = {each.trial.number: each.folds for each, _ in kept} | dict(whole)
    trimmed = [(each.trial.name, each.folds, folds[each.trial.number]) for each, _ in members]
    lost = gain([*left, *(trial.number for trial in dropped)]) - gain([*left]) if dropped else 0.0
    return Pruned(
        tuple(members), tuple(each for each in trimmed if each[1] < each[2]), tuple(each.name for each in dropped),
        max(0.0, lost), *_needs([_piece(*pair) for pair in members]),
    )  # fmt: skip


def allowed(
    bench: Bench, trials: Sequence[Trial], splits: Sequence[int], weights: Mapping[int, float],
    inputs: Sequence[tuple[str, Kind]], limits: Limits, gain: Callable[[Sequence[int]], float], deadline: Deadline,
) -> dict[int, Allowed]:  # fmt: skip
    """The members that are worth their cost, and how many folds each may have, before any is composed whole or proven:
    what would be pruned in the end would only take time from the others."""
    known = costs(bench, trials, splits, inputs, deadline.within(_LOOKED_AT))
    pieces = [_foreseen(trial, weights[trial.number], bench.bag(trial, splits), known) for trial in trials]
    return {
        each.number: Allowed(each.folds, known[each.number].fold_seconds if each.number in known else None)
        for each in cut(pieces, limits, gain)
    }


def _foreseen(trial: Trial, weight: float, bag: Sequence[int], known: Mapping[int, Cost]) -> Piece:
    cost = known.get(trial.number)
    if cost is None:  # it is measured when it is proven
        return Piece(trial.number, weight, len(bag), 0.0, 0.0)
    return Piece(trial.number, weight, len(bag), cost.fold_ms, cost.fold_bytes, cost.base_ms)


def _piece(each: Refit, weight: float) -> Piece:
    parts = max(1, each.folds)
    latency = each.latency_ms if math.isfinite(each.latency_ms) else 0.0
    return Piece(each.trial.number, weight, each.folds, latency / parts, each.bytes / parts)


def _needs(pieces: Sequence[Piece]) -> tuple[float, float]:
    return sum(each.latency_ms for each in pieces), sum(each.bytes for each in pieces)


def _over(pieces: Sequence[Piece], limits: Limits) -> bool:
    latency, size = _needs(pieces)
    return latency > limits.latency_ms or size > limits.bytes


def _share(each: Piece, limits: Limits) -> float:
    """How much of the scarcer of the limits a member takes."""
    return max(each.latency_ms / limits.latency_ms, each.bytes / limits.bytes)


def _of_folds(each: Refit, folds: int) -> Refit:
    """The same with only so many folds."""
    if folds == each.folds:
        return each
    assert each.member is not None  # only members are weighed
    bag: Bagged | Pipeline = each.member.pipeline
    left = folds / each.folds
    member = replace(each.member, pipeline=Bagged(list(bag.pipelines)[:folds], bag.labels))
    return replace(each, member=member, folds=folds, latency_ms=each.latency_ms * left, bytes=int(each.bytes * left))


def _without(pieces: Sequence[Piece], place: int) -> list[Piece]:
    return [each for other, each in enumerate(pieces) if other != place]
