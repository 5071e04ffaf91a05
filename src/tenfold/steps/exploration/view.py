"""The training rows as the checks see them: columns as codes, a target, folds. Order of rows never matters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tenfold.metrics import Task
from tenfold.metrics.scoring import encode
from tenfold.schema import MISSING, Kind
from tenfold.statistics.binning import Codes, levels_of, quantile_codes
from tenfold.statistics.mutual_information import explained_entropy
from tenfold.statistics.outliers import Outliers, far_out
from tenfold.statistics.single_feature_score import classification_score, regression_score

Floats = NDArray[np.float64]
#: Bins of a number column; few enough that every bin holds rows of every fold.
BINS = 32


@dataclass(frozen=True)
class Target:
    """The target of the rows looked at: codes of ``classes``, or values."""

    name: str
    task: Task
    classes: tuple[str, ...]
    positive: str | None
    values: NDArray[Any]
    folds: NDArray[np.intp]

    @cached_property
    def codes(self) -> Codes:
        """Class codes, the positive class last; bins of equal mass for numbers."""
        if not self.classes:
            return quantile_codes(np.asarray(self.values, dtype=np.float64), 10)
        return encode(self.values, sorted(self.classes, key=lambda label: label == self.positive))

    def labels(self) -> list[str]:
        return sorted(self.classes, key=lambda label: label == self.positive)

    def score_of(self, codes: Codes, numbers: Floats | None = None) -> float:
        """How well codes (and the numbers behind them) predict the target alone, out of fold, 0 to 1."""
        if len(codes) == 0:
            return 0.0
        if self.classes:
            return classification_score(codes, self.codes, self.folds)
        return regression_score(codes, np.asarray(self.values, dtype=np.float64), self.folds, numbers)


@dataclass(frozen=True)
class ColumnView:
    """One feature column of the rows looked at. ``raw`` holds text as it was before tokens were made, for text."""

    name: str
    kind: Kind
    values: NDArray[Any]
    target: Target = field(repr=False)
    raw: NDArray[Any] | None = field(default=None, repr=False)

    @cached_property
    def missing(self) -> NDArray[np.bool_]:
        if self.numeric:
            return np.asarray(np.isnan(self.values), dtype=np.bool_)
        return np.asarray((self.values == MISSING) | (self.values == ""), dtype=np.bool_)

    @property
    def numeric(self) -> bool:
        return self.kind not in ("category", "text")

    @cached_property
    def known(self) -> NDArray[Any]:
        """The values that are not missing (and, for numbers, finite)."""
        known = self.values[~self.missing]
        return known[np.isfinite(known)] if self.numeric else known

    @cached_property
    def codes(self) -> Codes:
        return quantile_codes(self.values, BINS) if self.numeric else self._levels[1]

    @property
    def levels(self) -> NDArray[np.object_]:
        """The level that each code stands for, of a category or text."""
        return self._levels[0]

    @cached_property
    def _levels(self) -> tuple[NDArray[np.object_], Codes]:
        return levels_of(self.values)

    @cached_property
    def distinct(self) -> int:
        """How many different values are known."""
        return len(np.unique(self.known if self.numeric else self.codes[~self.missing]))

    @cached_property
    def strays(self) -> Outliers:
        """The values far from the rest, of numbers and dates."""
        return far_out(self.known.astype(np.float64))

    @cached_property
    def score(self) -> float | None:
        """Out of fold, alone; None for text, whose words are judged together, not as one level."""
        if self.kind == "text":
            return None
        return self.target.score_of(self.codes, self.values if self.numeric else None)

    @cached_property
    def explained_entropy(self) -> float | None:
        return None if self.kind == "text" else explained_entropy(self.codes, self.target.codes)

    @cached_property
    def missing_score(self) -> float:
        share = self.missing.mean() if len(self.missing) else 0.0
        return self.target.score_of(self.missing.astype(np.intp)) if 0 < share < 1 else 0.0


@dataclass(frozen=True)
class View:
    """Everything a check may look at."""

    columns: tuple[ColumnView, ...]
    target: Target
    rows: int
    rows_train: int
    time: str | None = None
    sensitive: tuple[str, ...] = ()

    def of_kind(self, *kinds: Kind) -> tuple[ColumnView, ...]:
        return tuple(column for column in self.columns if column.kind in kinds)

    @cached_property
    def by_name(self) -> Mapping[str, ColumnView]:
        return {column.name: column for column in self.columns}

    @cached_property
    def by_score(self) -> tuple[ColumnView, ...]:
        """Columns that have a score, the best first."""
        scored = [column for column in self.columns if column.score is not None]
        return tuple(sorted(scored, key=lambda column: (-(column.score or 0.0), column.name)))
