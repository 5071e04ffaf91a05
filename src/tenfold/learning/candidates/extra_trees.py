"""Extremely randomised trees (Geurts, Ernst & Wehenkel, Machine Learning 63, 2006)."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from typing import Any

from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor

from tenfold.learning.candidates.candidate import (
    Parameters,
    Plain,
    Size,
    Watch,
    amount,
    as_it_is,
    target,
    weighing,
    widened,
)
from tenfold.learning.recipe import Family
from tenfold.metrics import Task

#: Trees that are grown between two looks at the clock.
_PART = 10
#: Trees of a forest, and the share of columns that a split looks at, where no number is said.
_TREES, _SHARE = 100, 0.75


class ExtraTrees(Plain):
    """Leaves grow with the number of rows, so that the bundle stays small."""

    name = "extra_trees"
    family: Family = "trees"
    tunable = True
    rounds = "n_estimators"
    monotone = True
    counted = ("n_estimators",)
    reserved = ("random_state", "n_jobs")

    def defaults(self, task: Task, size: Size) -> Parameters:
        return {"n_estimators": _TREES, "max_features": _SHARE if size.columns <= 60 else 0.3,
                "min_samples_leaf": _leaf(size),
                **as_it_is(size)}  # fmt: skip

    def fitting(self, parameters: Parameters, size: Size) -> Parameters:
        """Leaves of at least half the default size: a forest of smaller ones would be too large to serve."""
        fit = dict(parameters)
        if "min_samples_leaf" in fit:
            fit["min_samples_leaf"] = max(fit["min_samples_leaf"], _leaf(size) // 2)
        return fit

    def space(self, trial: Any, task: Task, size: Size) -> Parameters:
        base = dict(self.defaults(task, size))
        leaf = int(base["min_samples_leaf"])
        return base | {
            "max_features": trial.suggest_float("max_features", 0.1, 1.0),
            "min_samples_leaf": trial.suggest_int("min_samples_leaf", max(1, leaf // 2), leaf * 8, log=True),
            **target(trial, size),
        }

    def directions(self, first: Sequence[int], columns: int) -> Parameters:
        return {"monotonic_cst": widened(first, columns)}

    def work(self, parameters: Parameters) -> float:
        """Trees times the share of columns that each split looks at; a number of columns is no share."""
        named = isinstance(parameters.get("max_features"), float)
        share = amount(parameters, "max_features", _SHARE) if named else _SHARE
        return amount(parameters, "n_estimators", _TREES) * (0.1 + share)

    def estimator(self, task: Task, parameters: Parameters, seed: int, threads: int = 1) -> Any:
        kind = ExtraTreesRegressor if task == "regression" else ExtraTreesClassifier
        return kind(**parameters, random_state=seed % 2**32, n_jobs=threads)

    def fit(self, estimator: Any, X: Any, y: Any, watch: Watch | None = None, weights: Any = None) -> int:
        """Grow the forest in parts, so that it can end early; the trees are those of a single fit."""
        weighed = weighing(weights)
        if watch is None or watch.seconds is None:
            estimator.fit(X, y, **weighed)
            return int(estimator.n_estimators)
        end = time.monotonic() + watch.seconds
        wanted = estimator.n_estimators
        estimator.set_params(warm_start=True, n_estimators=0)
        while estimator.n_estimators < wanted and (time.monotonic() < end or estimator.n_estimators == 0):
            estimator.set_params(n_estimators=min(wanted, estimator.n_estimators + _PART))
            estimator.fit(X, y, **weighed)
        return int(estimator.n_estimators)


def _leaf(size: Size) -> int:
    """Rows of a leaf, so that the forest stays small."""
    return max(2, math.ceil(size.rows * max(1, size.outputs - 1) / 4000))


CANDIDATE = ExtraTrees()
