"""Extremely randomised trees (Geurts, Ernst & Wehenkel, Machine Learning 63, 2006)."""

from __future__ import annotations

import math
from typing import Any

from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor

from tenfold.learning.candidates.candidate import Parameters, Plain, Size
from tenfold.learning.recipe import Family
from tenfold.metrics import Task


class ExtraTrees(Plain):
    """Leaves grow with the number of rows, so that the bundle stays small."""

    name = "extra_trees"
    family: Family = "trees"
    tunable = True

    def defaults(self, task: Task, size: Size) -> Parameters:
        leaf = max(2, math.ceil(size.rows * max(1, size.outputs - 1) / 4000))
        return {"n_estimators": 100, "max_features": 0.75 if size.columns <= 60 else 0.3, "min_samples_leaf": leaf}

    def space(self, trial: Any, task: Task, size: Size) -> Parameters:
        base = dict(self.defaults(task, size))
        leaf = int(base["min_samples_leaf"])
        return base | {
            "max_features": trial.suggest_float("max_features", 0.1, 1.0),
            "min_samples_leaf": trial.suggest_int("min_samples_leaf", max(1, leaf // 2), leaf * 8, log=True),
        }

    def estimator(self, task: Task, parameters: Parameters, seed: int, threads: int = 1) -> Any:
        kind = ExtraTreesRegressor if task == "regression" else ExtraTreesClassifier
        return kind(**parameters, random_state=seed % 2**32, n_jobs=threads)


CANDIDATE = ExtraTrees()
