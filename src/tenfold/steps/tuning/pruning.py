"""A model that answers in time: bags lose folds, then members go, until latency and size are within their limits."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from sklearn.pipeline import Pipeline

from tenfold.learning.bagging import Bagged
from tenfold.learning.refitting import Refit

#: A bag is not cut below this many folds before members are left out: models that differ in kind help more than those
#: of other folds.
_FOLDS = 1


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


def pruned(
    kept: Sequence[tuple[Refit, float]], limits: Limits, gain: Callable[[Sequence[tuple[Refit, float]]], float]
) -> Pruned:
    """Bring members within the limits.

    ``gain``: how good some members are together, out-of-fold; more is better. What was not measured counts as nothing.
    First the dearest bag loses a fold, again and again, as long as it has more than one: each fold's model is as good
    as the other, and out-of-fold scores are those of single ones. Then the member goes that is missed the least; one
    always stays.
    """
    folds = {each.trial.number: each.folds for each, _ in kept}
    members = list(kept)
    while _over(members, limits):
        bags = [place for place, (each, _) in enumerate(members) if each.folds > _FOLDS]
        if bags:
            dearest = max(bags, key=lambda place: _share(members[place][0], limits) / members[place][1])
            each, weight = members[dearest]
            members[dearest] = _without_a_fold(each), weight
        elif len(members) > 1:
            gone = max(range(len(members)), key=lambda place: gain(_without(members, place)))
            members = _without(members, gone)
        else:
            break
    names = {each.trial.name for each, _ in members}
    dropped = tuple(each.trial.name for each, _ in kept if each.trial.name not in names)
    trimmed = [(each.trial.name, each.folds, folds[each.trial.number]) for each, _ in members]
    return Pruned(
        tuple(members), tuple(each for each in trimmed if each[1] < each[2]), dropped,
        max(0.0, gain(kept) - gain(members)) if dropped else 0.0, *_needs(members),
    )  # fmt: skip


def _needs(members: Sequence[tuple[Refit, float]]) -> tuple[float, float]:
    known = [each for each, _ in members if math.isfinite(each.latency_ms)]
    return sum(each.latency_ms for each in known), float(sum(each.bytes for each in known))


def _over(members: Sequence[tuple[Refit, float]], limits: Limits) -> bool:
    latency, size = _needs(members)
    return latency > limits.latency_ms or size > limits.bytes


def _share(each: Refit, limits: Limits) -> float:
    """How much of the scarcer of the limits a member takes."""
    return (
        max(each.latency_ms / limits.latency_ms, each.bytes / limits.bytes) if math.isfinite(each.latency_ms) else 0.0
    )


def _without_a_fold(each: Refit) -> Refit:
    assert each.member is not None  # only members are weighed
    bag: Bagged | Pipeline = each.member.pipeline
    parts = list(bag.pipelines)[:-1]
    left = len(parts) / each.folds
    member = replace(each.member, pipeline=Bagged(parts, bag.labels))
    return replace(
        each, member=member, folds=len(parts), latency_ms=each.latency_ms * left, bytes=int(each.bytes * left)
    )  # fmt: skip


def _without(members: Sequence[tuple[Refit, float]], place: int) -> list[tuple[Refit, float]]:
    return [pair for other, pair in enumerate(members) if other != place]
