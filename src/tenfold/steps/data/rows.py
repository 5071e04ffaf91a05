"""Rows of Python values (JSON, SQLite, ARFF) as a part: types by value, found in one pass, built in a second."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import pyarrow as pa

from tenfold.core.chapter import Finding
from tenfold.steps.data import notes, typed
from tenfold.steps.data.result import Physical

Rows = Callable[[], Iterator[Sequence[Any]]]

_BATCH = 10_000


def kinds(rows: Iterable[Sequence[Any]], columns: int) -> tuple[list[set[str]], int]:
    """The kinds of values in each column, and how many rows there are."""
    found: list[set[str]] = [set() for _ in range(columns)]
    total = 0
    for row in rows:
        total += 1
        for place, value in enumerate(row):
            found[place].add(typed.kind_of(value))
    return found, total


def physical(found: Sequence[set[str]]) -> tuple[Physical, ...]:
    """One physical type for each column."""
    return tuple(typed.together(each) for each in found)


def batches(rows: Rows, columns: Sequence[tuple[str, Physical]]) -> Iterator[pa.RecordBatch]:
    """The rows in Arrow's batches."""
    names = [name for name, _ in columns]
    stream = rows()
    while chunk := list(islice(stream, _BATCH)):
        values = zip(*chunk, strict=True)
        arrays = [typed.array(column, kind) for column, (_, kind) in zip(values, columns, strict=True)]
        yield pa.RecordBatch.from_arrays(arrays, names)


def noticed(label: str, names: Sequence[str], found: Sequence[set[str]]) -> tuple[Finding, ...]:
    """What was kept as text although it is not text."""
    why = {
        "NESTED": "nested values are written as JSON",
        "BINARY": "binary values are written in hexadecimal",
        "HUGE": "integers beyond 64 bits",
    }
    said = []
    for name, each in zip(names, found, strict=True):
        reason = next((why[kind] for kind in why if kind in each), "")
        if not reason and len(each - {""}) > 1 and typed.together(each) == "VARCHAR":
            reason = f"values of several types ({', '.join(sorted(each - {''})).lower()})"
        said += [notes.kept_as_text(label, name, reason)] if reason else []
    return tuple(said)
