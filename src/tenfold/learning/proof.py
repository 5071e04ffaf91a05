"""Proof that what is served answers as what was trained, on real and on hostile rows.

The trained pipelines are the reference. Probabilities may differ by 1e-5; predictions by 1e-5 of their size; and no
decision may change that was not on the edge.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tenfold.core.units import finite
from tenfold.learning.composition import Composition, Member
from tenfold.learning.graph import NotConvertible, compose, latency, run_graph, session, typed_feeds
from tenfold.learning.hostile import Hostile, hostile_groups
from tenfold.learning.hostile_frames import altered_frames
from tenfold.schema import Kind, Reader, Schema
from tenfold.tables.examples import frame_of

TOLERANCE = 1e-5

#: So many records of each group are also answered one at a time: a batch must not lean on its neighbours.
ALONE = 5

Scores = NDArray[np.float64]


@dataclass(frozen=True)
class Group:
    """One kind of rows: how many, and the worst that was found among them.

    ``columns``: how many columns were altered apart from all the others, ``together`` at a time (0 where rows are as
    they are, or unknown).
    """

    name: str
    cases: int
    largest_difference: float
    changed_decisions: int
    error: str = ""
    columns: int = 0
    together: int = 0


@dataclass(frozen=True)
class Proof:
    """What was compared and what came of it. ``tolerance`` is absolute for probabilities, relative for regression.

    ``latency_ms``: median of answering one row by the graph, ``bytes``: its size; of members only.
    """

    groups: tuple[Group, ...]
    tolerance: float = TOLERANCE
    why: str = ""  # why nothing could be compared at all
    latency_ms: float = float("nan")
    bytes: int = 0

    @property
    def cases(self) -> int:
        return sum(group.cases for group in self.groups)

    @property
    def largest_difference(self) -> float:
        return max((group.largest_difference for group in self.groups), default=float("inf"))

    @property
    def changed_decisions(self) -> int:
        return sum(group.changed_decisions for group in self.groups)

    @property
    def problems(self) -> tuple[str, ...]:
        """What speaks against it, in words."""
        found = [self.why] if self.why else []
        for group in self.groups:
            if group.error:
                found.append(f"{group.name}: {group.error}")
            elif not group.largest_difference <= self.tolerance:
                found.append(f"{group.name}: answers differ by up to {group.largest_difference:.3g}")
            elif group.changed_decisions:
                found.append(f"{group.name}: {group.changed_decisions} decisions change")
        return tuple(found) if found or self.cases else ("no rows to compare",)

    @property
    def passed(self) -> bool:
        return not self.problems

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready; a difference that is no number is written as null."""
        return {
            "cases": self.cases,
            "largest_difference": finite(self.largest_difference),
            "changed_decisions": self.changed_decisions,
            "passed": self.passed,
            "tolerance": self.tolerance,
            "problems": list(self.problems),
            "groups": [asdict(g) | {"largest_difference": finite(g.largest_difference)} for g in self.groups],
        }


def prove(
    composition: Composition,
    schema: Schema,
    served: Callable[[list[dict[str, Any]]], NDArray[Any]],
    records: Sequence[Mapping[str, Any]],
    seed: int = 0,
) -> Proof:
    """Compare the trained composition with whatever serves it, from raw records to scores.

    ``served`` takes raw records and gives scores [N, classes] or [N, 1]; ``records`` are real raw ones, to which
    hostile alterations are added. Records that the reading refuses are left out.
    """
    reader = Reader(schema)
    usable = reader.read(records).usable
    given = [dict(record) for record, good in zip(records, usable, strict=True) if good]
    groups = {"as given": Hostile(given, 0, 0)} | hostile_groups(schema, given, seed)

    def compare(name: str, group: Hostile) -> Group:
        frame = frame_of(reader.read(group.records).columns, schema.inputs)
        found = _compared(composition, name, frame, lambda: _both(served, group.records))
        return replace(found, columns=group.columns, together=group.together)

    return Proof(tuple(compare(name, group) for name, group in groups.items() if group.records))


