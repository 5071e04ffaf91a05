"""Matrices of which almost everything is zero: the few other values, and where they stand."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto

from tenfold.learning.graph.builder import Expression, Graph, total
from tenfold.learning.graph.wire import Wire, numbers

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Sparse:
    """float64 [N, width], of which M values are not zero, in the order of rows and then columns.

    ``places`` int64 [M, 2]: row and column of each; ``rows`` int64 [M, 1], ``columns`` int64 [M]; ``values`` [M];
    ``count`` int64 [1]: N.
    """

    places: str
    rows: str
    columns: str
    values: Expression
    count: str
    width: int

    @classmethod
    def of(cls, graph: Graph, matrix: str, width: int) -> Sparse:
        """What is not zero in a float32 matrix (in float64 the runtime does not look for it)."""
        found = graph.node("NonZero", matrix)
        places = graph.node("Transpose", found, perm=[1, 0])
        rows = graph.node("Gather", places, graph.constant(np.array([0], dtype=np.int64)), axis=1)
        columns = graph.node("Gather", found, graph.constant(np.int64(1)), axis=0)
        picked = graph.node("Cast", graph.node("GatherND", matrix, places), to=TensorProto.DOUBLE)
        return cls(places, rows, columns, graph.expression(picked), graph.node("Shape", matrix, start=0, end=1), width)

    @property
    def graph(self) -> Graph:
        return self.values.graph

    def per_column(self, factors: Floats) -> Expression:
        """[M]: the factor of each value's column."""
        return self.graph.expression(self.graph.node("Gather", self.graph.constant(factors), self.columns))

    def per_row(self, values: Expression) -> Expression:
        """[M]: the sum of ``values`` [M] over the row that each of them stands in."""
        rows = self.graph.node("Squeeze", self.rows, self.graph.constant(np.array([1], dtype=np.int64)))
        sums = self._added(values.tensor, ())
        return self.graph.expression(self.graph.node("Gather", sums, rows))

    def times(self, matrix: Floats) -> Expression:
        """The product with a matrix [width, outputs]: [N, outputs]."""
        rows = self.graph.node("Gather", self.graph.constant(matrix), self.columns, axis=0)
        column = self.graph.node("Unsqueeze", self.values.tensor, self.graph.constant(np.array([1], dtype=np.int64)))
        weighted = self.graph.expression(rows) * self.graph.expression(column)
        return self.graph.expression(self._added(weighted.tensor, (matrix.shape[1],)))

    def dense(self) -> str:
        """[N, width], zeros and all."""
        return self.graph.node("ScatterND", self._zeros((self.width,)), self.places, self.values.tensor)

    def _added(self, values: str, shape: tuple[int, ...]) -> str:
        return self.graph.node("ScatterND", self._zeros(shape), self.rows, values, reduction="add")

    def _zeros(self, shape: tuple[int, ...]) -> str:
        width = self.graph.constant(np.array(shape, dtype=np.int64))
        full = self.graph.node("Concat", self.count, width, axis=0) if shape else self.count
        return self.graph.node("Expand", self.graph.constant(np.float64(0)), full)


def whole(graph: Graph, wire: Wire) -> Sparse | None:
    """What is known of a wire that is all the columns of one sparse matrix, in their order; None for any other."""
    tensors = {place.tensor for place in wire.places}
    known: Sparse | None = graph.sparse.get(next(iter(tensors), "")) if len(tensors) == 1 else None
    if known is None or [place.index for place in wire.places] != list(range(known.width)):
        return None
    return known


def product(graph: Graph, wire: Wire, matrix: Floats) -> Expression:
    """[N, outputs]: a wire's columns times a matrix [columns, outputs]; sparse tensors are never written out."""
    parts: list[Expression] = []
    rest: list[int] = []
    begun = 0
    for _, run in groupby(wire.places, lambda place: place.tensor):
        span = range(begun, begun + len(list(run)))
        begun = span.stop
        known = whole(graph, wire.take(span))
        if known is not None:
            parts.append(known.times(matrix[span.start : span.stop]))
        else:
            rest += span
    if rest:
        parts.insert(0, graph.expression(numbers(graph, wire.take(rest))).apply("MatMul", matrix[rest]))
    return total(parts)
