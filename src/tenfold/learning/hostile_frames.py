"""Hostile rows of a typed frame: what any reading could hand to a model, without knowing the raw records."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tenfold.learning.hostile import EXTREMES, UNICODE, UNSEEN, largest_group
from tenfold.schema import MISSING, Kind
from tenfold.tables.examples import frame_of

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
    """All columns odd at once, and then in turn: each column, or a share of those of a wide table."""
    longest = max((len(ODD[kind]) for _, kind in inputs), default=0)
    turns = min(len(inputs), largest_group(len(inputs)))
    altered = _repeated(rows, longest + turns)
    for place, (name, kind) in enumerate(inputs):
        column, values = altered[name], ODD[kind]
        column[: min(longest, len(column))] = [values[turn % len(values)] for turn in range(longest)][: len(column)]
        column[longest + place % turns :][:1] = values[place // turns % len(values)]
    return frame_of(altered, inputs)


def _missing(rows: pd.DataFrame, inputs: Sequence[tuple[str, Kind]], gaps: Sequence[str]) -> pd.DataFrame:
    """Everything missing that may be, at once and in turn; numbers only where training had gaps."""
    blanks = {"category": MISSING, "text": ""}
    known = set(gaps)
    absent = {n: blanks.get(kind, np.nan) for n, kind in inputs if kind in blanks or n in known}
    turns = min(len(absent), largest_group(len(inputs)))
    altered = _repeated(rows, 1 + turns)
    for place, (name, value) in enumerate(absent.items()):
        altered[name][[0, 1 + place % turns]] = value
    return frame_of(altered, inputs) if absent else rows.iloc[:0]


def _empty(rows: pd.DataFrame, inputs: Sequence[tuple[str, Kind]]) -> pd.DataFrame:
    """A few rows, not one of which has a text: such a batch has no tokens at all."""
    texts = [name for name, kind in inputs if kind == "text"]
    altered = rows.iloc[:3].copy() if texts else rows.iloc[:0].copy()
    for name in texts:
        altered[name] = pd.Series([""] * len(altered), dtype=object)
    return altered


def _repeated(rows: pd.DataFrame, count: int) -> dict[str, NDArray[Any]]:
    """Columns of ``count`` rows, the given ones again and again."""
    places = np.arange(count) % max(1, len(rows)) if len(rows) else np.arange(0)
    return {str(name): rows[name].to_numpy()[places] for name in rows.columns}
