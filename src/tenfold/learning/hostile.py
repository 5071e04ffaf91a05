"""Hostile records: real ones, altered the way that real traffic is. A model is proven on them before it is released.

Every alteration is deterministic, and only what the reading accepts is kept: what a request would be refused for
needs no answer. Each is tried on all columns at once, and then on one column at a time; on a table that is too wide for
that, on a share of the columns at a time, so that every column is reached all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import Any

import numpy as np

from tenfold.schema import MISSING, Column, Kind, Reader, Schema

Record = dict[str, Any]

#: Records of a group, and cells of one unless that is fewer than ``_FEW`` records.
LARGEST_GROUP, _CELLS, _FEW = 400, 100_000, 20

EXTREMES = (1e30, -1e30, 1e-30, -1e-30, 0, -0.0, 5e-324, 2**53 + 1, -(2**63), 3.4e38, -3.5e38)
UNICODE = (
    "é", "e\u0301", "Ünïcödé", "日本語", "😀", "\U0001f469\u200d\U0001f467", "ß", "İ", "\u202eabc", "a\u00a0b",
    "\ufb01", "\ufeff", "nul\x00byte",
)  # fmt: skip
UNSEEN = ("no such level", "nan", "None", "-1", "true", MISSING, "a" * 300)
BLANK = ("", " ", "\t\n", "\u3000")
TEXTS = ("word", "!", "?!?!", "a " * 4000, "x" * 20_000, "to be or not to be", "<br>&amp;", "\x1f", "0\x1f", "I I I I")
DATES = (
    "0001-01-01", "9999-12-31T23:59:59", "1969-12-31T23:59:59.999999", "1970-01-01", "2000-02-29", "1900-03-01",
    "2024-12-31T23:59:59+14:00", "1582-10-10",
)  # fmt: skip

Alter = Callable[[Column, Any], Sequence[Any]]
_ANY = "any column"


@dataclass(frozen=True)
class Hostile:
    """The records of one group. ``columns``: how many were altered apart from all the others, ``together`` at a time;
    on all columns at once the alteration was tried in any case."""

    records: list[Record]
    columns: int
    together: int


def largest_group(columns: int) -> int:
    """How many records a group has at most: a wide table gets fewer, since each of them is read and answered twice.

    >>> largest_group(20), largest_group(1_000), largest_group(10_000)
    (400, 100, 20)
    """
    return max(_FEW, min(LARGEST_GROUP, _CELLS // max(1, columns)))


def hostile_groups(schema: Schema, records: Sequence[Mapping[str, Any]], seed: int = 0) -> dict[str, Hostile]:
    """Altered records by what was done to them; groups in which nothing is accepted are left out.

    ``records`` are raw, as a caller would send them; ``seed`` picks which record each alteration starts from.

    >>> groups = hostile_groups(Schema((Column("age", "number", optional=True),)), [{"age": 41}])
    >>> {"age": None} in groups["nulls"].records, {"age": "41"} in groups["another type"].records
    (True, True)
    """
    if not records:
        return {}
    reader = Reader(schema)
    accepting = _Accepting(schema.features)
    groups: dict[str, Hostile] = {}
    for number, (name, alter) in enumerate(_GROUPS.items()):
        generator = np.random.default_rng([seed, number])
        group = _Group(schema.features, records, partial(accepting.usable, alter))
        made = list(islice(group.altered(generator), largest_group(len(schema.features))))
        usable = reader.read([record for record, _ in made]).usable
        kept = [each for each, good in zip(made, usable, strict=True) if good]
        if kept:
            apart = [names for _, names in kept if names]
            reached = {each for names in apart for each in names}
            groups[name] = Hostile([record for record, _ in kept], len(reached), max(map(len, apart), default=0))
    return groups


class _Accepting:
    """What the reading does not refuse; asked once for all columns that are read alike."""

    def __init__(self, columns: Sequence[Column]) -> None:
        kinds: dict[Column, int] = {}
        # An unseen level is answered, so levels make no difference.
        alike = (replace(each, name=_ANY, role="feature", levels=None) for each in columns)
        self._kind = {each.name: kinds.setdefault(kind, len(kinds)) for each, kind in zip(columns, alike, strict=True)}
        self._readers = [Reader(Schema((kind,))) for kind in kinds]
        self._known: dict[tuple[int, str], bool] = {}

    def usable(self, alter: Alter, column: Column, value: Any) -> list[Any]:
        """An alteration's values, without those that would waste a record on all the other columns."""
        kind = self._kind[column.name]
        return [each for each in alter(column, value) if self._accepts(kind, each)]

    def _accepts(self, kind: int, value: Any) -> bool:
        asked = kind, repr(value)
        if asked not in self._known:
            self._known[asked] = not self._readers[kind].read([{_ANY: value}]).problems
        return self._known[asked]


