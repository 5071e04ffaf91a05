"""The decision threshold: from which probability a row counts as positive.

Every cut that there is between two probabilities is judged, those before the first and after the last included: one
sort, then running sums.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from tenfold.learning.weights import Weights

Floats = NDArray[np.float64]

#: Cuts whose figures differ by no more than this share are equally good: sums of weights are rounded.
_EQUAL = 1e-12


@dataclass(frozen=True)
class Cuts:
    """Every way in which a threshold parts rows, from all positive to none.

    Cut k is that of all thresholds above ``low[k]`` up to ``high[k]`` ([K], within −∞ … ∞). ``hits``, ``alarms`` [K]:
    the weight of the positive and of the negative rows that it decides as positive; ``positives``, ``negatives``: the
    weight of all of them.

    >>> cuts = Cuts.of(np.array([False, True, True]), np.array([0.2, 0.2, 0.7]))
    >>> cuts.hits.tolist(), cuts.alarms.tolist()
    ([2.0, 1.0, 0.0], [1.0, 0.0, 0.0])
    """

    low: Floats
    high: Floats
    hits: Floats
    alarms: Floats
    positives: float
    negatives: float

    @classmethod
    def of(cls, positive: NDArray[np.bool_], probability: Floats, weights: Weights | None = None) -> Self:
        """``positive``, ``probability`` [N]: N ≥ 1 rows; ``weights`` [N], ≥ 0, None where all count alike."""
        values, places = np.unique(np.clip(probability, 0.0, 1.0), return_inverse=True)
        each = [
            np.bincount(places, side if weights is None else side * weights, len(values))
            for side in (positive, ~positive)
        ]
        hits, alarms = (np.append(np.cumsum(side[::-1])[::-1], 0.0) for side in each)
        # No threshold up to 1 leaves a row of probability 1 out.
        kept = slice(len(values) + (values[-1] < 1.0))
        low, high = np.append(-np.inf, values), np.append(values, np.inf)
        return cls(low[kept], high[kept], hits[kept], alarms[kept], float(hits[0]), float(alarms[0]))

    def costs(self, missed: float, alarm: float) -> Floats:
        """The total cost [K], by those of a false negative and of a false positive."""
        return missed * (self.positives - self.hits) + alarm * self.alarms

    def scores(self, metric: str) -> Floats:
        """A metric of decisions [K]; 0 where its denominator is."""
        return _OF_CUTS[metric](self)

    def best(self, gains: Floats, near: float) -> float:
        """The threshold of the cut that gains most; of equally good ones the nearest to ``near``, then the lower.

        A cut's threshold is ``near`` itself where that makes the cut, else the middle between its neighbours (0 and 1
        beyond the ends), with as few digits as leave every row on its side.
        """
        most = float(gains.max())
        good = np.flatnonzero(gains >= most - _EQUAL * max(1.0, abs(most)))
        limits = self._thresholds(near)[good]
        place = int(np.argmin(abs(limits - near)))
        return _short(float(limits[place]), float(self.low[good[place]]), float(self.high[good[place]]))

    def _thresholds(self, near: float) -> Floats:
        middle = (np.maximum(self.low, 0.0) + np.minimum(self.high, 1.0)) / 2
        apart = np.where(middle > self.low, middle, self.high)  # neighbouring floats have nothing between them
        limits: Floats = np.where((self.low < near) & (near <= self.high), near, apart)
        return limits


def by_cost(
    positive: NDArray[np.bool_], probability: Floats, costs: tuple[float, float], weights: Weights | None = None
) -> float:
    """The threshold with the least total cost; of equally cheap ones the nearest to the theoretical one.

    ``costs``: of a false negative and of a false positive, ≥ 0; ``weights``: [N] of the rows.

    Source: Elkan, "The Foundations of Cost-Sensitive Learning", IJCAI 2001.

    >>> positive = np.array([False, False, True, True])
    >>> by_cost(positive, np.array([0.1, 0.4, 0.3, 0.8]), (5.0, 1.0))
    0.166667
    """
    missed, alarm = costs
    theoretical = alarm / (missed + alarm) if missed + alarm > 0 else 0.5
    cuts = Cuts.of(positive, probability, weights)
    return cuts.best(-cuts.costs(missed, alarm), near=theoretical)


def by_metric(positive: NDArray[np.bool_], probability: Floats, metric: str, weights: Weights | None = None) -> float:
    """The threshold with the best value of a metric of decisions (``f1``, ``balanced_accuracy`` …); of equally good
    ones the nearest to one half.

    >>> by_metric(np.array([False, False, True, True]), np.array([0.1, 0.2, 0.3, 0.8]), "f1")
    0.25
    """
    cuts = Cuts.of(positive, probability, weights)
    return cuts.best(cuts.scores(metric), near=0.5)


def best_score(positive: NDArray[np.bool_], probability: Floats, metric: str, weights: Weights | None = None) -> float:
    """The value of a metric of decisions at its best threshold, the one of :func:`by_metric`.

    >>> best_score(np.array([False, True, True]), np.array([0.1, 0.2, 0.3]), "f1")
    1.0
    """
    return float(Cuts.of(positive, probability, weights).scores(metric).max())


def _share(part: Floats, whole: Floats) -> Floats:
    shares: Floats = np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)
    return shares


def _accuracy(cuts: Cuts) -> Floats:
    return (cuts.hits + cuts.negatives - cuts.alarms) / (cuts.positives + cuts.negatives)


def _balanced_accuracy(cuts: Cuts) -> Floats:
    """The mean recall of the classes that occur."""
    sides = ((cuts.hits, cuts.positives), (cuts.negatives - cuts.alarms, cuts.negatives))
    recalls: Floats = np.mean([right / total for right, total in sides if total > 0], axis=0)
    return recalls


#: What makes a metric of the sums at each cut; more is better.
_OF_CUTS: Mapping[str, Callable[[Cuts], Floats]] = {
    "accuracy": _accuracy,
    "balanced_accuracy": _balanced_accuracy,
    "precision": lambda cuts: _share(cuts.hits, cuts.hits + cuts.alarms),
    "recall": lambda cuts: _share(cuts.hits, np.full_like(cuts.hits, cuts.positives)),
    "f1": lambda cuts: _share(2 * cuts.hits, cuts.hits + cuts.alarms + cuts.positives),
}


def _short(cut: float, low: float, high: float) -> float:
    """The threshold with as few digits, from six significant ones up, as leave it above ``low`` and up to ``high``.

    >>> _short(2 / 3, 0.5, 0.8), _short(2 / 3, 0.5, 2 / 3)
    (0.666667, 0.6666666666666666)
    """
    rounded = (float(f"{cut:.{digits}g}") for digits in range(6, 17))
    return next((each for each in rounded if low < each <= high), cut)
