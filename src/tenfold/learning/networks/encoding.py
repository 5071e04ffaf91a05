"""What a network sees of a table: every number scaled and held within bounds, and by the bins that it has passed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

#: Values are held within ±this, the largest of single precision, so that no product of theirs overflows.
LARGEST = float(np.finfo(np.float32).max)
#: Scaled values approach ±this.
BOUND = 3.0
#: Rows that quantiles are taken of, and inputs of the network that bins may make at most.
_ROWS, _INPUTS = 20_000, 2400
#: Bins of a column where there are too many columns for more.
_FEWEST = 4


@dataclass(frozen=True)
class Encoding:
    """A fitted encoding of columns: d of them become ``width`` inputs.

    Each column: less its ``median`` [d], times its ``scale`` [d] (one over the interquartile range), held smoothly
    within ±3. Each bin of a column with more than two values: how far it has been passed, 0 to 1 (``places``: its
    column; ``lower``: where it begins; ``slope``: one over its width). Each of the columns ``gaps``: whether the value
    is missing; elsewhere a missing one is as good as the median.

    >>> encoding = Encoding.fit(np.array([[0.0], [1.0], [2.0], [np.nan]]), bins=2)
    >>> encoding.transform(np.array([[1.0], [1.5], [np.nan]])).round(2).tolist()
    [[0.0, 1.0, 0.0, 0.0], [0.49, 1.0, 0.5, 0.0], [0.0, 1.0, 0.0, 1.0]]

    Sources: robust scaling and smooth clipping: Holzmüller et al., "Better by Default: Strong Pre-Tuned MLPs and
    Boosted Trees on Tabular Data", NeurIPS 2024. Piecewise-linear encoding: Gorishniy et al., "On Embeddings for
    Numerical Features in Tabular Deep Learning", NeurIPS 2022.
    """

    median: Floats
    scale: Floats
    places: NDArray[np.int64]
    lower: Floats
    slope: Floats
    gaps: NDArray[np.int64]

    @classmethod
    def fit(cls, X: Floats, bins: int) -> Self:
        """Learn it from the columns of X [N, d], NaN for missing; ``bins``: quantiles of a column, at most."""
        shown = [held(column[~np.isnan(column)]) for column in X[:: max(1, -(-len(X) // _ROWS))].T]
        many = [place for place, known in enumerate(shown) if len(np.unique(known)) > 2]
        each = min(bins, max(_FEWEST, _INPUTS // max(1, len(many))))
        edges = [np.unique(np.quantile(shown[place], np.linspace(0.0, 1.0, each + 1))) for place in many]
        scales = np.array([_scale(known) for known in shown]).reshape(-1, 2)
        return cls(
            scales[:, 0],
            scales[:, 1],
            np.repeat(np.array(many, dtype=np.int64), [len(found) - 1 for found in edges]),
            np.concatenate([np.zeros(0), *(found[:-1] for found in edges)]),
            np.concatenate([np.zeros(0), *(1.0 / np.diff(found) for found in edges)]),
            np.flatnonzero(np.isnan(X).any(axis=0)).astype(np.int64),
        )

    @property
    def width(self) -> int:
        """Inputs of the network."""
        return len(self.median) + len(self.places) + len(self.gaps)

    def transform(self, X: Floats) -> Floats:
        """[N, width]: the scaled columns, then the bins, then what is missing."""
        missing = np.isnan(X)
        known = held(np.where(missing, self.median, X))
        scaled = (known - self.median) * self.scale
        scaled = scaled / np.sqrt(scaled * scaled / BOUND**2 + 1.0)
        passed = np.clip((known[:, self.places] - self.lower) * self.slope, 0.0, 1.0)
        return np.concatenate([scaled, passed, missing[:, self.gaps].astype(np.float64)], axis=1)


def held(values: Floats) -> Floats:
    """Within ±:data:`LARGEST`."""
    within: Floats = np.clip(values, -LARGEST, LARGEST)
    return within


def _scale(known: Floats) -> tuple[float, float]:
    """Median, and one over the interquartile range, over half the range where that is nothing; 0 if that is, too."""
    if not len(known):
        return 0.0, 0.0
    least, lower, median, upper, most = np.quantile(known, [0.0, 0.25, 0.5, 0.75, 1.0])
    spread = upper - lower if upper > lower else 0.5 * (most - least)
    return float(median), float(1.0 / spread) if spread > 0 else 0.0