@dataclass(frozen=True)
class _Group:
    """One alteration of some records."""

    columns: Sequence[Column]
    records: Sequence[Mapping[str, Any]]
    alter: Alter

    def altered(self, generator: np.random.Generator) -> Iterator[tuple[Record, tuple[str, ...]]]:
        """Records, each with the columns that were altered in it; none where it is all that the alteration knows."""
        base = dict(self.records[int(generator.integers(len(self.records)))])
        choices = {column.name: self.alter(column, base.get(column.name)) for column in self.columns}
        turns = max(map(len, choices.values()), default=0)
        for turn in range(turns):
            yield base | {name: values[turn % len(values)] for name, values in choices.items() if values}, ()
        room = max(1, largest_group(len(self.columns)) - turns)
        ordered = [self.columns[place] for place in generator.permutation(len(self.columns))]
        concerned = [column for column in ordered if choices[column.name]]
        if len(concerned) <= room:
            yield from self._one_by_one(ordered, generator)
            return
        size = -(-len(concerned) // room)
        for turn, begin in enumerate(range(0, len(concerned), size)):
            yield self._share(concerned[begin : begin + size], turn, generator)

    def _one_by_one(
        self, columns: Sequence[Column], generator: np.random.Generator
    ) -> Iterator[tuple[Record, tuple[str, ...]]]:
        for column in columns:
            record = self.records[int(generator.integers(len(self.records)))]
            for value in self.alter(column, record.get(column.name)):
                yield dict(record) | {column.name: value}, (column.name,)

    def _share(
        self, columns: Sequence[Column], turn: int, generator: np.random.Generator
    ) -> tuple[Record, tuple[str, ...]]:
        record = self.records[int(generator.integers(len(self.records)))]
        choices = {column.name: self.alter(column, record.get(column.name)) for column in columns}
        new = {
            name: values[(turn + place) % len(values)] for place, (name, values) in enumerate(choices.items()) if values
        }
        return dict(record) | new, tuple(new)


def _nulls(column: Column, value: Any) -> Sequence[Any]:
    return (None, float("nan")) if column.optional else ()


def _for(values: Sequence[Any], *kinds: Kind) -> Alter:
    return lambda column, value: values if column.kind in kinds else ()


def _spelling(column: Column, value: Any) -> Sequence[Any]:
    """The same value in another type: 7 as "7", "7" as 7 and 7.0, with blanks around."""
    if value is None or value != value:
        return ()
    spelt: list[Any] = [str(value), f"  {value}\t"]
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return spelt
    return [*spelt, number, *([int(number)] if number.is_integer() and abs(number) < 2**53 else [])]


_GROUPS: dict[str, Alter] = {
    "nulls": _nulls,
    "unseen levels": _for(UNSEEN, "category"),
    "accents and signs": _for(UNICODE, "category", "text"),
    "blank text": _for(BLANK, "category", "text", "number", "boolean", "date"),
    "extreme numbers": _for(EXTREMES, "number"),
    "another type": _spelling,
    "odd texts": _for(TEXTS, "text"),
    "odd dates": _for(DATES, "date"),
}
