"""Parts stacked into one Parquet file, with two columns that say where each row came from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import parquet as pq

from tenfold.core import units
from tenfold.steps.data import refusals, typed
from tenfold.steps.data.part import Part
from tenfold.steps.data.result import ROW, SOURCE, TEST, Physical

_GROUP_ROWS = 1 << 17
_GROUP_BYTES = 128 << 20


@dataclass(frozen=True)
class Stacked:
    """One part as it goes into the table."""

    label: str
    part: Part
    test: bool = False


@dataclass(frozen=True)
class Landed:
    """What a table holds: its columns in file order, and the rows of each part."""

    columns: tuple[tuple[str, Physical], ...]
    rows: tuple[int, ...]


def land(stacked: Sequence[Stacked], path: Path, *, origin: bool = True) -> Landed:
    """Write all rows to ``path`` (in a staging folder); the same rows give the same bytes.

    ``origin`` adds ``__source`` and ``__row`` (and ``__test`` when some part is a test). TF-DATA-014 when columns
    differ, TF-DATA-005 when not a single value is left.
    """
    columns = unify(stacked)
    test = origin and any(each.test for each in stacked)
    return Landed(columns, _write(stacked, columns, path, origin, test))


def unify(stacked: Sequence[Stacked]) -> tuple[tuple[str, Physical], ...]:
    """The columns that all parts share, in the order of the first, each of a type that holds all its values."""
    first = stacked[0]
    names = [name for name, _ in first.part.columns]
    for each in stacked[1:]:
        others = [name for name, _ in each.part.columns]
        missing = [name for name in names if name not in set(others)]
        added = [name for name in others if name not in set(names)]
        if missing or added:
            raise refusals.other_columns(each.label, first.label, missing, added)
    kinds = [dict(each.part.columns) for each in stacked]
    return tuple((name, _shared({each[name] for each in kinds})) for name in names)


def _shared(kinds: set[Physical]) -> Physical:
    return next(iter(kinds)) if len(kinds) == 1 else typed.together(kinds)


def _write(
    stacked: Sequence[Stacked], columns: Sequence[tuple[str, Physical]], path: Path, origin: bool, test: bool
) -> tuple[int, ...]:
    fields = [pa.field(name, typed.ARROW[kind]) for name, kind in columns]
    fields += [pa.field(SOURCE, pa.string()), pa.field(ROW, pa.int64())] if origin else []
    fields += [pa.field(TEST, pa.bool_())] if test else []
    schema = pa.schema(fields)
    rows, values = [], 0
    with pq.ParquetWriter(path, schema, compression="zstd", store_schema=False) as writer:
        for each in stacked:
            counted = 0
            for table in _groups(_batches(each, columns, origin, test), schema):
                counted += table.num_rows
                values += sum(table.num_rows - table[name].null_count for name, _ in columns)
                writer.write_table(table, row_group_size=table.num_rows)
            rows.append(counted)
    if not values:
        raise refusals.no_rows(stacked[0].label, f"{units.count(sum(rows), 'row')}, of which all fields are empty")
    return tuple(rows)


def _groups(batches: Iterator[pa.RecordBatch], schema: pa.Schema) -> Iterator[pa.Table]:
    """Batches gathered into row groups: few for a narrow table, bounded in memory for a wide one."""
    held: list[pa.RecordBatch] = []
    for batch in batches:
        held.append(batch)
        if sum(each.num_rows for each in held) >= _GROUP_ROWS or sum(each.nbytes for each in held) >= _GROUP_BYTES:
            yield pa.Table.from_batches(held, schema)
            held = []
    if held:
        yield pa.Table.from_batches(held, schema)


def _batches(
    each: Stacked, columns: Sequence[tuple[str, Physical]], origin: bool, test: bool
) -> Iterator[pa.RecordBatch]:
    gaps = np.array([ragged.row for ragged in each.part.ragged], dtype=np.int64)
    done = 0
    for batch in each.part.batches():
        size = batch.num_rows
        arrays = [typed.cast(batch[name], kind) for name, kind in columns]
        names = [name for name, _ in columns]
        if origin:
            arrays += [pa.repeat(pa.scalar(each.label), size), pa.array(_numbers(done, size, gaps))]
            names += [SOURCE, ROW]
        if test:
            arrays.append(pa.repeat(pa.scalar(each.test), size))
            names.append(TEST)
        done += size
        yield pa.RecordBatch.from_arrays(arrays, names)


def _numbers(done: int, size: int, gaps: np.ndarray) -> np.ndarray:
    """Numbers of data rows as in the file: those of rows set aside are not given again.

    >>> _numbers(0, 4, np.array([2, 5])).tolist()
    [1, 3, 4, 6]
    """
    kept = np.arange(done + 1, done + size + 1, dtype=np.int64)
    return kept + np.searchsorted(gaps - np.arange(len(gaps)), kept, side="right")
