"""Numbers to numbers, column by column: scaling, clipping, rounding, power transformations. NaN stays NaN."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto
from sklearn.preprocessing import MinMaxScaler, PowerTransformer, RobustScaler, StandardScaler

from tenfold.learning.graph.builder import Expression, Graph
from tenfold.learning.graph.converters import register, require
from tenfold.learning.graph.wire import Wire, numbers
from tenfold.learning.transformers import Clip, Float32, YeoJohnson
from tenfold.learning.transformers.float32 import LARGEST

#: Below this |λ| a power is replaced by the first terms of its series, which are then the more accurate.
NEARLY_LOGARITHM = 1e-5


@register(StandardScaler)
def standard_scaler(graph: Graph, estimator: StandardScaler, wire: Wire) -> Wire:
    """(x − mean) / deviation."""
    return _scaled(graph, wire, estimator.mean_ if estimator.with_mean else None, estimator.scale_)


@register(RobustScaler)
def robust_scaler(graph: Graph, estimator: RobustScaler, wire: Wire) -> Wire:
    """(x − median) / interquartile range."""
    return _scaled(graph, wire, estimator.center_, estimator.scale_)


@register(MinMaxScaler)
def min_max_scaler(graph: Graph, estimator: MinMaxScaler, wire: Wire) -> Wire:
    """Into the range seen in training, and held there when it clips."""
    values = graph.expression(numbers(graph, wire)) * estimator.scale_ + estimator.min_
    if estimator.clip:
        low, high = estimator.feature_range
        values = values.apply("Max", float(low)).apply("Min", float(high))
    return Wire.of(graph, values.tensor, len(wire))


@register(Clip)
def clip(graph: Graph, estimator: Clip, wire: Wire) -> Wire:
    """Between the learned quantiles."""
    values = graph.expression(numbers(graph, wire)).apply("Max", estimator.lower_).apply("Min", estimator.upper_)
    return Wire.of(graph, values.tensor, len(wire))


@register(Float32)
def float32(graph: Graph, estimator: Float32, wire: Wire) -> Wire:
    """To single precision and back, so that everything after it still computes in double."""
    return Wire.of(graph, rounded(graph, numbers(graph, wire)), len(wire))


def rounded(graph: Graph, matrix: str) -> str:
    """A float64 matrix with values that float32 holds exactly; one that has been rounded already is left as it is."""
    if matrix not in graph.single:
        within = graph.expression(matrix).apply("Max", -LARGEST).apply("Min", LARGEST).tensor
        matrix = graph.node("Cast", graph.node("Cast", within, to=TensorProto.FLOAT), to=TensorProto.DOUBLE)
        graph.single.add(matrix)
    return matrix


@register(PowerTransformer, YeoJohnson)
def power_transformer(graph: Graph, estimator: PowerTransformer, wire: Wire) -> Wire:
    """Box-Cox or Yeo-Johnson with the learned λ of each column, then standardised."""
    exponents = np.asarray(estimator.lambdas_, dtype=np.float64)
    require(not np.isnan(exponents).any(), estimator, "a column without values has no power")
    power = _box_cox if estimator.method == "box-cox" else _yeo_johnson
    raised = Wire.of(graph, power(graph.expression(numbers(graph, wire)), exponents).tensor, len(wire))
    return standard_scaler(graph, estimator._scaler, raised) if estimator.standardize else raised


def _scaled(graph: Graph, wire: Wire, centre: NDArray[np.float64] | None, scale: NDArray[np.float64] | None) -> Wire:
    values = graph.expression(numbers(graph, wire))
    values = values if centre is None else values - centre
    values = values if scale is None else values / scale
    return Wire.of(graph, values.tensor, len(wire))


def _box_cox(x: Expression, exponents: NDArray[np.float64]) -> Expression:
    """(x^λ − 1) / λ; source: Box & Cox, "An Analysis of Transformations", J. R. Statist. Soc. B 26 (1964)."""
    small = np.abs(exponents) < NEARLY_LOGARITHM
    safe = np.where(small, 1.0, exponents)
    powers = (x.apply("Pow", safe) - 1.0) / safe
    if not small.any():
        return powers
    logarithm = x.apply("Log")
    series = logarithm + logarithm * logarithm * (exponents / 2)
    return series.where(x.graph.constant(small), powers)


def _yeo_johnson(x: Expression, exponents: NDArray[np.float64]) -> Expression:
    """Box-Cox of x + 1 above zero, mirrored below; source: Yeo & Johnson, Biometrika 87 (2000)."""
    above = _box_cox(x.apply("Max", 0.0) + 1.0, exponents)
    below = _box_cox(x.apply("Neg").apply("Max", 0.0) + 1.0, 2 - exponents) * -1.0
    return above.where(x.graph.node("GreaterOrEqual", x.tensor, x.graph.constant(np.float64(0))), below)
