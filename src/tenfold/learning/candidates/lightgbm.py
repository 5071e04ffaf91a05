"""Gradient boosting by leaf-wise histogram trees (Ke et al., "LightGBM", NeurIPS 2017)."""

from __future__ import annotations

import inspect
import math
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
    of_task,
    target,
    weighing,
    widened,
)
from tenfold.learning.candidates.patience import patience
from tenfold.learning.recipe import Family
from tenfold.metrics import Task

#: Rare classes have next to no weight: without a floor, rounds run away.
_MANY = {"min_child_weight": 1e-3, "reg_lambda": 1.0}
#: LightGBM's own, where no number is said.
_LEAVES = 31


class LightGBM(Plain):
    """Defaults: pytabkit's tuned ones (Holzmüller et al., "Better by Default", NeurIPS 2024)."""

    name = "lightgbm"
    family: Family = "trees"
    tunable = True
    rounds = "n_estimators"
    rate = "learning_rate"
    stops_early = True
    bagged = True
    monotone = True
    enough = 10_000
    counted = ("n_estimators", "learning_rate", "num_leaves", "colsample_bytree")
    reserved = (
        "random_state", "seed", "random_seed", "n_jobs", "num_threads", "num_thread", "nthread", "nthreads",
        "verbosity", "verbose", "deterministic", "force_row_wise", "force_col_wise",
    )  # fmt: skip

    def load(self) -> None:
        import lightgbm  # noqa: F401

    def defaults(self, task: Task, size: Size) -> Parameters:
        shared: dict[str, Any] = {
            "n_estimators": 2000, "subsample_freq": 1, "max_bin": 255, "min_child_weight": 1e-7,
            "colsample_bytree": 1.0, "reg_alpha": 0.0, "reg_lambda": 0.0, "extra_trees": False, **as_it_is(size),
        }  # fmt: skip
        if task == "regression":
            tuned = {"learning_rate": 0.05, "num_leaves": 100, "subsample": 0.7, "min_child_samples": 3}
        else:
            tuned = {"learning_rate": 0.04, "num_leaves": 50, "subsample": 0.75, "min_child_samples": 40}
        if size.outputs > 2:
            shared |= _MANY
        return shared | tuned

    def names(self, task: Task) -> Mapping[str, str]:
        """The estimator's, and those of LightGBM itself, which it hands on and never checks.

        Of several names for one thing the estimator's counts: LightGBM drops the others in silence.
        """
        import lightgbm
        import lightgbm.basic

        own = [name for name in inspect.signature(lightgbm.LGBMModel).parameters if name != "kwargs"]
        known = {name: name for name in [*own, *of_task(task)]}
        for names in lightgbm.basic._ConfigAliases._get_all_param_aliases().values():
            known |= dict.fromkeys(names, next((name for name in names if name in own), names[0]))
        return {name: as_known for name, as_known in known.items() if name not in self.reserved}

    def fitting(self, parameters: Parameters, size: Size) -> Parameters:
        fit = dict(parameters)
        if size.outputs > 2:
            fit["reg_lambda"] = max(fit.get("reg_lambda", 0.0), _MANY["reg_lambda"])
        return fit

    def space(self, trial: Any, task: Task, size: Size) -> Parameters:
        return dict(self.defaults(task, size)) | {
            "learning_rate": trial.suggest_float("learning_rate", 0.01, 0.2, log=True),
            "num_leaves": trial.suggest_int("num_leaves", 4, 200, log=True),
            "min_child_samples": trial.suggest_int("min_child_samples", 1, 64, log=True),
            "colsample_bytree": trial.suggest_float("colsample_bytree", 0.3, 1.0),
            "subsample": trial.suggest_float("subsample", 0.7, 1.0),
            "reg_alpha": trial.suggest_float("reg_alpha", 0.0, 1.0),
            "reg_lambda": trial.suggest_float("reg_lambda", 0.0, 5.0),
            "extra_trees": trial.suggest_categorical("extra_trees", [False, True]),
            **target(trial, size),
        }

    def directions(self, first: Sequence[int], columns: int) -> Parameters:
        return {"monotone_constraints": widened(first, columns)}

    def leaves(self, parameters: Parameters, outputs: int) -> int:
        return int(amount(parameters, "num_leaves", _LEAVES) * (outputs if outputs > 2 else 1))

    def work(self, parameters: Parameters) -> float:
        """Small steps take many rounds, and large trees long ones."""
        columns = amount(parameters, "colsample_bytree", 1.0)
        trees = math.sqrt(amount(parameters, "num_leaves", _LEAVES)) * (0.3 + columns)
        return trees / amount(parameters, "learning_rate", USUAL_RATE)

    def estimator(self, task: Task, parameters: Parameters, seed: int, threads: int = 1) -> Any:
        import lightgbm

        kind = lightgbm.LGBMRegressor if task == "regression" else lightgbm.LGBMClassifier
        return kind(
            **parameters, random_state=seed % 2**31, n_jobs=threads, verbosity=-1, deterministic=True,
            force_row_wise=True,
        )  # fmt: skip

    def fit(self, estimator: Any, X: Any, y: Any, watch: Watch | None = None, weights: Any = None) -> int:
        import lightgbm

        weighed = weighing(weights)
        if watch is None:
            estimator.fit(X, y, **weighed)
            return 0
        callbacks: list[Any] = [_Limit(watch.seconds)] if watch.seconds is not None else []
        if watch.X is None:
            estimator.fit(X, y, callbacks=callbacks, **weighed)
            return int(estimator.booster_.current_iteration())
        known = np.isin(watch.y, y) if is_classifier(estimator) else np.ones(len(watch.y), dtype=bool)
        callbacks.append(lightgbm.early_stopping(patience(len(y)), verbose=False))
        if watch.weights is not None:
            weighed["eval_sample_weight"] = [watch.weights[known]]
        estimator.fit(X, y, eval_X=watch.X[known], eval_y=watch.y[known], callbacks=callbacks, **weighed)
        return int(estimator.best_iteration_ or estimator.n_estimators)


class _Limit:
    """Ends boosting when the time is up; what was learned up to the best round is kept, or where there are no rows to
    tell it by, all."""

    order = 40  # after early stopping has looked

    def __init__(self, seconds: float) -> None:
        self.end = time.monotonic() + seconds
        self.best: tuple[int, list[Any]] | None = None

    def __call__(self, env: Any) -> None:
        found = env.evaluation_result_list
        if not found or self.best is None or _better(found[0], self.best[1][0]):
            self.best = env.iteration, found
        if time.monotonic() > self.end:
            from lightgbm.callback import EarlyStopException

            raise EarlyStopException(*self.best)


def _better(one: Any, other: Any) -> bool:
    """Whether an evaluation beats an earlier one of the same rows by the same metric."""
    ahead = one.metric_value - other.metric_value
    return bool(ahead > 0 if one.maximize else ahead < 0)


CANDIDATE = LightGBM()
