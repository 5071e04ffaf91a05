"""Sums, differences, products and ratios of two columns that say more about the target than the two do apart."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.tree import DecisionTreeRegressor
from sklearn.utils.validation import check_is_fitted, validate_data

Floats = NDArray[np.float64]

#: Levels of the trees that columns are judged by, and leaves that their rows would at least do for.
_DEPTH, _LEAVES = 3, 100
#: What trees are shown at most: they add a column up in single precision.
_LARGEST = 1e30
#: A pair is taken if it is better by so many standard errors: hundreds are looked at.
_SURELY = 3.0


#: An operation, and the places of the two columns that it is between.
Pair = tuple[str, int, int]


def _ratio(first: Floats, second: Floats) -> Floats:
    return np.where(second == 0, np.nan, first / np.where(second == 0, 1.0, second))


#: Operations by name. What is divided by zero is not known (NaN).
OPERATIONS: dict[str, Callable[[Floats, Floats], Floats]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": _ratio,
}


class Pairs(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """The most telling pairs of columns, each as one column.

    A small tree learns the target from a pair, others from its two columns side by side and from each alone, on half of
    the rows, and all answer the other half. The pair is taken if it does surely better (by three standard errors) than
    the best of these, and than the mean.

    Parameters
    ----------
    most: pairs at most; among: columns that are paired, the most telling by themselves; rows: that it looks at, drawn
    with ``seed``; of_values: whether the target is a number.

    >>> import numpy as np
    >>> columns = np.random.default_rng(0).uniform(1, 9, (2000, 3))
    >>> pairs = Pairs(most=1, of_values=True).fit(columns, columns[:, 0] - columns[:, 2])
    >>> pairs.get_feature_names_out(["income", "age", "rent"]).tolist()
    ['income - rent']
    >>> pairs.transform([[3.0, 5.0, 2.0]]).tolist()
    [[1.0]]

    Source: the "golden features" of MLJAR (Płońska & Płoński, 2021); Katz, Shin & Song, "ExploreKit: Automatic Feature
    Generation and Selection", ICDM 2016.
    """

    def __init__(
        self, most: int = 10, among: int = 12, rows: int = 4000, of_values: bool = False, seed: int = 0
    ) -> None:
        self.most = most
        self.among = among
        self.rows = rows
        self.of_values = of_values
        self.seed = seed

    def fit(self, X: Any, y: Any) -> Self:
        """Learn ``pairs_``. ``y``: labels or codes of classes, or values."""
        known = validate_data(self, X, dtype=np.float64, ensure_all_finite=False)
        drawn = np.random.default_rng(self.seed).permutation(len(known))[: self.rows]
        judge = _Judge(_targets(np.asarray(y)[drawn], of_values=self.of_values))
        seen = known[drawn]
        alone = [judge.errors(seen[:, [place]]) for place in range(seen.shape[1])]
        among = np.argsort([errors.mean() for errors in alone], kind="stable")[: self.among].tolist()
        found = [
            each
            for first, second in itertools.combinations(sorted(among), 2)
            for each in _telling(seen, first, second, judge, [judge.mean, alone[first], alone[second]])
        ]
        best = sorted(found, key=lambda each: (-each[0], each[1]))[: self.most]
        order = list(OPERATIONS)
        self.pairs_ = sorted((pair for _, pair in best), key=lambda pair: (order.index(pair[0]), pair))
        return self

    def transform(self, X: Any) -> Floats:
        """One column for each pair, float64; NaN where either is, or where it is divided by zero."""
        check_is_fitted(self)
        known = validate_data(self, X, dtype=np.float64, ensure_all_finite=False, reset=False)
        made = np.empty((len(known), len(self.pairs_)))
        for place, pair in enumerate(self.pairs_):
            made[:, place] = _column(known, pair)
        return made

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[np.object_]:
        """Such as ``people / rooms``."""
        check_is_fitted(self)
        names = getattr(self, "feature_names_in_", input_features)
        names = [f"x{place}" for place in range(self.n_features_in_)] if names is None else names
        said = [f"{names[first]} {operation} {names[second]}" for operation, first, second in self.pairs_]
        return np.asarray(said, dtype=object)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.target_tags.required = True
        return tags


def _telling(
    seen: Floats, first: int, second: int, judge: _Judge, others: list[Floats]
) -> Iterator[tuple[float, Pair]]:  # fmt: skip
    """Pairs of two columns that surely do better than all ``others``, with by how much."""
    best = min((*others, judge.errors(seen[:, [first, second]])), key=lambda errors: float(errors.mean()))
    ratios = [("/", first, second), ("/", second, first)]
    judged = {pair: judge.errors(_column(seen, pair).reshape(-1, 1)) for pair in ratios}
    ratio = min(ratios, key=lambda pair: float(judged[pair].mean()))  # to a tree both say nearly the same
    for pair in (*((operation, first, second) for operation in "+-*"), ratio):
        errors = judged[pair] if pair in judged else judge.errors(_column(seen, pair).reshape(-1, 1))
        gains = best - errors
        if gains.mean() > _SURELY * float(gains.std()) / math.sqrt(len(gains)):
            yield float(gains.mean()), pair


class _Judge:
    """Tells how far a small tree is off that learns ``targets`` [N, outputs] from some columns, half by half."""

    def __init__(self, targets: Floats) -> None:
        self.targets = targets
        half = len(targets) // 2
        self.halves = np.arange(half), np.arange(half, len(targets))
        self.mean: Floats = np.square(targets - targets.mean(axis=0)).sum(axis=1)  # errors of an answer without columns

    def errors(self, columns: Floats) -> Floats:
        """Squared errors [N], each by a tree that has not seen the row."""
        single = np.where(np.isfinite(columns), columns, np.nan).clip(-_LARGEST, _LARGEST)
        found = np.empty(len(columns))
        for seen, other in (self.halves, self.halves[::-1]):
            tree = DecisionTreeRegressor(
                max_depth=_DEPTH, min_samples_leaf=max(1, len(seen) // _LEAVES), random_state=0
            )
            answers = tree.fit(single[seen], self.targets[seen]).predict(single[other])
            apart = answers.reshape(len(other), -1) - self.targets[other]
            found[other] = np.square(apart).sum(axis=1)
        return found


def _column(known: Floats, pair: Pair) -> Floats:
    with np.errstate(all="ignore"):
        operation, first, second = pair
        made: Floats = OPERATIONS[operation](known[:, first], known[:, second])
    return made


def _targets(y: NDArray[Any], *, of_values: bool) -> Floats:
    """The target as columns: values by their ranks, so that no few large ones decide, or a column for each class (one
    for two)."""
    if of_values:
        ranks = np.unique(y, return_inverse=True)[1].astype(np.float64)
        return ranks.reshape(-1, 1) / max(1.0, float(ranks.max()))
    classes = np.unique(y)
    shown: Floats = np.equal(y[:, None], classes if len(classes) > 2 else classes[-1:]).astype(np.float64)
    return shown
