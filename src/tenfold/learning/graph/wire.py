"""What flows between converters: columns, each a place in some tensor, so that selecting them costs nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

import numpy as np

from tenfold.learning.graph.builder import Graph
from tenfold.learning.graph.converters import NotConvertible

WireKind = Literal["number", "string"]


@dataclass(frozen=True)
class Place:
    """One column: a matrix of the graph, and the column's index in it."""

    tensor: str
    index: int
    kind: WireKind


@dataclass(frozen=True)
class Wire:
    """Columns side by side; ``names`` when they are those of the typed frame."""

    places: tuple[Place, ...]
    names: tuple[str, ...] | None = None

    def __len__(self) -> int:
        return len(self.places)

    def take(self, indices: Iterable[int]) -> Wire:
        """Some of the columns, in the order given."""
        chosen = tuple(indices)
        names = None if self.names is None else tuple(self.names[i] for i in chosen)
        return Wire(tuple(self.places[i] for i in chosen), names)

    @classmethod
    def of(cls, graph: Graph, tensor: str, width: int, kind: WireKind = "number") -> Wire:
        """All columns of a matrix."""
        graph.widths[tensor] = width
        return cls(tuple(Place(tensor, index, kind) for index in range(width)))


def beside(wires: Sequence[Wire]) -> Wire:
    """Columns of several wires, one after the other."""
    return Wire(tuple(place for wire in wires for place in wire.places))


def numbers(graph: Graph, wire: Wire) -> str:
    """The float64 matrix [N, columns] of a wire."""
    return _matrix(graph, wire, "number")


def strings(graph: Graph, wire: Wire) -> str:
    """The string matrix [N, columns] of a wire."""
    return _matrix(graph, wire, "string")


def _matrix(graph: Graph, wire: Wire, kind: WireKind) -> str:
    if not wire.places:
        raise NotConvertible("no columns", "nothing is left to compute from")
    if any(place.kind != kind for place in wire.places):
        other = "text where numbers are needed" if kind == "number" else "numbers where text is needed"
        raise NotConvertible(kind, other)
    runs = [(tensor, [p.index for p in places]) for tensor, places in groupby(wire.places, lambda p: p.tensor)]
    parts = [_columns(graph, tensor, indices) for tensor, indices in runs]
    return parts[0] if len(parts) == 1 else graph.node("Concat", *parts, axis=1)


def _columns(graph: Graph, tensor: str, indices: list[int]) -> str:
    if indices == list(range(graph.widths[tensor])):
        return tensor
    return graph.node("Gather", tensor, graph.constant(np.array(indices, dtype=np.int64)), axis=1)
