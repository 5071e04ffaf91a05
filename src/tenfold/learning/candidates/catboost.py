"""Gradient boosting by oblivious trees (Prokhorenkova et al., "CatBoost", NeurIPS 2018)."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from sklearn.base import is_classifier

from tenfold.learning.candidates.candidate import (
    USUAL_RATE,
    Parameters,
    Plain,
    Size,
    Watch,
    amount,
    as_it_is,
    target,
    weighing,
)
from tenfold.learning.candidates.patience import patience
from tenfold.learning.recipe import Family
from tenfold.metrics import Task

#: CatBoost's own, where no number is said.
_DEPTH = 6
#: Other names of what the defaults set.
_ALIASES = {
    "n_estimators": "iterations", "num_boost_round": "iterations", "num_trees": "iterations", "eta": "learning_rate",
    "max_depth": "depth", "reg_lambda": "l2_leaf_reg",
}  # fmt: skip


class CatBoost(Plain):
    """Its own defaults with a fixed learning rate: no other single configuration does as well on so many tables
    (TabArena, Erickson et al., 2025)."""

    name = "catboost"
    family: Family = "trees"
    tunable = True
    rounds = "iterations"
    rate = "learning_rate"
    stops_early = True
    bagged = True
    monotone = True
    enough = 10_000
    counted = ("iterations", "learning_rate", "depth")
    reserved = (
        "random_seed", "random_state", "thread_count", "verbose", "verbose_eval", "silent", "logging_level",
        "allow_writing_files",
    )  # fmt: skip
    lists = False  # it gives back copies of them, which scikit-learn's `clone` does not take

    def names(self, task: Task) -> Mapping[str, str]:
        """Of several names for one thing ours count: CatBoost refuses to be given two."""
        return {**(super().names(task) or {}), **_ALIASES}

    def load(self) -> None:
        import catboost  # noqa: F401

    def defaults(self, task: Task, size: Size) -> Parameters:
        shared: dict[str, Any] = {
            "iterations": 1000, "bootstrap_type": "Bernoulli", "subsample": 0.8, "random_strength": 1.0,
            **as_it_is(size),
        }  # fmt: skip
        if task == "regression":
            tuned = {"learning_rate": 0.08, "depth": 7, "l2_leaf_reg": 3.0}
        else:
            tuned = {"learning_rate": 0.05, "depth": 6, "l2_leaf_reg": 3.0}
        return shared | tuned

    def space(self, trial: Any, task: Task, size: Size) -> Parameters:
        return dict(self.defaults(task, size)) | {
            "learning_rate": trial.suggest_float("learning_rate", 0.02, 0.15, log=True),
            "depth": trial.suggest_int("depth", 4, 8),
            "l2_leaf_reg": trial.suggest_float("l2_leaf_reg", 1e-5, 10.0, log=True),
            "random_strength": trial.suggest_float("random_strength", 0.0, 2.0),
            "subsample": trial.suggest_float("subsample", 0.6, 1.0),
            **target(trial, size),
        }

    def directions(self, first: Sequence[int], columns: int) -> Parameters:
        """As text: of a list CatBoost gives back a copy, which scikit-learn's ``clone`` does not take."""
        return {"monotone_constraints": ",".join(f"{place}:{each}" for place, each in enumerate(first))}

    def leaves(self, parameters: Parameters, outputs: int) -> int:
        return int(2 ** amount(parameters, "depth", _DEPTH) * (outputs if outputs > 2 else 1))

    def work(self, parameters: Parameters) -> float:
        """Small steps take many rounds; each level of a tree is another pass."""
        return (1 + amount(parameters, "depth", _DEPTH)) / amount(parameters, "learning_rate", USUAL_RATE)

    def estimator(self, task: Task, parameters: Parameters, seed: int, threads: int = 1) -> Any:
        import catboost

        kind = catboost.CatBoostRegressor if task == "regression" else catboost.CatBoostClassifier
        return kind(
            **parameters, random_seed=seed % 2**31, thread_count=threads, verbose=False, allow_writing_files=False
        )

    def fit(self, estimator: Any, X: Any, y: Any, watch: Watch | None = None, weights: Any = None) -> int:
        import catboost

        weighed = weighing(weights)
        if watch is None:
            estimator.fit(X, y, **weighed)
            return 0
        callbacks = [_Limit(watch.seconds)] if watch.seconds is not None else None
        if watch.X is None:
            estimator.fit(X, y, callbacks=callbacks, **weighed)
            return int(estimator.tree_count_)
        known = np.isin(watch.y, y) if is_classifier(estimator) else np.ones(len(watch.y), dtype=bool)
        judged: Any = (watch.X[known], watch.y[known])
        if watch.weights is not None:
            judged = catboost.Pool(*judged, weight=watch.weights[known])
        estimator.fit(
            X, y, eval_set=judged, early_stopping_rounds=patience(len(y)), use_best_model=True, callbacks=callbacks,
            **weighed,
        )  # fmt: skip
        return int((estimator.get_best_iteration() or 0) + 1)


class _Limit:
    """Ends boosting when the time is up; what was learned so far is kept."""

    def __init__(self, seconds: float) -> None:
        self.end = time.monotonic() + seconds

    def after_iteration(self, info: Any) -> bool:
        return time.monotonic() < self.end


CANDIDATE = CatBoost()
