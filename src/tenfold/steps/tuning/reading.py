"""What reading a record takes: of the time that a model may take for a row, that much is not the graph's."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from tenfold.schema import Kind, Reader, Schema

#: Records that are read, and how often each.
_RECORDS, _TRIES = 20, 3


def reading_ms(schema: Schema, frame: pd.DataFrame) -> float:
    """The median over some rows of what reading one takes, in milliseconds.

    ``frame`` [N, features]: typed training rows, N ≥ 1. They are read as text, as a CSV file would hand them over:
    typed columns have the length of the raw ones, if not their spelling.

    >>> from tenfold.schema import Column
    >>> schema = Schema((Column("age", "number"), Column("story", "text")))
    >>> 0 < reading_ms(schema, pd.DataFrame({"age": [41.0, 7.0], "story": ["once upon a time", "the end"]})) < 50
    True
    """
    kinds: dict[str, Kind] = {column.name: column.kind for column in schema.features}
    names = [name for name in frame.columns if name in kinds]
    chosen = frame[names].iloc[np.unique(np.linspace(0, len(frame) - 1, _RECORDS).astype(int))]
    rows = chosen.itertuples(index=False, name=None)
    records = [{name: _raw(value, kinds[name]) for name, value in zip(names, row, strict=True)} for row in rows]
    reader = Reader(schema)
    return float(np.median([min(_once(reader, record) for _ in range(_TRIES)) for record in records]))


def _once(reader: Reader, record: Mapping[str, Any]) -> float:
    begun = time.perf_counter()
    reader.read([record])
    return 1000 * (time.perf_counter() - begun)


def _raw(value: Any, kind: Kind) -> str | None:
    if isinstance(value, str):
        return value
    if value is None or not np.isfinite(value):
        return None
    return pd.Timestamp(value, unit="s").isoformat() if kind == "date" else repr(float(value))
