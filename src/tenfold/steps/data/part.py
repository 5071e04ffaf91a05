"""What every reader hands over: one table's worth of rows, still in its file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from tenfold.core.chapter import Finding
from tenfold.steps.data import notes, refusals
from tenfold.steps.data.result import Physical

_MANY = 2_000
#: What pandas calls an index without a name in a Parquet file: set aside, as are Tenfold's own columns.
_INDEX = re.compile(r"__index_level_[0-9]+__")
_ODD = frozenset("[]{},:\"'`\\<>;|")


@dataclass(frozen=True)
class Ragged:
    """A line that was set aside: its line and data row in the file, and its fields."""

    line: int
    row: int
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Part:
    """The rows of one file or query: their columns, and a way to stream them (as often as asked)."""

    columns: tuple[tuple[str, Physical], ...]
    batches: Callable[[], Iterator[pa.RecordBatch]]
    findings: tuple[Finding, ...] = ()
    ragged: tuple[Ragged, ...] = ()
    written: Mapping[str, Any] = field(default_factory=dict)  # delimiter, quote, header, encoding: for provenance


def as_text(names: Sequence[str]) -> tuple[tuple[str, Physical], ...]:
    """Columns that all hold text."""
    return tuple((name, "VARCHAR") for name in names)


def check_names(names: Sequence[str], label: str) -> tuple[tuple[str, ...], tuple[Finding, ...]]:
    """Names for all columns: c1, c2, … for those without; TF-DATA-003 for duplicates, TF-DATA-011 for reserved ones,
    which begin with two underscores.

    >>> check_names(["", "age"], "a.csv")[0]
    ('c1', 'age')
    """
    whole = _named(names)
    places: dict[str, list[tuple[int, str]]] = {}
    for place, name in enumerate(whole, start=1):
        places.setdefault(name.casefold(), []).append((place, name))
    twice = [each for each in places.values() if len(each) > 1]
    if twice:
        raise refusals.duplicate_names(label, twice)
    reserved = [name for name in whole if name.startswith("__") and not _INDEX.fullmatch(name)]
    if reserved:
        raise refusals.reserved_names(label, reserved)
    return whole, _noticed(names, whole, label)


def _named(names: Sequence[str]) -> tuple[str, ...]:
    taken = {name.casefold() for name in names}
    whole = []
    for place, name in enumerate(names, start=1):
        given = name if name.strip() else f"c{place}"
        while given != name and given in taken:
            given += "_"
        whole.append(given)
    return tuple(whole)


def _noticed(names: Sequence[str], whole: Sequence[str], label: str) -> tuple[Finding, ...]:
    found = []
    given = [new for old, new in zip(names, whole, strict=True) if old != new]
    odd = [name for name in whole if not name.isascii() or not name.isprintable() or name != name.strip()
           or _ODD & set(name)]  # fmt: skip
    if given:
        found.append(notes.names_given(label, given))
    if odd:
        found.append(notes.odd_names(label, odd))
    if len(whole) > _MANY:
        found.append(notes.many_columns(label, len(whole)))
    return tuple(found)