def prove_member(
    member: Member, inputs: Sequence[tuple[str, Kind]], frame: pd.DataFrame, seed: int = 0,
    told: Callable[[float, int], None] = lambda milliseconds, size: None,
) -> Proof:  # fmt: skip
    """Compare one member with its graph, on rows of a typed frame and hostile alterations of them.

    Quick enough for every candidate: at most a few hundred rows are looked at. ``told`` hears the milliseconds that the
    graph takes for a row, and its bytes, before anything is compared.
    """
    composition = alone(member)
    try:
        model = compose(composition, inputs).SerializeToString()
    except NotConvertible as refusal:
        return Proof((), why=str(refusal))
    running = session(model)
    taken = latency(running, frame, inputs)
    told(taken, len(model))

    def compare(name: str, rows: pd.DataFrame) -> Group:
        return _compared(composition, name, rows, lambda: run_graph(running, typed_feeds(rows, inputs)))

    groups = tuple(compare(name, rows) for name, rows in altered_frames(frame, inputs, seed).items())
    return Proof(groups, latency_ms=taken, bytes=len(model))


def differences(trained: Scores, served: Scores, relative: bool) -> Scores:
    """How far answers lie apart, element by element; infinite where either is not a number.

    Relative differences are taken of the trained answer's size, or of a thousandth of the median size where that is
    larger, so that an answer near zero needs no more digits than its neighbours.

    >>> differences(np.array([[2.0]]), np.array([[2.5]]), relative=True).tolist()
    [[0.25]]
    """
    if trained.shape != served.shape:
        return np.full((1, 1), np.inf)
    with np.errstate(invalid="ignore", over="ignore"):
        apart = np.where(trained == served, 0.0, np.abs(trained - served))
        if relative and trained.size:
            size = np.maximum(np.abs(trained), np.nanmedian(np.abs(trained)) / 1000)
            apart = np.where(apart == 0, 0.0, apart / np.maximum(size, np.finfo(np.float64).tiny))
    return np.where(np.isnan(apart), np.inf, apart)


def changed(composition: Composition, trained: Scores, served: Scores, tolerance: float) -> int:
    """Decisions that differ although the trained score was not within the tolerance of the edge."""
    if composition.task == "regression" or trained.shape != served.shape:
        return 0
    differ = composition.decisions(trained) != composition.decisions(served)
    return int((differ & (_margins(composition, trained) > 2 * tolerance)).sum())


def _margins(composition: Composition, scores: Scores) -> Scores:
    """How far each row is from another decision."""
    if composition.threshold is not None and composition.positive is not None and len(composition.classes) == 2:
        positive = scores[:, composition.classes.index(composition.positive)]
        return np.abs(positive - composition.threshold)
    ordered = np.sort(scores, axis=1)
    return ordered[:, -1] - ordered[:, -2] if scores.shape[1] > 1 else np.full(len(scores), np.inf)


def _compared(composition: Composition, name: str, rows: pd.DataFrame, answers: Callable[[], NDArray[Any]]) -> Group:
    """One group's figures. Whatever either side raises is an answer that cannot be given."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of overflow, of unseen levels: these rows are meant to provoke
            trained = composition.scores(rows)
        served = np.asarray(answers(), dtype=np.float64)
    except Exception as error:  # a user's estimator may raise anything
        return Group(name, len(rows), float("inf"), 0, f"{type(error).__name__}: {error}".splitlines()[0])
    expected = trained if len(served) == len(rows) else np.concatenate([trained, trained[:ALONE]])
    apart = differences(expected, served, composition.task == "regression")
    return Group(name, len(rows), float(apart.max(initial=0.0)), changed(composition, expected, served, TOLERANCE))


def _both(served: Callable[[list[dict[str, Any]]], NDArray[Any]], rows: list[dict[str, Any]]) -> NDArray[Any]:
    """All at once, and then the first few one at a time."""
    return np.concatenate([served(rows), *(served([row]) for row in rows[:ALONE])])


def alone(member: Member) -> Composition:
    """A member as the whole of a model."""
    member = replace(member, weight=1.0)
    known = getattr(member.pipeline, "classes_", None) if hasattr(member.pipeline, "predict_proba") else None
    if known is None:
        return Composition("regression", (), (member,))
    coded = isinstance(known[0], int | np.integer)
    classes = tuple(str(code) for code in range(int(max(known)) + 1)) if coded else tuple(map(str, known))
    return Composition("binary" if len(classes) == 2 else "multiclass", classes, (member,))
