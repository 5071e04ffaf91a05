"""Which training rows are looked at: all, or a seeded sample that depends on their keys and not on their order."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from tenfold.schema import MISSING


def rows_of(train: Path) -> int:
    """The number of rows of a Parquet file, from its footer."""
    return int(pq.read_metadata(train).num_rows)


def sampled(train: Path, most: int, seed: int, folder: Path) -> Path:
    """``train`` itself when it has at most ``most`` rows, else a file in ``folder`` with that many of its rows."""
    if rows_of(train) <= most:
        return train
    keys = pc.sort_indices(pq.read_table(train, columns=["__key"])["__key"]).to_numpy()
    chosen = np.sort(keys[np.random.default_rng(seed).choice(len(keys), most, replace=False)])
    path = folder / "sample.parquet"
    pq.write_table(_take(train, chosen), path)
    return path


def _take(train: Path, positions: NDArray[np.int64]) -> pa.Table:
    """Rows at ascending positions, one batch in memory at a time."""
    parts, start = [], 0
    with pq.ParquetFile(train) as file:
        for batch in file.iter_batches(65_536):
            low, high = np.searchsorted(positions, [start, start + batch.num_rows])
            parts.append(batch.take(pa.array(positions[low:high] - start)))
            start += batch.num_rows
    return pa.Table.from_batches(parts)


def raw_texts(path: Path, names: tuple[str, ...], order: NDArray[np.intp]) -> dict[str, NDArray[np.object_]]:
    """Text columns as they were read, before tokens were made of them; missing ones as :data:`MISSING`."""
    if not names:
        return {}
    table = pq.read_table(path, columns=list(names))
    return {name: np.array(table[name].fill_null(MISSING).to_pylist(), dtype=object)[order] for name in names}
