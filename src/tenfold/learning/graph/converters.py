"""The registry: which function turns which fitted estimator into nodes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tenfold.learning.graph.builder import Graph
    from tenfold.learning.graph.wire import Wire

Converter = Callable[["Graph", Any, "Wire"], "Wire"]

_CONVERTERS: dict[str, Converter] = {}


class NotConvertible(Exception):
    """This estimator, as fitted, cannot be written as a graph that gives the same answer; ``why`` says what hinders."""

    def __init__(self, kind: str, why: str) -> None:
        self.kind = kind
        self.why = why
        super().__init__(f"{kind}: {why}")

    def __reduce__(self) -> tuple[type[NotConvertible], tuple[str, str]]:
        return type(self), (self.kind, self.why)


def register(*types: type | str) -> Callable[[Converter], Converter]:
    """Declare a converter for some types; a type given by its dotted name is not imported."""

    def declare(converter: Converter) -> Converter:
        for each in types:
            _CONVERTERS[each if isinstance(each, str) else _name(each)] = converter
        return converter

    return declare


def convert(graph: Graph, estimator: Any, wire: Wire) -> Wire:
    """Add the nodes of one fitted estimator.

    A transformer gives its output columns; a classifier its probabilities, a column per class in the order of
    ``classes_``; a regressor one column. Subclasses are not guessed at: the exact type must be registered.
    """
    converter = _CONVERTERS.get(_name(type(estimator)))
    if converter is None:
        raise NotConvertible(type(estimator).__name__, "there is no converter for this type")
    return converter(graph, estimator, wire)


def require(condition: bool, estimator: Any, why: str) -> None:
    """Refuse an estimator whose settings have no exact graph."""
    if not condition:
        raise NotConvertible(type(estimator).__name__, why)


def _name(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"
