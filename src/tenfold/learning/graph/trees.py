"""Sums of trees, by ONNX's own operator, with thresholds in double precision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto, numpy_helper

from tenfold.learning.graph.builder import ML, ONE_EACH, Expression, Graph

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Tree:
    """One tree: arrays over its nodes, of which node 0 is the root; a leaf has ``left`` −1.

    A row goes left where ``value <= threshold``, or where the value is NaN and ``missing_left`` holds.
    ``values`` [nodes, targets] count at the leaves only.
    """

    feature: Ints
    threshold: Floats
    left: Ints
    right: Ints
    missing_left: NDArray[np.bool_]
    values: Floats


def sum_of_trees(graph: Graph, matrix: str, trees: list[Tree], targets: int, base: Floats | None = None) -> Expression:
    """float64 [N, targets]: each row's leaves, summed in double precision.

    ``base`` [targets] is added to it: by the operator itself where that rounds its answer (after the rounding, a sum
    near ``-base`` would have lost its digits).
    """
    if graph.ml == ONE_EACH and targets == 1:
        return _one_each(graph, matrix, trees, base)
    leaf = [tree.left < 0 for tree in trees]
    # Only what a tree adds to: of a booster with a tree for each class that is one target, not all of them.
    pairs = [(np.flatnonzero(at), _targets(tree)) for tree, at in zip(trees, leaf, strict=True)]
    numbered = [np.full(len(tree.left), index) for index, tree in enumerate(trees)]
    attributes: dict[str, Any] = {
        "nodes_treeids": _whole(numbered),
        "nodes_nodeids": _whole([np.arange(len(tree.left)) for tree in trees]),
        "nodes_featureids": _whole([np.where(at, 0, t.feature) for t, at in zip(trees, leaf, strict=True)]),
        "nodes_truenodeids": _whole([np.where(at, 0, t.left) for t, at in zip(trees, leaf, strict=True)]),
        "nodes_falsenodeids": _whole([np.where(at, 0, t.right) for t, at in zip(trees, leaf, strict=True)]),
        "nodes_missing_value_tracks_true": _whole([tree.missing_left for tree in trees]),
        "nodes_modes": np.where(np.concatenate(leaf), b"LEAF", b"BRANCH_LEQ"),
        "nodes_values_as_tensor": _doubles([np.where(at, 0, t.threshold) for t, at in zip(trees, leaf, strict=True)]),
        "n_targets": targets,
        "target_treeids": _whole([np.full(len(at) * len(k), i) for i, (at, k) in enumerate(pairs)]),
        "target_nodeids": _whole([np.repeat(at, len(k)) for at, k in pairs]),
        "target_ids": _whole([np.tile(k, len(at)) for at, k in pairs]),
        "target_weights_as_tensor": _doubles(
            [t.values[np.ix_(at, k)].ravel() for t, (at, k) in zip(trees, pairs, strict=True)]
        ),
    }
    if base is not None and np.any(base):
        attributes["base_values_as_tensor"] = _doubles([base])
    (total,) = graph.add("TreeEnsembleRegressor", [matrix], 1, ML, attributes)
    return graph.expression(graph.node("Cast", total, to=TensorProto.DOUBLE))


def _targets(tree: Tree) -> Ints:
    found = np.flatnonzero(tree.values.any(axis=0))
    return found if len(found) else np.zeros(1, dtype=np.int64)


def _one_each(graph: Graph, matrix: str, trees: list[Tree], base: Floats | None) -> Expression:
    """The newer operator: nodes and leaves apart, one value per leaf, nothing rounded."""
    parts = [_split(tree) for tree in trees]
    nodes = np.cumsum([0, *(len(part.feature) for part in parts)])
    leaves = np.cumsum([0, *(len(part.leaf) for part in parts)])
    attributes: dict[str, Any] = {
        "n_targets": 1,
        "aggregate_function": 1,  # the sum
        "tree_roots": nodes[:-1],
        "nodes_featureids": _whole([part.feature for part in parts]),
        "nodes_splits": _doubles([part.threshold for part in parts]),
        "nodes_modes": numpy_helper.from_array(np.zeros(nodes[-1], dtype=np.uint8)),  # left where value <= threshold
        "nodes_missing_value_tracks_true": _whole([part.missing_left for part in parts]),
        "leaf_targetids": np.zeros(leaves[-1], dtype=np.int64),
        "leaf_weights": _doubles([part.leaf for part in parts]),
    }
    for side, name in (("left", "true"), ("right", "false")):
        ends = [getattr(part, side) for part in parts]
        at_leaf = [getattr(part, f"{side}_leaf") for part in parts]
        moved = [
            np.where(leaf, end + first_leaf, end + first)
            for end, leaf, first, first_leaf in zip(ends, at_leaf, nodes, leaves, strict=False)
        ]
        attributes[f"nodes_{name}nodeids"] = _whole(moved)
        attributes[f"nodes_{name}leafs"] = _whole(at_leaf)
    (total,) = graph.add("TreeEnsemble", [matrix], 1, ML, attributes)
    summed = graph.expression(total)
    return summed + base if base is not None and np.any(base) else summed


@dataclass(frozen=True)
class _Split:
    """A tree with its inner nodes and its leaves numbered apart. ``left_leaf``: whether ``left`` is a leaf's number."""

    feature: Ints
    threshold: Floats
    missing_left: NDArray[np.bool_]
    left: Ints
    right: Ints
    left_leaf: NDArray[np.bool_]
    right_leaf: NDArray[np.bool_]
    leaf: Floats


def _split(tree: Tree) -> _Split:
    at_leaf = tree.left < 0
    inner, leaf = np.flatnonzero(~at_leaf), tree.values[at_leaf, 0]
    if not len(inner):  # one leaf: a node of which both sides lead there
        one, yes = np.zeros(1, dtype=np.int64), np.ones(1, dtype=bool)
        return _Split(one, np.zeros(1), ~yes, one, one, yes, yes, leaf)
    number = np.where(at_leaf, np.cumsum(at_leaf) - 1, np.cumsum(~at_leaf) - 1)
    left, right = tree.left[inner], tree.right[inner]
    return _Split(
        tree.feature[inner], tree.threshold[inner], tree.missing_left[inner], number[left], number[right],
        at_leaf[left], at_leaf[right], leaf,
    )  # fmt: skip


def _whole(parts: Sequence[NDArray[Any]]) -> Ints:
    return np.concatenate(parts).astype(np.int64)


def _doubles(parts: Sequence[Floats]) -> object:
    return numpy_helper.from_array(np.concatenate(parts).astype(np.float64))
