"""Sums of trees, by ONNX's own operator, with thresholds in double precision."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto, numpy_helper

from tenfold.learning.graph.builder import ML, Expression, Graph

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
    """float64 [N, targets]: each row's leaves, summed in double precision (and rounded once, by the operator).

    ``base`` [targets] is added before the rounding: added after it, a sum near ``-base`` would have lost its digits.
    """
    leaf = [tree.left < 0 for tree in trees]
    leaves = [np.flatnonzero(each) for each in leaf]
    numbered = [np.full(len(tree.left), index) for index, tree in enumerate(trees)]
    attributes = {
        "nodes_treeids": _whole(numbered),
        "nodes_nodeids": _whole([np.arange(len(tree.left)) for tree in trees]),
        "nodes_featureids": _whole([np.where(at, 0, t.feature) for t, at in zip(trees, leaf, strict=True)]),
        "nodes_truenodeids": _whole([np.where(at, 0, t.left) for t, at in zip(trees, leaf, strict=True)]),
        "nodes_falsenodeids": _whole([np.where(at, 0, t.right) for t, at in zip(trees, leaf, strict=True)]),
        "nodes_missing_value_tracks_true": _whole([tree.missing_left.astype(int) for tree in trees]),
        "nodes_modes": np.where(np.concatenate(leaf), "LEAF", "BRANCH_LEQ").tolist(),
        "nodes_values_as_tensor": _doubles([np.where(at, 0, t.threshold) for t, at in zip(trees, leaf, strict=True)]),
        "n_targets": targets,
        "target_treeids": _whole([np.full(len(at) * targets, i) for i, at in enumerate(leaves)]),
        "target_nodeids": _whole([np.repeat(at, targets) for at in leaves]),
        "target_ids": _whole([np.tile(np.arange(targets), len(at)) for at in leaves]),
        "target_weights_as_tensor": _doubles([t.values[at].ravel() for t, at in zip(trees, leaves, strict=True)]),
    }
    if base is not None and np.any(base):
        attributes["base_values_as_tensor"] = _doubles([base])
    (total,) = graph.add("TreeEnsembleRegressor", [matrix], 1, ML, attributes)
    return graph.expression(graph.node("Cast", total, to=TensorProto.DOUBLE))


def _whole(parts: list[Ints]) -> list[int]:
    numbers: list[int] = np.concatenate(parts).astype(np.int64).tolist()
    return numbers


def _doubles(parts: list[Floats]) -> object:
    return numpy_helper.from_array(np.concatenate(parts).astype(np.float64))
