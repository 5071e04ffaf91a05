"""Sealed rows that lie in another test set, too: a seal is per workflow, but rows are looked at whatever its name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tenfold.core.units import count
from tenfold.workflow.seals import Ledger
from tenfold.workflow.store import Store

_COLUMNS = ["__key", "__content"]


@dataclass(frozen=True)
class Shared:
    """How many rows of a test set were opened under another name as well, and how often."""

    name: str
    rows: int
    openings: int

    def __str__(self) -> str:
        return f"{count(self.rows, 'row')} also opened {count(self.openings, 'time')} as {self.name}"


def shared_with(store: Store, name: str, sealed: Path) -> tuple[Shared, ...]:
    """The opened test sets, other than ``name``, that hold some of the rows sealed in a file."""
    return tuple(_compared(_rows([sealed]), _opened(store, name)))


def shared_by_all(store: Store) -> Mapping[str, tuple[Shared, ...]]:
    """For every test set of a store, the opened ones that share its rows."""
    folders = sorted(store.seals.glob("*")) if store.seals.is_dir() else []
    return {each.name: tuple(_compared(_rows(_files(each)), _opened(store, each.name))) for each in folders}


def _opened(store: Store, name: str) -> Iterator[tuple[Path, int]]:
    """Folders of the others that were opened, which are few, with the number of openings."""
    for folder in sorted(store.seals.glob("*")):
        openings = len(Ledger(folder).openings()) if folder.name != name else 0
        if openings:
            yield folder, openings


def _files(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.glob("*.parquet")) if path.name != "parts.parquet"]


def _rows(files: list[Path]) -> pa.Table:
    """Key and content hash of the rows sealed in some files; no value of theirs is read."""
    empty = pa.table({name: pa.array([], pa.string()) for name in _COLUMNS})
    read = [pq.read_table(path, columns=_COLUMNS).cast(empty.schema) for path in files]
    return pa.concat_tables([empty, *read])


def _compared(mine: pa.Table, others: Iterator[tuple[Path, int]]) -> Iterator[Shared]:
    """Rows are the same by their key; one content in common tells them from another table's rows 1, 2, 3."""
    for folder, openings in others:
        theirs = _rows(_files(folder))
        both = mine.filter(pc.is_in(mine["__key"], value_set=theirs["__key"].combine_chunks()))
        same = pc.any(pc.is_in(both["__content"], value_set=theirs["__content"].combine_chunks())).as_py()
        if same:
            yield Shared(folder.name, len(pc.unique(both["__key"])), openings)
