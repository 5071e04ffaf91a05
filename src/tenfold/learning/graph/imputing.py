"""Missing values: filled with what was learned, and flagged."""

from __future__ import annotations

from typing import Any

import numpy as np
from onnx import TensorProto
from sklearn.impute import MissingIndicator, SimpleImputer

from tenfold.learning.graph.builder import Graph
from tenfold.learning.graph.converters import register, require
from tenfold.learning.graph.wire import Wire, beside, numbers, strings


@register(SimpleImputer)
def simple_imputer(graph: Graph, estimator: SimpleImputer, wire: Wire) -> Wire:
    """The learned statistic where a value is missing; columns that were all missing are left out, as in training."""
    if all(place.kind == "string" for place in wire.places):
        return _text(graph, estimator, wire)
    require(_is_nan(estimator.missing_values), estimator, "among numbers only NaN may mean missing")
    statistics = np.asarray(estimator.statistics_, dtype=np.float64)
    kept = np.flatnonzero(~np.isnan(statistics))
    parts = [wire.take(())]
    if len(kept):
        matrix = numbers(graph, wire.take(kept))
        filled = graph.node("Where", graph.node("IsNaN", matrix), graph.constant(statistics[kept]), matrix)
        parts = [Wire.of(graph, filled, len(kept))]
    if estimator.add_indicator:
        parts.append(missing_indicator(graph, estimator.indicator_, wire))
    return beside(parts)


@register(MissingIndicator)
def missing_indicator(graph: Graph, estimator: MissingIndicator, wire: Wire) -> Wire:
    """1 where a value is missing, else 0."""
    require(_is_nan(estimator.missing_values), estimator, "among numbers only NaN may mean missing")
    flagged = wire.take(estimator.features_)
    if not len(flagged):
        return flagged
    flags = graph.node("Cast", graph.node("IsNaN", numbers(graph, flagged)), to=TensorProto.DOUBLE)
    return Wire.of(graph, flags, len(flagged))


def _text(graph: Graph, estimator: SimpleImputer, wire: Wire) -> Wire:
    require(not estimator.add_indicator, estimator, "an indicator of missing text is not written")
    if not isinstance(estimator.missing_values, str):
        return wire  # typed text has a level for "missing", so nothing here is ever NaN
    texts = strings(graph, wire)
    missing = graph.node("Equal", texts, graph.constant(np.array([estimator.missing_values], dtype=object)))
    fill = graph.constant(np.array([str(value) for value in estimator.statistics_], dtype=object))
    return Wire.of(graph, graph.node("Where", missing, fill, texts), len(wire), "string")


def _is_nan(value: Any) -> bool:
    return isinstance(value, float) and bool(np.isnan(value))
