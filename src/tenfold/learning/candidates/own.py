"""The user's own estimator, by import path."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sklearn.utils import get_tags
from sklearn.utils.validation import has_fit_parameter

from tenfold.learning.candidates.candidate import Parameters, Plain, Watch, accepted
from tenfold.learning.recipe import Family, load_estimator, seeding
from tenfold.metrics import Task


class Own(Plain):
    """Any scikit-learn estimator. It gets the scaled, complete columns that linear models get.

    A class that sets ``tenfold_family = "trees"`` gets what trees get instead (unscaled, gaps as NaN).

    ``X`` is a float64 array [rows, columns] (float32 for ``"trees"``). Where most of it is zeros (many categories,
    texts) it is a SciPy sparse matrix only if the class says that it takes one: by scikit-learn's tag
    ``input_tags.sparse`` (https://scikit-learn.org/stable/developers/develop.html#estimator-tags), as
    ``sklearn.linear_model:LogisticRegression`` does.
    """

    def __init__(self, path: str) -> None:
        self.name = path
        self.kind = load_estimator(path)
        self.family: Family = getattr(self.kind, "tenfold_family", "linear")
        self.dense = not _takes_sparse(self.kind)
        self.weighted = has_fit_parameter(self.kind, "sample_weight")

    def names(self, task: Task) -> Mapping[str, str] | None:
        return accepted(self.kind, task)

    def estimator(self, task: Task, parameters: Parameters, seed: int, threads: int = 1) -> Any:
        return self.kind(**seeding(self.kind, seed) | dict(parameters))

    def fit(self, estimator: Any, X: Any, y: Any, watch: Watch | None = None, weights: Any = None) -> int:
        """Weights of rows reach a ``fit`` that has the parameter ``sample_weight``."""
        return super().fit(estimator, X, y, watch, weights if self.weighted else None)


def _takes_sparse(kind: Any) -> bool:
    """What the class says of itself; one that says nothing takes plain arrays."""
    try:
        return bool(get_tags(kind()).input_tags.sparse)
    except Exception:  # a class of the user's may fail in any way, and need not be scikit-learn's
        return False
