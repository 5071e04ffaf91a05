"""Two columns to one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter

import numpy as np

from tenfold.learning.graph.builder import Expression, Graph
from tenfold.learning.graph.converters import register
from tenfold.learning.graph.wire import Wire, beside, numbers
from tenfold.learning.transformers import Pairs
from tenfold.learning.transformers.pairs import Pair

_OPERATORS = {"+": "Add", "-": "Sub", "*": "Mul"}


@register(Pairs)
def pairs(graph: Graph, estimator: Pairs, wire: Wire) -> Wire:
    """One node for all pairs of an operation, which stand side by side."""
    groups = groupby(estimator.pairs_, key=itemgetter(0))
    return beside([_made(graph, operation, list(alike), wire) for operation, alike in groups])


def _made(graph: Graph, operation: str, alike: Sequence[Pair], wire: Wire) -> Wire:
    first, second = (graph.expression(numbers(graph, wire.take(map(itemgetter(each), alike)))) for each in (1, 2))
    made = _ratio(graph, first, second) if operation == "/" else first.apply(_OPERATORS[operation], second)
    return Wire.of(graph, made.tensor, len(alike))


def _ratio(graph: Graph, first: Expression, second: Expression) -> Expression:
    unknown = graph.expression(graph.constant(np.float64(math.nan)))
    zero = graph.node("Equal", second.tensor, graph.constant(np.float64(0.0)))
    return unknown.where(zero, first / second)
