"""What holds estimators together: pipelines, column transformers, unions, transformed targets."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.preprocessing import FunctionTransformer

from tenfold.learning.graph.builder import Expression, Graph
from tenfold.learning.graph.converters import convert, register, require
from tenfold.learning.graph.wire import Wire, beside, numbers


@register(Pipeline)
def pipeline(graph: Graph, estimator: Pipeline, wire: Wire) -> Wire:
    """Each step's output is the next one's input."""
    for _, step in estimator.steps:
        wire = _part(graph, step, wire)
    return wire


@register(ColumnTransformer)
def column_transformer(graph: Graph, estimator: ColumnTransformer, wire: Wire) -> Wire:
    """Parts side by side, in the order in which they were declared; the remainder last."""
    wire = _in_order(estimator, wire)
    weights = estimator.transformer_weights or {}
    places = estimator._transformer_to_input_indices  # resolves names, slices, masks and callables alike
    parts = []
    for name, part, _ in estimator.transformers_:
        if len(places[name]) and not _dropped(part):
            parts.append(_weighted(graph, _part(graph, part, wire.take(places[name])), weights.get(name)))
    return beside(parts)


@register(FeatureUnion)
def feature_union(graph: Graph, estimator: FeatureUnion, wire: Wire) -> Wire:
    """Every part sees the same columns."""
    weights = estimator.transformer_weights or {}
    parts = [(name, part) for name, part in estimator.transformer_list if not _dropped(part)]
    return beside([_weighted(graph, _part(graph, part, wire), weights.get(name)) for name, part in parts])


@register(FunctionTransformer)
def identity(graph: Graph, estimator: FunctionTransformer, wire: Wire) -> Wire:
    """Only the function that changes nothing."""
    require(estimator.func is None, estimator, "a Python function has no graph")
    return wire


@register(TransformedTargetRegressor)
def transformed_target(graph: Graph, estimator: TransformedTargetRegressor, wire: Wire) -> Wire:
    """The regressor's answer, brought back to the target's own scale."""
    require(estimator.transformer is None, estimator, "only functions are written back, not transformers")
    inverses = {np.expm1: _expm1, np.exp: _exp, None: _same}
    require(estimator.inverse_func in inverses, estimator, "the inverse has to be numpy.expm1 or numpy.exp")
    answer = convert(graph, estimator.regressor_, wire)
    inverse = inverses[estimator.inverse_func]
    return Wire.of(graph, inverse(graph.expression(numbers(graph, answer))).tensor, len(answer))


def _in_order(estimator: Any, wire: Wire) -> Wire:
    """The columns in the order in which the estimator was fitted on them."""
    known = getattr(estimator, "feature_names_in_", None)
    if known is None or wire.names is None:
        return wire
    places = {name: place for place, name in enumerate(wire.names)}
    absent = [name for name in known if name not in places]
    require(not absent, estimator, f"it was fitted on columns that are no inputs: {', '.join(map(str, absent))}")
    return wire.take(places[name] for name in known)


def _part(graph: Graph, part: Any, wire: Wire) -> Wire:
    return wire if part is None or (isinstance(part, str) and part == "passthrough") else convert(graph, part, wire)


def _dropped(part: Any) -> bool:
    return isinstance(part, str) and part == "drop"


def _weighted(graph: Graph, wire: Wire, weight: float | None) -> Wire:
    if weight is None or not len(wire):
        return wire
    return Wire.of(graph, (graph.expression(numbers(graph, wire)) * weight).tensor, len(wire))


def _expm1(expression: Expression) -> Expression:
    return expression.apply("Exp") - 1.0


def _exp(expression: Expression) -> Expression:
    return expression.apply("Exp")


def _same(expression: Expression) -> Expression:
    return expression
