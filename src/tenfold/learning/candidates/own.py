"""The user's own estimator, by import path."""

from __future__ import annotations

import inspect
from typing import Any

from tenfold.learning.candidates.candidate import Parameters, Plain
from tenfold.learning.recipe import Family, load_estimator
from tenfold.metrics import Task


class Own(Plain):
    """Any scikit-learn estimator. It gets the scaled, complete columns that linear models get.

    A class that sets ``tenfold_family = "trees"`` gets what trees get instead (unscaled, gaps as NaN).
    """

    def __init__(self, path: str) -> None:
        self.name = path
        self.kind = load_estimator(path)
        self.family: Family = getattr(self.kind, "tenfold_family", "linear")

    def estimator(self, task: Task, parameters: Parameters, seed: int, threads: int = 1) -> Any:
        seeded = "random_state" in inspect.signature(self.kind).parameters
        return self.kind(**({"random_state": seed % 2**32} if seeded else {}) | dict(parameters))
