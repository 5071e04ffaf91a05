"""Hostile rows of a typed frame: what any reading could hand to a model, without knowing the raw records."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from tenfold.learning.hostile import EXTREMES, UNICODE, UNSEEN
from tenfold.schema import MISSING, Kind

#: Rows taken from the frame as they are.
ROWS = 200

#: Values that a finished column of each kind may hold (years 1 to 9999 for dates).
ODD: dict[Kind, tuple[Any, ...]] = {
    "number": tuple(float(value) for value in EXTREMES),
    "boolean": (0.0, 1.0),
    "date": (-62135596800.0, 253402300799.0, -0.000001, 0.0, 951782400.0, 1.5, 86399.999999),
    "category": (*UNSEEN, *UNICODE, ""),
    "text": ("", "unseen", "é e\u0301 😀", "a a a a", "word " * 2000 + "end"),
}


def altered_frames(frame: pd.DataFrame, inputs: Sequence[tuple[str, Kind]], seed: int = 0) -> dict[str, pd.DataFrame]:
    """Rows by what was done to them: as they are, with odd values, with missing ones, alone, all texts empty."""
    generator = np.random.default_rng(seed)
    names = [name for name, _ in inputs]
    picked = generator.permutation(len(frame))[:ROWS]
    rows = frame[names].iloc[picked].reset_index(drop=True)
    gaps = [name for name, kind in inputs if kind not in ("category", "text") and frame[name].isna().any()]
    groups = {"as given": rows, "odd values": _odd(rows, inputs), "missing": _missing(rows, inputs, gaps)}
    groups |= {"one row": rows.iloc[:1], "texts empty": _empty(rows, inputs)}
    return {name: group for name, group in groups.items() if len(group)}


def _odd(rows: pd.DataFrame, inputs: Sequence[tuple[str, Kind]]) -> pd.DataFrame:
    """All columns odd at once, and each column in turn."""
    longest = max((len(ODD[kind]) for _, kind in inputs), default=0)
    altered = _repeated(rows, longest + len(inputs))
    for place, (name, kind) in enumerate(inputs):
        values = [ODD[kind][turn % len(ODD[kind])] for turn in range(longest)]
        column = altered[name].to_numpy(copy=True)
        column[: min(longest, len(column))] = values[: len(column)]
        column[longest + place :][:1] = values[:1]
        altered[name] = pd.Series(column, dtype=column.dtype)
    return altered


def _missing(rows: pd.DataFrame, inputs: Sequence[tuple[str, Kind]], gaps: Sequence[str]) -> pd.DataFrame:
    """Everything missing that may be, at once and one column at a time; numbers only where training had gaps."""
    blanks = {"category": MISSING, "text": ""}
    absent = {n: blanks.get(kind, np.nan) for n, kind in inputs if kind in blanks or n in gaps}
    altered = _repeated(rows, 1 + len(absent))
    for place, (name, value) in enumerate(absent.items()):
        column = altered[name].to_numpy(copy=True)
        column[[0, 1 + place]] = value
        altered[name] = pd.Series(column, dtype=column.dtype)
    return altered if absent else altered.iloc[:0]


def _empty(rows: pd.DataFrame, inputs: Sequence[tuple[str, Kind]]) -> pd.DataFrame:
    """A few rows, not one of which has a text: such a batch has no tokens at all."""
    texts = [name for name, kind in inputs if kind == "text"]
    altered = rows.iloc[:3].copy() if texts else rows.iloc[:0].copy()
    for name in texts:
        altered[name] = pd.Series([""] * len(altered), dtype=object)
    return altered


def _repeated(rows: pd.DataFrame, count: int) -> pd.DataFrame:
    return rows.iloc[np.arange(count) % len(rows)].reset_index(drop=True) if len(rows) else rows
