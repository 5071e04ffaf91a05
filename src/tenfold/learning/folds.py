"""Folds: which rows are learned from and which are predicted, and how many of them time allows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.intp]
Split = tuple[Rows, Rows]


def splits(folds: NDArray[np.integer], time_ordered: bool, since: NDArray[np.integer] | None = None) -> list[Split]:
    """Training and validation rows (positions) of every fold.

    ``folds``: [N] fold of each row, 0 … k−1; −1 marks rows that are only ever trained on. With ``time_ordered`` folds,
    fold i is trained on everything before it (forward chaining: Tashman, 2000), and the latest fold comes first, so
    that whoever has time for one fold only takes the one with the most history. ``since`` [N]: the first fold that may
    learn from each row, where that is later than the one after its own (a gap in time); None or empty otherwise.

    >>> [(train.tolist(), valid.tolist()) for train, valid in splits(np.array([-1, 0, 1]), time_ordered=True)]
    [([0, 1], [2]), ([0], [1])]
    >>> apart = splits(np.array([-1, 0, 1]), time_ordered=True, since=np.array([0, 2, 2]))
    >>> [(train.tolist(), valid.tolist()) for train, valid in apart]
    [([0], [2]), ([0], [1])]
    >>> [(train.tolist(), valid.tolist()) for train, valid in splits(np.array([0, 1, 1]), time_ordered=False)]
    [([1, 2], [0]), ([0], [1, 2])]
    """
    names = [int(name) for name in np.unique(folds) if name >= 0]
    if time_ordered:
        ready = folds + 1 if since is None or not len(since) else since
        chained = ((np.flatnonzero(ready <= name), np.flatnonzero(folds == name)) for name in reversed(names))
        return [(train, valid) for train, valid in chained if len(train)]
    return [(np.flatnonzero(folds != name), np.flatnonzero(folds == name)) for name in names]


@dataclass(frozen=True)
class Design:
    """How trials are judged: the folds, and how many rows of each are used (None: all of them)."""

    time_ordered: bool = False
    train_cap: int | None = None
    valid_cap: int | None = None
    seed: int = 0

    def splits(
        self, folds: NDArray[np.integer], strata: NDArray[np.integer] | None = None,
        since: NDArray[np.integer] | None = None,
    ) -> list[Split]:  # fmt: skip
        """The splits of :func:`splits`, thinned to the caps; every class in ``strata`` keeps rows to learn from."""
        return [
            (sample(train, self.train_cap, self.seed, strata), sample(valid, self.valid_cap, self.seed))
            for train, valid in splits(folds, self.time_ordered, since)
        ]


def sample(rows: Rows, most: int | None, seed: int, strata: NDArray[np.integer] | None = None) -> Rows:
    """At most about ``most`` of some rows, drawn with a seed, in their order.

    With ``strata`` (class codes of all rows), the first 20 rows of each class that are drawn stay in.

    >>> sample(np.arange(10), 3, seed=0).shape
    (3,)
    """
    if most is None or len(rows) <= most:
        return rows
    shuffled = np.random.default_rng(seed).permutation(rows)
    kept = np.zeros(len(rows), dtype=bool)
    kept[:most] = True
    if strata is not None:
        codes = strata[shuffled]
        for code in np.unique(codes):
            kept[np.flatnonzero(codes == code)[:20]] = True
    return np.sort(shuffled[kept])
