"""Networks: the encoding of their inputs, then layer by layer, in double precision throughout."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from onnx import TensorProto

from tenfold.learning.graph.builder import Expression, Graph
from tenfold.learning.graph.converters import register
from tenfold.learning.graph.wire import Wire, numbers
from tenfold.learning.networks.encoding import BOUND, LARGEST, Encoding
from tenfold.learning.networks.estimator import RealMLPClassifier, RealMLPRegressor
from tenfold.learning.networks.layers import Layer


@register(RealMLPClassifier)
def classifier(graph: Graph, estimator: RealMLPClassifier, wire: Wire) -> Wire:
    """A softmax over the classes."""
    answers = _answers(graph, estimator, wire)
    return Wire.of(graph, graph.node("Softmax", answers.tensor, axis=1), len(estimator.classes_))


@register(RealMLPRegressor)
def regressor(graph: Graph, estimator: RealMLPRegressor, wire: Wire) -> Wire:
    """Back on the scale of the values, and held within their range."""
    answers = _answers(graph, estimator, wire) * estimator.spread_ + estimator.centre_
    return Wire.of(graph, answers.apply("Max", estimator.low_).apply("Min", estimator.high_).tensor, 1)


def _answers(graph: Graph, estimator: Any, wire: Wire) -> Expression:
    return _through(estimator.layers_, _encoded(graph, estimator.encoding_, wire))


def _encoded(graph: Graph, encoding: Encoding, wire: Wire) -> Expression:
    """:meth:`Encoding.transform`."""
    matrix = numbers(graph, wire)
    missing = graph.node("IsNaN", matrix)
    median = Expression(graph, graph.constant(encoding.median))
    known = median.where(missing, Expression(graph, matrix)).apply("Max", -LARGEST).apply("Min", LARGEST)
    scaled = (known - encoding.median) * encoding.scale
    parts = [scaled / (scaled * scaled / BOUND**2 + 1.0).apply("Sqrt")]
    if len(encoding.places):
        repeated = Expression(graph, graph.node("Gather", known.tensor, graph.constant(encoding.places), axis=1))
        parts.append(((repeated - encoding.lower) * encoding.slope).apply("Max", 0.0).apply("Min", 1.0))
    if len(encoding.gaps):
        absent = graph.node("Cast", missing, to=TensorProto.DOUBLE)
        parts.append(Expression(graph, graph.node("Gather", absent, graph.constant(encoding.gaps), axis=1)))
    tensors = [part.tensor for part in parts]
    return Expression(graph, tensors[0] if len(tensors) == 1 else graph.node("Concat", *tensors, axis=1))


def _through(layers: Sequence[Layer], found: Expression) -> Expression:
    """:func:`tenfold.learning.networks.layers.through`."""
    for layer in layers:
        found = found.apply("MatMul", layer.weights) + layer.bias
        if layer.slope is not None:
            found = found * (found.apply("Sigmoid") * layer.slope + (1.0 - layer.slope))
    return found
