"""LightGBM: the trees of its own model text, compared in double precision, missing values as each node was taught."""

from __future__ import annotations

from typing import Any

import numpy as np

from tenfold.learning.graph.builder import Expression, Graph
from tenfold.learning.graph.converters import register, require
from tenfold.learning.graph.linear import two_classes
from tenfold.learning.graph.trees import Tree, sum_of_trees
from tenfold.learning.graph.wire import Wire, numbers

#: ``decision_type`` of a node: bit 0 categorical, bit 1 missing goes left, bits 2-3 what counts as missing.
CATEGORICAL, DEFAULT_LEFT, MISSING_SHIFT = 1, 2, 2
NOTHING, ZERO, NAN = 0, 1, 2

IDENTITY = {"regression", "regression_l1", "huber", "fair", "quantile", "mape"}
EXPONENTIAL = {"poisson", "gamma", "tweedie"}


@register("lightgbm.sklearn.LGBMClassifier")
def classifier(graph: Graph, estimator: Any, wire: Wire) -> Wire:
    """A sigmoid for two classes, softmax for more."""
    objective, raw = _raw(graph, estimator, wire)
    if objective[0] == "multiclass":
        return Wire.of(graph, graph.node("Softmax", raw.tensor, axis=1), estimator.n_classes_)
    require(objective[0] == "binary", estimator, f"the objective {objective[0]!r} is not supported")
    slope = dict(part.split(":") for part in objective[1:] if ":" in part).get("sigmoid", "1")
    return two_classes(graph, (raw * float(slope) if float(slope) != 1 else raw).apply("Sigmoid"))


@register("lightgbm.sklearn.LGBMRegressor")
def regressor(graph: Graph, estimator: Any, wire: Wire) -> Wire:
    """The sum of the leaves, exponentiated where the objective works on logarithms."""
    objective, raw = _raw(graph, estimator, wire)
    known = IDENTITY | EXPONENTIAL
    require(
        objective[0] in known and "sqrt" not in objective, estimator, f"the objective {objective!r} is not supported"
    )
    answer = raw.apply("Exp") if objective[0] in EXPONENTIAL else raw
    return Wire.of(graph, answer.tensor, 1)


def _raw(graph: Graph, estimator: Any, wire: Wire) -> tuple[list[str], Expression]:
    """The objective's words, and the sum of the trees [N, trees per round]."""
    header, sections = _sections(estimator.booster_.model_to_string())
    require("average_output" not in header, estimator, "averaged trees (boosting_type='rf') are not supported")
    targets = int(header["num_tree_per_iteration"])
    trees = [_tree(estimator, section, i % targets, targets) for i, section in enumerate(sections)]
    require(bool(trees), estimator, "it has no trees")
    return header["objective"].split(), sum_of_trees(graph, numbers(graph, wire), trees, targets)


def _sections(model: str) -> tuple[dict[str, str], list[dict[str, str]]]:
    """The header and the trees of a model text, as words."""
    text = model.split("\nend of trees")[0]
    head, *trees = text.split("\nTree=")
    return _words(head), [_words(tree) for tree in trees]


def _words(section: str) -> dict[str, str]:
    return {key: value for key, _, value in (line.partition("=") for line in section.splitlines()) if key}


def _tree(estimator: Any, section: dict[str, str], target: int, targets: int) -> Tree:
    require(section.get("is_linear", "0") == "0", estimator, "linear trees are not supported")
    require(section["num_cat"] == "0", estimator, "categorical splits are not supported: encode categories first")
    leaf_values = _floats(section["leaf_value"])
    splits = int(section["num_leaves"]) - 1
    kind = _ints(section.get("decision_type", ""))
    missing = kind >> MISSING_SHIFT
    require(not (missing == ZERO).any(), estimator, "zero_as_missing is not supported")
    threshold = _floats(section.get("threshold", ""))
    # Where a node saw nothing missing in training, LightGBM reads NaN as 0.
    missing_left = np.where(missing == NAN, (kind & DEFAULT_LEFT) > 0, threshold >= 0)
    leaves = np.full(splits + 1, -1)
    values = np.zeros((2 * splits + 1, targets))
    values[splits:, target] = leaf_values
    return Tree(
        feature=np.concatenate([_ints(section.get("split_feature", "")), leaves]),
        threshold=np.concatenate([threshold, np.zeros(splits + 1)]),
        left=np.concatenate([_children(section.get("left_child", ""), splits), leaves]),
        right=np.concatenate([_children(section.get("right_child", ""), splits), leaves]),
        missing_left=np.concatenate([missing_left, np.zeros(splits + 1, dtype=bool)]),
        values=values,
    )


def _children(text: str, splits: int) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Nodes are numbered splits first, then leaves; LightGBM writes leaf i as −i − 1."""
    child = _ints(text)
    return np.where(child >= 0, child, splits - child - 1)


def _ints(text: str) -> np.ndarray[Any, np.dtype[np.int64]]:
    return np.array(text.split(), dtype=np.int64)


def _floats(text: str) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.array(text.split(), dtype=np.float64)
