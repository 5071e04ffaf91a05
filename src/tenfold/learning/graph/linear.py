"""Linear models, projections, and the dummies that everything else has to beat."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.decomposition import TruncatedSVD
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.linear_model import ElasticNet, Lasso, LinearRegression, LogisticRegression, Ridge

from tenfold.learning.graph.builder import Expression, Graph
from tenfold.learning.graph.converters import register, require
from tenfold.learning.graph.sparse import product
from tenfold.learning.graph.wire import Wire
from tenfold.learning.transformers import Topics


@register(LogisticRegression)
def logistic_regression(graph: Graph, estimator: LogisticRegression, wire: Wire) -> Wire:
    """A sigmoid for two classes, softmax for more."""
    raw = _affine(graph, estimator, wire)
    if len(estimator.classes_) == 2:
        return two_classes(graph, raw.apply("Sigmoid"))
    return Wire.of(graph, graph.node("Softmax", raw.tensor, axis=1), len(estimator.classes_))


@register(LinearRegression, Ridge, ElasticNet, Lasso)
def linear_regression(graph: Graph, estimator: Any, wire: Wire) -> Wire:
    """Weights times values, plus the intercept."""
    require(np.atleast_2d(estimator.coef_).shape[0] == 1, estimator, "several targets at once are not supported")
    return Wire.of(graph, _affine(graph, estimator, wire).tensor, 1)


@register(TruncatedSVD, Topics)
def truncated_svd(graph: Graph, estimator: TruncatedSVD | Topics, wire: Wire) -> Wire:
    """A projection onto the leading components."""
    projected = product(graph, wire, np.asarray(estimator.components_, dtype=np.float64).T)
    return Wire.of(graph, projected.tensor, estimator.components_.shape[0])


@register(DummyClassifier)
def dummy_classifier(graph: Graph, estimator: DummyClassifier, wire: Wire) -> Wire:
    """The shares of the classes, whatever the row."""
    require(estimator.strategy == "prior", estimator, "only the strategy 'prior' is supported")
    return _same_for_every_row(graph, wire, np.asarray(estimator.class_prior_, dtype=np.float64))


@register(DummyRegressor)
def dummy_regressor(graph: Graph, estimator: DummyRegressor, wire: Wire) -> Wire:
    """One number, whatever the row."""
    return _same_for_every_row(graph, wire, np.asarray(estimator.constant_, dtype=np.float64).reshape(-1))


def two_classes(graph: Graph, second: Expression) -> Wire:
    """Probabilities [N, 2] from those of the second class [N, 1]."""
    first = graph.expression(graph.constant(np.float64(1))) - second
    return Wire.of(graph, graph.node("Concat", first.tensor, second.tensor, axis=1), 2)


def _affine(graph: Graph, estimator: Any, wire: Wire) -> Expression:
    weights = np.atleast_2d(np.asarray(estimator.coef_, dtype=np.float64)).T
    return product(graph, wire, weights) + np.asarray(estimator.intercept_, dtype=np.float64).reshape(-1)


def _same_for_every_row(graph: Graph, wire: Wire, answer: np.ndarray[Any, np.dtype[np.float64]]) -> Wire:
    require(len(wire) > 0, answer, "there is no column from which to count rows")
    rows = graph.node("Shape", wire.places[0].tensor, start=0, end=1)
    shape = graph.node("Concat", rows, graph.constant(np.array([len(answer)], dtype=np.int64)), axis=0)
    return Wire.of(graph, graph.node("Expand", graph.constant(answer[None, :]), shape), len(answer))
