"""Wide tables in parts: Parquet files with the same rows in the same order, put side by side or thinned out.

A row group at a time is in memory, and no engine ever holds a row of ten thousand columns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from tenfold.core import files

#: Rows of a row group, and cells of one unless that is fewer than ``_FEW`` rows.
_ROWS, _CELLS, _FEW = 122_880, 10_000_000, 1_024
Change = Callable[[pa.Table, int], pa.Table]


def group_rows(columns: int) -> int:
    """How many rows a row group has.

    >>> group_rows(20), group_rows(10_000)
    (122880, 1024)
    """
    return max(_FEW, min(_ROWS, _CELLS // max(1, columns)))


def stitch(parts: Sequence[Path], target: Path, change: Change = lambda rows, begin: rows) -> int:
    """Write the columns of all parts as one table, durably; returns its rows. Same rows: same bytes.

    Args:
        parts: files with the same number of rows, in the same order.
        change: what becomes of some rows, of which the first is row ``begin`` of the parts; it may leave rows and
            columns out or add some, the same for all.
    """
    size = group_rows(sum(len(pq.read_schema(part).names) for part in parts))
    written, begin = 0, 0
    with files.scratch_folder(target) as scratch:
        path = scratch / target.name
        writer: pq.ParquetWriter | None = None
        for pieces in zip(*(_batches(part, size) for part in parts), strict=True):
            rows = change(_side_by_side(pieces), begin)
            begin += pieces[0].num_rows
            writer = writer or pq.ParquetWriter(path, rows.schema, compression="zstd", store_schema=False)
            if rows.num_rows:
                writer.write_table(rows, row_group_size=size)
            written += rows.num_rows
        assert writer is not None
        writer.close()
        files.sync_file(path)
        path.replace(target)
    files.sync_folder(target.parent)
    return written


def _side_by_side(pieces: Sequence[pa.Table]) -> pa.Table:
    if len(pieces) == 1:
        return pieces[0]
    names = [name for piece in pieces for name in piece.column_names]
    return pa.table([column for piece in pieces for column in piece.columns], names=names)


def _batches(path: Path, size: int) -> Iterator[pa.Table]:
    """A file's rows, ``size`` at a time; one empty table of an empty file."""
    with pq.ParquetFile(path) as file:
        held: list[pa.Table] = []
        rows, empty = 0, True
        for number in range(file.num_row_groups):
            held.append(file.read_row_group(number))
            rows += held[-1].num_rows
            while rows >= size:
                table = pa.concat_tables(held)
                yield table.slice(0, size)
                held, rows, empty = [table.slice(size)], rows - size, False
        if rows or empty:
            yield pa.concat_tables(held) if held else file.schema_arrow.empty_table()


def kept(rows: pa.Table, begin: int, mask: NDArray[Any]) -> pa.Table:
    """The rows of a batch that a mask [N] over the whole table keeps."""
    part = np.asarray(mask[begin : begin + rows.num_rows], dtype=np.bool_)
    return rows if part.all() else rows.filter(pa.array(part))
