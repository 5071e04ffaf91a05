"""The dummy: class shares or the mean, whatever the row. Who does not beat it has learned nothing."""

from __future__ import annotations

from typing import Any

from sklearn.dummy import DummyClassifier, DummyRegressor

from tenfold.learning.candidates.candidate import Parameters, Plain
from tenfold.learning.recipe import Family
from tenfold.metrics import Task


class Dummy(Plain):
    """Predicts the prior."""

    name = "dummy"
    family: Family = "none"

    def names(self, task: Task) -> Parameters:
        return {}

    def estimator(self, task: Task, parameters: Parameters, seed: int, threads: int = 1) -> Any:
        return DummyRegressor() if task == "regression" else DummyClassifier(strategy="prior")


CANDIDATE = Dummy()
