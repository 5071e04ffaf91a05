"""The whole graph of a composition: members, weights, temperature."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import onnx

from tenfold.learning.composition import SMALLEST, Composition, Member, class_order
from tenfold.learning.graph import (  # noqa: F401 - importing them registers their converters
    boosting_catboost,
    boosting_lightgbm,
    dates,
    encoding,
    forests,
    imputing,
    linear,
    networks,
    pairs,
    scaling,
    structure,
    texts,
)
from tenfold.learning.graph.builder import ONE_EACH, SEVERAL_EACH, Expression, Graph, total
from tenfold.learning.graph.converters import NotConvertible, convert
from tenfold.learning.graph.running import INPUT_OF
from tenfold.learning.graph.structure import in_class_order
from tenfold.learning.graph.wire import Place, Wire, WireKind, numbers
from tenfold.schema import Kind


def compose(composition: Composition, inputs: Sequence[tuple[str, Kind]]) -> onnx.ModelProto:
    """Write a composition as one ONNX model.

    ``inputs`` are name and kind of the typed columns (``schema.inputs``). The model takes ``numbers`` float64 [N, n],
    ``categories`` string [N, c] and ``texts`` string [N, t] (one without columns is left out) and gives ``scores``
    float64: probabilities [N, classes] in the order of ``composition.classes``, or [N, 1]. Every intermediate matrix
    is dense, tf-idf included ([N, terms]): score large tables in blocks of rows.

    Raises :class:`NotConvertible` when a member has a part without an exact graph.
    """
    graph = Graph(ONE_EACH if len(composition.classes) <= 2 else SEVERAL_EACH)
    wire = _inputs(graph, inputs)
    answers = [_member(graph, composition, member, wire) for member in composition.members]
    scores = _calibrated(_mean(answers, composition.shares), composition.temperature)
    feeds = _feeds(inputs)
    return graph.model(feeds, scores.tensor, max(1, len(composition.classes)))


def _feeds(inputs: Sequence[tuple[str, Kind]]) -> dict[str, tuple[str, int]]:
    names = [INPUT_OF[kind] for _, kind in inputs]
    kinds = {"numbers": "number", "categories": "string", "texts": "string"}
    return {name: (kind, names.count(name)) for name, kind in kinds.items() if name in names}


def _inputs(graph: Graph, inputs: Sequence[tuple[str, Kind]]) -> Wire:
    """The typed frame's columns, in its order, as places in the graph's inputs."""
    places: list[Place] = []
    for _, column_kind in inputs:
        tensor = INPUT_OF[column_kind]
        kind: WireKind = "number" if tensor == "numbers" else "string"
        places.append(Place(tensor, graph.widths.setdefault(tensor, 0), kind))
        graph.widths[tensor] += 1
    return Wire(tuple(places), tuple(name for name, _ in inputs))


def _member(graph: Graph, composition: Composition, member: Member, wire: Wire) -> Expression:
    answer = convert(graph, member.pipeline, wire)
    if composition.task == "regression":
        if len(answer) != 1:
            raise NotConvertible(type(member.pipeline).__name__, f"{len(answer)} answers a row instead of one")
        return graph.expression(numbers(graph, answer))
    return in_class_order(graph, answer, class_order(composition.classes, member.pipeline.classes_))


def _mean(answers: Sequence[Expression], shares: Iterable[float]) -> Expression:
    if len(answers) == 1:
        return answers[0]
    weighted = [answer * float(share) for answer, share in zip(answers, shares, strict=True)]
    return total(weighted)


def _calibrated(scores: Expression, temperature: float | None) -> Expression:
    if temperature is None or temperature == 1:
        return scores
    logits = scores.apply("Max", SMALLEST).apply("Log") / temperature
    return Expression(scores.graph, scores.graph.node("Softmax", logits.tensor, axis=1))
