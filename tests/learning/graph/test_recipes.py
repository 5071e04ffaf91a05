"""Every method that a recipe may name, under every candidate, is proven convertible: nothing is offered that is not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.pipeline import Pipeline

from tenfold.learning.candidates import Size, candidate
from tenfold.learning.composition import Member
from tenfold.learning.proof import prove_member
from tenfold.learning.recipe import METHODS, Recipe, Transformation

pytestmark = pytest.mark.slow  # whole runs: `make check` leaves them out

TARGET_TYPES = {"binary": "binary", "multiclass": "multiclass", "regression": "continuous"}


def uses(method: str, target_type: str, sparse: bool) -> Transformation:
    """The method over columns that suit it."""
    columns: dict[str, tuple[str, ...]] = {
        "one_hot": ("city", "grade"), "ordinal": ("city", "grade"), "target": ("city",), "frequency": ("city",),
        "frequency_scaled": ("grade",), "dates": ("when",), "dates_scaled": ("when",), "tf_idf": ("words",),
        "tf_idf_svd": ("words",), "box_cox": ("Größe",),
    }  # fmt: skip
    parameters: dict[str, dict[str, Any]] = {
        "one_hot": {"min_frequency": 10, "sparse_output": sparse},
        "ordinal": {"min_frequency": 5},
        "target": {"target_type": target_type, "scale": sparse},
        "pairs": {"of_values": target_type == "continuous"},
        "tf_idf": {"min_df": 2, "sublinear_tf": True, "ratio": target_type == "binary"},
        "tf_idf_svd": {"components": 3, "telling": 4, "values": target_type == "continuous"},
    }
    return Transformation(method, columns.get(method, ("amount", "Größe")), parameters.get(method, {}))


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")  # unscaled columns are among them
@pytest.mark.parametrize("task", ["binary", "regression", pytest.param("multiclass", marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", ["dummy", "linear", "lightgbm", "catboost", "extra_trees"])
def test_candidate_on_every_method(task: Any, name: str, train: Any, labels: Any, inputs: Any) -> None:
    model = candidate(name)
    gaps = {"keep", "pairs"} | ({"dates"} if model.family == "linear" else set())  # linear models take no NaN
    chosen = [method for method in METHODS if model.family == "trees" or method not in gaps]
    parts = tuple(uses(method, TARGET_TYPES[task], model.family == "linear") for method in chosen)
    recipe = Recipe(model.family, () if model.family == "none" else parts).build(seed=0)
    parameters = dict(model.defaults(task, Size(len(train), len(inputs), 3 if task == "multiclass" else 1)))
    parameters |= {model.rounds: 30} if model.rounds else {}
    estimator = model.estimator(task, parameters, seed=0)
    answer = labels[task] if task == "regression" else np.unique(labels[task], return_inverse=True)[1]
    pipeline = Pipeline([("recipe", "passthrough" if recipe is None else recipe), ("estimator", estimator)])
    proof = prove_member(Member(name, model.family, pipeline.fit(train, answer)), inputs, train)
    assert proof.problems == ()
    assert proof.largest_difference < 1e-6
