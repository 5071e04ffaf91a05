"""A table that several processes read: put into a folder once, mapped into memory by each."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tenfold.learning.folds import Rows, Split
from tenfold.learning.question import Question
from tenfold.learning.weights import Weights
from tenfold.schema import Kind
from tenfold.tables.examples import frame_of

_WEIGHTS, _UNITS = "weights.npy", "units.npy"


@dataclass(frozen=True)
class Dataset:
    """Typed columns, target and splits. Numbers are float64; text is kept as positions in its distinct values.

    ``target``: class codes (positions in ``question.classes``) or float64 values. ``weights``: of the rows, with the
    mean 1; None where all count alike. ``units``: codes, the same for rows that belong together; None where none do.
    """

    folder: Path
    columns: tuple[str, ...]
    question: Question
    numbers: NDArray[np.float64]
    codes: NDArray[np.int32]
    levels: tuple[NDArray[np.object_], ...]
    numeric: tuple[bool, ...]
    target: NDArray[Any]
    splits: tuple[Split, ...]
    weights: Weights | None = None
    units: NDArray[np.int64] | None = None

    @classmethod
    def save(
        cls, folder: Path, features: pd.DataFrame, target: NDArray[Any], question: Question, splits: Sequence[Split],
        weights: Weights | None = None, units: NDArray[np.int64] | None = None,
    ) -> Self:  # fmt: skip
        """Write the folder (it must exist) and open it."""
        numeric = tuple(features[name].dtype == np.float64 for name in features.columns)
        columns = tuple(map(str, features.columns))
        np.save(folder / "numbers.npy", _columns(features, numeric))
        coded = [pd.factorize(features[name]) for name, number in zip(columns, numeric, strict=True) if not number]
        codes = np.array([code for code, _ in coded], dtype=np.int32)
        np.save(folder / "codes.npy", codes.reshape(len(coded), len(features)))
        np.save(folder / "target.npy", target)
        if weights is not None:
            np.save(folder / _WEIGHTS, weights)
        if units is not None:
            np.save(folder / _UNITS, units)
        for place, (train, valid) in enumerate(splits):
            np.save(folder / f"train-{place}.npy", train)
            np.save(folder / f"valid-{place}.npy", valid)
        levels = tuple(np.asarray(values, dtype=object) for _, values in coded)
        (folder / "meaning.pickle").write_bytes(pickle.dumps((columns, question, levels, numeric, len(splits))))
        return cls.open(folder)

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Map a saved folder into memory. Only folders that this process's own run wrote are opened."""
        columns, question, levels, numeric, count = pickle.loads((folder / "meaning.pickle").read_bytes())
        mapped = {
            name: np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False)
            for name in ("numbers", "codes", "target")
        }
        splits = tuple(
            (np.load(folder / f"train-{place}.npy"), np.load(folder / f"valid-{place}.npy")) for place in range(count)
        )
        return cls(
            folder, columns, question, mapped["numbers"], mapped["codes"], levels, numeric, np.array(mapped["target"]),
            splits, _if_there(folder / _WEIGHTS), _if_there(folder / _UNITS),
        )  # fmt: skip

    def frame(self, rows: Rows, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """Some rows as a table: float64 columns and object columns of plain text, in the order of the schema."""
        wanted = None if columns is None else set(columns)
        numbers = iter(self.numbers)
        texts = iter(zip(self.levels, self.codes, strict=True))
        found: dict[str, NDArray[Any]] = {}
        kinds: list[tuple[str, Kind]] = []
        for name, numeric in zip(self.columns, self.numeric, strict=True):
            levels, values = (None, next(numbers)) if numeric else next(texts)
            if wanted is None or name in wanted:
                found[name] = values[rows] if levels is None else levels[values[rows]]
                kinds.append((name, "number" if numeric else "category"))
        return frame_of(found, kinds) if kinds else pd.DataFrame(index=range(len(rows)))

    @property
    def labels(self) -> NDArray[Any]:
        """The target as labels (text), or values."""
        if not self.question.classes:
            return self.target
        labels: NDArray[Any] = np.array(self.question.classes, dtype=object)[self.target]
        return labels


def _if_there(path: Path) -> NDArray[Any] | None:
    return np.load(path) if path.exists() else None


def _columns(features: pd.DataFrame, numeric: Sequence[bool]) -> NDArray[np.float64]:
    """[columns, rows] of the number columns, so that one column is one run of bytes."""
    names = [name for name, number in zip(features.columns, numeric, strict=True) if number]
    stacked: NDArray[np.float64] = np.empty((len(names), len(features)))
    for place, name in enumerate(names):
        stacked[place] = features[name].to_numpy()
    return stacked


@lru_cache(maxsize=2)
def opened(folder: str) -> Dataset:
    """A dataset that this process has open already, or opens now."""
    return Dataset.open(Path(folder))
