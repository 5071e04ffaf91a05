"""Examples: rows as models are fitted on them. The one place where a typed table becomes a pandas frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from tenfold.schema import MISSING, Kind, Schema
from tenfold.schema.finish import NUMBER_KINDS, finish

Strings = NDArray[np.object_]
#: What step 4 adds where rows have groups: the group's value, or what sets a row without one apart.
GROUP = "__group"
#: What it adds where a gap in time is asked for: the first fold that may learn from a row.
SINCE = "__since"


@dataclass(frozen=True)
class Examples:
    """Rows with their features and target, in the order of their keys.

    ``features`` has exactly the columns of ``schema.inputs``: float64 for number, boolean and date, ``object`` of plain
    ``str`` for category and text. ``target`` [N] is float64, or an object array of labels. ``folds`` [N] is the fold a
    row is in (−1: only ever trained on), 0 where a table has none; ``groups`` [N] are values of the group column (a row
    without one is a group of its own), empty without such a column. ``since`` [N] is the first fold that may learn from
    a row, empty without a gap in time. ``weights`` [N] say how much a row counts, ≥ 0; empty where all count alike.
    """

    features: pd.DataFrame
    target: NDArray[Any]
    keys: Strings
    folds: NDArray[np.int64]
    groups: Strings = field(default_factory=lambda: np.empty(0, dtype=object))
    since: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    weights: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def units(self) -> NDArray[np.int64] | None:
        """Codes [N], the same for rows of one group; None where there are no groups."""
        return np.unique(self.groups, return_inverse=True)[1] if len(self.groups) else None

    def take(self, rows: NDArray[Any] | Sequence[int]) -> Examples:
        """Some of the rows, by position, in the given order."""
        index = np.asarray(rows)
        groups = self.groups[index] if len(self.groups) else self.groups
        features = self.features.iloc[index].reset_index(drop=True)
        since = self.since[index] if len(self.since) else self.since
        weights = self.weights[index] if len(self.weights) else self.weights
        return Examples(features, self.target[index], self.keys[index], self.folds[index], groups, since, weights)


def load(path: Path, schema: Schema, task: str) -> Examples:
    """Read a typed table (``train.parquet`` or sealed rows) and finish it into examples."""
    target = schema.target
    names = [column.name for column in schema.features]
    present = pq.read_schema(path).names
    weight = schema.weight.name if schema.weight else None
    wanted = (GROUP, SINCE, target.name if target else None, weight, "__key", "__fold")
    extra = [name for name in wanted if name in present]
    table = pq.read_table(path, columns=[*names, *(name for name in extra if name not in names)])
    typed = {column.name: _array(table[column.name], column.kind) for column in schema.features}
    rows = table.num_rows
    return Examples(
        frame_of(finish(typed, schema), schema.inputs),
        _target(table, target.name if target else None, task),
        _strings(table["__key"]),
        table["__fold"].to_numpy().astype(np.int64) if "__fold" in present else np.zeros(rows, dtype=np.int64),
        _strings(table[GROUP]) if GROUP in present else np.empty(0, dtype=object),
        table[SINCE].to_numpy().astype(np.int64) if SINCE in present else np.empty(0, dtype=np.int64),
        _array(table[weight], "number") if weight in present else np.empty(0),
    )


def units(path: Path) -> Strings:
    """What stays together when the rows of ``train.parquet`` are divided: their group, else rows of equal content."""
    column = next(name for name in (GROUP, "__content", "__key") if name in pq.read_schema(path).names)
    return _strings(pq.read_table(path, columns=[column])[column])


def beside(path: Path, schema: Schema, names: Sequence[str]) -> dict[str, NDArray[Any]]:
    """Columns of a typed table that no model sees, as far as it has them; rows in the order of :func:`load`.

    Numbers, booleans and dates are float64 with NaN for missing; all others text with :data:`MISSING`.
    """
    stored = pq.read_schema(path)
    table = pq.read_table(path, columns=[name for name in names if name in stored.names])
    return {name: _beside(table[name]) for name in table.column_names if name in schema}


def _beside(column: pa.ChunkedArray) -> NDArray[Any]:
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        return _strings(column.fill_null(MISSING))
    return _array(column, "number")


def joined(first: Examples, second: Examples) -> Examples:
    """Two sets of rows, one below the other."""
    features = pd.concat([first.features, second.features], ignore_index=True)
    rest = {
        each.name: np.concatenate([getattr(first, each.name), getattr(second, each.name)])
        for each in fields(Examples)
        if each.name != "features"
    }
    return Examples(features, **rest)


def frame_of(columns: Mapping[str, NDArray[Any]], inputs: Sequence[tuple[str, Kind]]) -> pd.DataFrame:
    """Finished columns as a frame of the types that pipelines are fitted on, one block in memory of each."""
    sides = [[name for name, kind in inputs if (kind in NUMBER_KINDS) == numeric] for numeric in (True, False)]
    halves = [
        pd.DataFrame(_matrix([columns[name] for name in names], dtype), columns=names, dtype=dtype)
        for names, dtype in zip(sides, (np.float64, object), strict=True)
        if names or not inputs
    ]
    frame = halves[0] if len(halves) == 1 else pd.concat(halves, axis=1)
    return frame[[name for name, _ in inputs]]


def _matrix(columns: Sequence[NDArray[Any]], dtype: Any) -> NDArray[Any]:
    """Columns side by side [N, K]; each lies in one piece."""
    matrix = np.empty((len(columns), len(columns[0]) if columns else 0), dtype=dtype)
    for place, column in enumerate(columns):
        matrix[place] = column
    return matrix.T


def _array(column: pa.ChunkedArray, kind: Kind) -> NDArray[Any]:
    if kind not in NUMBER_KINDS:
        return _strings(column)
    return np.asarray(column.cast(pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64)


def _strings(column: pa.ChunkedArray) -> Strings:
    return np.asarray(column.cast(pa.string()).to_numpy(zero_copy_only=False), dtype=object)


def _target(table: pa.Table, name: str | None, task: str) -> NDArray[Any]:
    if name is None:
        return np.empty(table.num_rows, dtype=object)
    return _array(table[name], "number" if task == "regression" else "category")
