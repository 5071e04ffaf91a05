"""How sure an answer is: an interval around a value, or a set of labels, that holds the truth at a stated rate.

Both follow from the score alone, so every way of answering gives the same. How they are calibrated:
:mod:`tenfold.learning.conformal`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class IntervalRule:
    """Intervals for a regression: each value ± the half width of the bin that it falls into.

    ``level``: share of rows whose truth the intervals are to hold, between 0 and 1; ``rows`` that it was calibrated on.
    ``half_widths`` ≥ 0, one per bin, in units of the target; ``edges`` ascending, where the next bin begins.

    >>> rule = IntervalRule(0.9, 500, half_widths=(1.0, 4.0), edges=(10.0,))
    >>> rule.intervals(np.array([9.0, 10.0])).tolist()
    [[8.0, 10.0], [6.0, 14.0]]
    """

    level: float
    rows: int
    half_widths: tuple[float, ...]
    edges: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        _check_level(self.level)
        if len(self.half_widths) != len(self.edges) + 1 or not all(map(math.isfinite, self.half_widths + self.edges)):
            raise ValueError("an interval rule has finite edges, and one finite half width more than edges")
        if min(self.half_widths) < 0 or any(one >= other for one, other in pairwise(self.edges)):
            raise ValueError("half widths are at least 0, and edges ascend")

    @cached_property
    def _arrays(self) -> tuple[Floats, Floats]:
        return np.array(self.edges, dtype=np.float64), np.array(self.half_widths, dtype=np.float64)

    def intervals(self, values: Floats) -> Floats:
        """Both ends [N, 2] of the interval of each value [N]."""
        edges, widths = self._arrays
        half = widths[edges.searchsorted(values, side="right")]
        ends = np.empty((len(values), 2))
        np.subtract(values, half, out=ends[:, 0])
        np.add(values, half, out=ends[:, 1])
        return ends


@dataclass(frozen=True)
class SetRule:
    """Sets of labels: each label whose probability is at least ``least``.

    The most probable label and the predicted one are always in. ``level``: share of rows whose label the sets are to
    hold, between 0 and 1; ``rows`` that it was calibrated on.

    >>> rule = SetRule(0.9, 500, least=0.3)
    >>> rule.sets(("a", "b", "c"), np.array([[0.6, 0.3, 0.1], [0.2, 0.29, 0.25]]), ["a", "b"])
    [['a', 'b'], ['b']]
    """

    level: float
    rows: int
    least: float

    def __post_init__(self) -> None:
        _check_level(self.level)
        if not 0 <= self.least <= 1:
            raise ValueError(f"the least probability lies between 0 and 1, not at {self.least!r}")

    def sets(self, classes: Sequence[str], scores: Floats, predictions: Sequence[str]) -> list[list[str]]:
        """The labels of each row of ``scores`` [N, classes], in the order of ``classes``."""
        return [self._set(classes, row, predicted) for row, predicted in zip(scores.tolist(), predictions, strict=True)]

    def _set(self, classes: Sequence[str], row: list[float], predicted: str) -> list[str]:
        least = min(self.least, max(row))
        return [label for label, share in zip(classes, row, strict=True) if share >= least or label == predicted]


Rule = IntervalRule | SetRule


def rule_of(data: Mapping[str, Any] | None) -> Rule | None:
    """A rule as it stands in ``decision.json``; None where the model promises none.

    >>> rule_of({"level": 0.9, "rows": 500, "least": 0.3})
    SetRule(level=0.9, rows=500, least=0.3)
    """
    if data is None:
        return None
    if "least" in data:
        return SetRule(data["level"], data["rows"], data["least"])
    return IntervalRule(data["level"], data["rows"], tuple(data["half_widths"]), tuple(data["edges"]))


def _check_level(level: float) -> None:
    if not 0 < level < 1:
        raise ValueError(f"a level lies between 0 and 1, not at {level!r}")
