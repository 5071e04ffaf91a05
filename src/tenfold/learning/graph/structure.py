"""What holds estimators together: pipelines, column transformers, unions, transformed targets, bags."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.preprocessing import FunctionTransformer

from tenfold.learning.bagging import Bagged, codes_of
from tenfold.learning.graph.builder import Expression, Graph, total
from tenfold.learning.graph.converters import convert, register, require
from tenfold.learning.graph.wire import Wire, beside, numbers
from tenfold.learning.targets import LogTarget


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


@register(LogTarget)
def log_target(graph: Graph, estimator: LogTarget, wire: Wire) -> Wire:
    """The regressor's answer, raised, held within its ends and brought back from its logarithm."""
    answer = graph.expression(numbers(graph, convert(graph, estimator.regressor, wire))) + estimator.raised
    return Wire.of(graph, _expm1(answer.apply("Max", 0.0).apply("Min", estimator.end)).tensor, 1)


@register(Bagged)
def bagged(graph: Graph, estimator: Bagged, wire: Wire) -> Wire:
    """The mean of the parts. What they transform alike is computed once."""
    answers = []
    for each in estimator.pipelines:
        answer = convert(graph, each, wire)
        if estimator.labels is None:
            answers.append(graph.expression(numbers(graph, answer)))
        else:
            known = codes_of(each).tolist()
            places = [known.index(code) if code in known else -1 for code in range(len(estimator.labels))]
            answers.append(in_class_order(graph, answer, places))
    return Wire.of(graph, (total(answers) / float(len(answers))).tensor, len(estimator.labels or (0,)))


def in_class_order(graph: Graph, answer: Wire, places: Sequence[int]) -> Expression:
    """Probabilities with their columns brought into another order: ``places`` among ``answer``'s, −1 for none (0)."""
    if list(places) == list(range(len(answer))):
        return graph.expression(numbers(graph, answer))
    if min(places) >= 0:
        return graph.expression(numbers(graph, answer.take(places)))
    moved = np.zeros((len(answer), len(places)))
    moved[[own for own in places if own >= 0], [i for i, own in enumerate(places) if own >= 0]] = 1.0
    return graph.expression(numbers(graph, answer)).apply("MatMul", moved)


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
