"""Forests of scikit-learn: trees that compare in single precision, their leaves averaged."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.ensemble import (
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from tenfold.learning.graph.builder import Graph
from tenfold.learning.graph.converters import register, require
from tenfold.learning.graph.linear import two_classes
from tenfold.learning.graph.scaling import rounded
from tenfold.learning.graph.trees import Tree, sum_of_trees
from tenfold.learning.graph.wire import Wire, numbers


@register(ExtraTreesClassifier, RandomForestClassifier, DecisionTreeClassifier)
def forest_classifier(graph: Graph, estimator: Any, wire: Wire) -> Wire:
    """The mean of the leaves' shares; of two classes only the second is summed."""
    require(estimator.n_outputs_ == 1, estimator, "several targets at once are not supported")
    classes = len(estimator.classes_)
    matrix = rounded(graph, numbers(graph, wire))
    trees = _trees(estimator)
    if classes != 2:
        return Wire.of(graph, sum_of_trees(graph, matrix, trees, classes).tensor, classes)
    second = [Tree(t.feature, t.threshold, t.left, t.right, t.missing_left, t.values[:, 1:]) for t in trees]
    return two_classes(graph, sum_of_trees(graph, matrix, second, 1))


@register(ExtraTreesRegressor, RandomForestRegressor, DecisionTreeRegressor)
def forest_regressor(graph: Graph, estimator: Any, wire: Wire) -> Wire:
    """The mean of the leaves."""
    require(estimator.n_outputs_ == 1, estimator, "several targets at once are not supported")
    total = sum_of_trees(graph, rounded(graph, numbers(graph, wire)), _trees(estimator), 1)
    return Wire.of(graph, total.tensor, 1)


def _trees(estimator: Any) -> list[Tree]:
    members = getattr(estimator, "estimators_", [estimator])
    return [_tree(member.tree_, len(members)) for member in members]


def _tree(fitted: Any, members: int) -> Tree:
    return Tree(
        feature=fitted.feature.astype(np.int64),
        threshold=fitted.threshold.astype(np.float64),
        left=fitted.children_left.astype(np.int64),
        right=fitted.children_right.astype(np.int64),
        missing_left=fitted.missing_go_to_left.astype(bool),
        values=fitted.value[:, 0, :].astype(np.float64) / members,
    )
