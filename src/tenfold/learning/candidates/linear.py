"""Logistic regression, and ridge regression for numbers: the simple model that always competes."""

from __future__ import annotations

from typing import Any

from sklearn.linear_model import LogisticRegression, Ridge

from tenfold.learning.candidates.candidate import Parameters, Plain, Size, Watch, as_it_is, target, weighing
from tenfold.learning.recipe import Family
from tenfold.metrics import Task

_WORK = 3e9  # multiplications that a fit may take, about 5 s
#: Iterations of logistic regression, and the fewest where that many would take too long.
_MOST, _LEAST = 300, 30


class Linear(Plain):
    """L2-regularised; ``C`` is the inverse strength (classes), ``alpha`` the strength (numbers).

    Sources: Hoerl & Kennard, Technometrics 12, 1970; le Cessie & van Houwelingen, Applied Statistics 41, 1992.
    """

    name = "linear"
    family: Family = "linear"
    tunable = True
    enough = 6
    reserved = ("random_state",)

    def defaults(self, task: Task, size: Size) -> Parameters:
        return {"alpha": 3.0, **as_it_is(size)} if task == "regression" else {"C": 1.0}

    def space(self, trial: Any, task: Task, size: Size) -> Parameters:
        if task == "regression":
            return {"alpha": trial.suggest_float("alpha", 0.01, 1000.0, log=True), **target(trial, size)}
        return {"C": trial.suggest_float("C", 0.003, 100.0, log=True)}

    def estimator(self, task: Task, parameters: Parameters, seed: int, threads: int = 1) -> Any:
        seeded = {"random_state": seed % 2**32}  # not every solver asks for it
        if task == "regression":
            return Ridge(**seeded | dict(parameters))
        made = LogisticRegression(**seeded | {"max_iter": _MOST} | dict(parameters))
        made.hurried = "max_iter" not in parameters
        return made

    def fit(self, estimator: Any, X: Any, y: Any, watch: Watch | None = None, weights: Any = None) -> int:
        """Where the user names no number of iterations, fewer of them where there is much to multiply."""
        if getattr(estimator, "hurried", False):
            cells = X.nnz if hasattr(X, "nnz") else X.size
            steps = _WORK / max(1.0, 4.0 * cells * max(1, len(set(y)) - 1))
            estimator.set_params(max_iter=int(min(_MOST, max(_LEAST, steps))))
        estimator.fit(X, y, **weighing(weights))
        return 0


CANDIDATE = Linear()
