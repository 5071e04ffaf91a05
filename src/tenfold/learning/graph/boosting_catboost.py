"""CatBoost: the symmetric trees of its own JSON export, on numbers in single precision."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from tenfold.learning.graph.builder import Expression, Graph
from tenfold.learning.graph.converters import register, require
from tenfold.learning.graph.linear import two_classes
from tenfold.learning.graph.scaling import rounded
from tenfold.learning.graph.trees import Tree, sum_of_trees
from tenfold.learning.graph.wire import Wire, numbers

IDENTITY = {"RMSE", "MAE", "Quantile", "Huber", "MAPE", "LogCosh", "Expectile", "Lq"}
EXPONENTIAL = {"Poisson", "Tweedie"}
SIGMOID = {"Logloss", "CrossEntropy"}


@register("catboost.core.CatBoostClassifier")
def classifier(graph: Graph, estimator: Any, wire: Wire) -> Wire:
    """A sigmoid for two classes, softmax for more."""
    loss, raw = _raw(graph, estimator, wire)
    if loss == "MultiClass":
        return Wire.of(graph, graph.node("Softmax", raw.tensor, axis=1), len(estimator.classes_))
    require(loss in SIGMOID, estimator, f"the loss {loss!r} is not supported")
    return two_classes(graph, raw.apply("Sigmoid"))


@register("catboost.core.CatBoostRegressor")
def regressor(graph: Graph, estimator: Any, wire: Wire) -> Wire:
    """The sum of the leaves, exponentiated where the loss works on logarithms."""
    loss, raw = _raw(graph, estimator, wire)
    require(loss in IDENTITY | EXPONENTIAL, estimator, f"the loss {loss!r} is not supported")
    return Wire.of(graph, (raw.apply("Exp") if loss in EXPONENTIAL else raw).tensor, 1)


def _raw(graph: Graph, estimator: Any, wire: Wire) -> tuple[str, Expression]:
    """The loss by name, and the sum of the trees, scaled and shifted [N, dimensions]."""
    model = _exported(estimator)
    loss = model["model_info"]["params"]["loss_function"]["type"]
    plain = set(model["features_info"]) <= {"float_features"} and "oblivious_trees" in model
    require(plain, estimator, "only symmetric trees over numbers are supported: encode categories and texts first")
    scale, bias = model["scale_and_bias"]
    nan_left = {
        feature["feature_index"]: feature["nan_value_treatment"] != "AsTrue"
        for feature in model["features_info"]["float_features"]
    }
    trees = [_tree(tree, nan_left, len(bias), float(scale)) for tree in model["oblivious_trees"]]
    base = np.asarray(bias, dtype=np.float64)
    return loss, sum_of_trees(graph, rounded(graph, numbers(graph, wire)), trees, len(bias), base)


def _exported(estimator: Any) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "model.json")
        estimator.save_model(str(path), format="json")
        return json.loads(path.read_text("utf-8"))


def _tree(tree: Any, nan_left: dict[int, bool], dimensions: int, scale: float) -> Tree:
    """A symmetric tree written out in full: one question a level, and bit i of a leaf's number is answer i.

    The last question stands at the root, so that the leaves below it come in the order of their numbers.
    """
    splits = list(reversed(tree["splits"] or []))
    inner, depth = 2 ** len(splits) - 1, len(splits)
    level = np.repeat(np.arange(depth), 2 ** np.arange(depth))
    features = np.array([split["float_feature_index"] for split in splits], dtype=np.int64)
    borders = np.array([split["border"] for split in splits], dtype=np.float64)
    missing = np.array([nan_left[int(feature)] for feature in features], dtype=bool)
    leaves = np.full(inner + 1, -1)
    node = np.arange(inner)
    values = scale * np.asarray(tree["leaf_values"], dtype=np.float64).reshape(inner + 1, dimensions)
    return Tree(
        feature=np.concatenate([features[level], leaves]),
        threshold=np.concatenate([borders[level], np.zeros(inner + 1)]),
        left=np.concatenate([2 * node + 1, leaves]),
        right=np.concatenate([2 * node + 2, leaves]),
        missing_left=np.concatenate([missing[level], np.zeros(inner + 1, dtype=bool)]),
        values=np.concatenate([np.zeros((inner, dimensions)), values]),
    )
