"""Apache Parquet: types kept where the raw table has them, else turned into the nearest and said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
from pyarrow import parquet as pq

from tenfold.steps.data import notes, refusals, typed
from tenfold.steps.data.locate import Located
from tenfold.steps.data.part import Part, check_names
from tenfold.steps.data.result import Physical

_BATCH = 1 << 16


def read(files: Sequence[Located]) -> tuple[Part, ...]:
    """One part per file."""
    return tuple(part(file.path, file.label) for file in files)


def part(path: Path, label: str) -> Part:
    """The rows of one Parquet file, in file order."""
    schema, rows = _schema(path, label)
    if not rows:
        raise refusals.no_rows(label, f"the table has {refusals.counted(len(schema), 'column')} and no rows")
    names, findings = check_names(schema.names, label)
    kinds = [typed.physical_of(each.type) for each in schema]
    columns: tuple[tuple[str, Physical], ...] = tuple(
        (name, physical) for name, (physical, _) in zip(names, kinds, strict=True)
    )
    said = [notes.changed_type(label, name, why) for name, (_, why) in zip(names, kinds, strict=True) if why]
    return Part(columns, lambda: _batches(path, label, columns), (*findings, *said))


def _schema(path: Path, label: str) -> tuple[pa.Schema, int]:
    try:
        with pq.ParquetFile(path) as file:
            return file.schema_arrow, file.metadata.num_rows
    except (pa.ArrowException, OSError) as error:
        raise refusals.broken_file(label, "Parquet", str(error).splitlines()[0][:200]) from error


def _batches(path: Path, label: str, columns: Sequence[tuple[str, Physical]]) -> Iterator[pa.RecordBatch]:
    names = [name for name, _ in columns]
    try:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(_BATCH, use_threads=False):
                arrays = [typed.cast(column, kind) for column, (_, kind) in zip(batch.columns, columns, strict=True)]
                yield pa.RecordBatch.from_arrays(arrays, names)
    except (pa.ArrowException, OSError) as error:
        raise refusals.broken_file(label, "Parquet", str(error).splitlines()[0][:200]) from error
