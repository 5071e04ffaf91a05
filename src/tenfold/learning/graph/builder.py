"""A graph under construction: nodes, constants, names; equal nodes are built once, unused ones are left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

ML = "ai.onnx.ml"
OPSET = 21
#: The version of the operators for machine learning that adds one value per leaf, in double precision and half the
#: size, and the one that adds several (a value per class).
ONE_EACH, SEVERAL_EACH = 5, 4
IR_VERSION = 10

#: Element types of what flows through a graph.
TYPES = {"number": TensorProto.DOUBLE, "string": TensorProto.STRING}


class Graph:
    """Collects nodes. Tensors are known by their names.

    >>> graph = Graph()
    >>> graph.node("Abs", "x") == graph.node("Abs", "x") != graph.node("Abs", "y")
    True
    """

    def __init__(self, ml: int = SEVERAL_EACH) -> None:
        self.ml = ml
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[str, onnx.TensorProto] = {}
        self._known: dict[Any, str] = {}
        self.widths: dict[str, int] = {}  # columns of the tensors that have been said to be matrices
        self.single: set[str] = set()  # tensors whose values float32 holds exactly
        self.sparse: dict[str, Any] = {}  # matrices of which the few values that are not zero are known (see sparse.py)

    def constant(self, value: Any) -> str:
        """The name of a constant; equal constants share it."""
        array = np.asarray(value)
        content = repr(array.tolist()) if array.dtype == object else array.tobytes()
        key = (array.dtype.str, array.shape, content)
        if key not in self._known:
            self._known[key] = name = f"c{len(self._constants)}"
            self._constants[name] = numpy_helper.from_array(array, name)
        return self._known[key]

    def node(self, operator: str, *inputs: str, domain: str = "", **attributes: Any) -> str:
        """Add a node with one output and return the output's name."""
        return self.nodes(operator, inputs, 1, domain, attributes)[0]

    def nodes(
        self, operator: str, inputs: Sequence[str], outputs: int, domain: str, attributes: Mapping[str, Any]
    ) -> tuple[str, ...]:
        """Add a node with several outputs. A node that was added before is not added again."""
        key = (operator, tuple(inputs), domain, repr(sorted(attributes.items())))
        if key not in self._known:
            self._known[key] = self.add(operator, inputs, outputs, domain, attributes)[0]
        first = self._known[key].removesuffix("_0")
        return tuple(f"{first}_{i}" for i in range(outputs))

    def add(
        self, operator: str, inputs: Sequence[str], outputs: int, domain: str, attributes: Mapping[str, Any]
    ) -> tuple[str, ...]:
        """Add a node without looking whether there is one like it (for large ones: long attributes as arrays)."""
        name = f"t{len(self._nodes)}"
        names = tuple(f"{name}_{i}" for i in range(outputs))
        long = {key: value for key, value in attributes.items() if isinstance(value, np.ndarray)}
        short = {key: value for key, value in attributes.items() if key not in long}
        node = helper.make_node(operator, list(inputs), list(names), name, domain=domain, **short)
        node.attribute.extend(_long(key, value) for key, value in long.items())
        self._nodes.append(node)
        return names

    def expression(self, tensor: str) -> Expression:
        """A float64 tensor that can be calculated with."""
        return Expression(self, tensor)

    def model(self, inputs: Mapping[str, tuple[str, int]], scores: str, width: int) -> onnx.ModelProto:
        """The finished model: inputs by name (kind, columns), and ``scores`` as its only output."""
        self.node_named("scores", scores)
        nodes, used = self._needed("scores")
        graph = helper.make_graph(
            nodes,
            "tenfold",
            [helper.make_tensor_value_info(k, TYPES[kind], ["rows", n]) for k, (kind, n) in inputs.items()],
            [helper.make_tensor_value_info("scores", TensorProto.DOUBLE, ["rows", width])],
            [tensor for name, tensor in self._constants.items() if name in used],
        )
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(ML, self.ml)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION, producer_name="tenfold")

    def node_named(self, output: str, source: str) -> None:
        """Give a tensor a name that the outside knows."""
        self._nodes.append(helper.make_node("Identity", [source], [output], output))

    def _needed(self, output: str) -> tuple[list[onnx.NodeProto], set[str]]:
        """The nodes that lead to an output, in order, and the tensors that they read."""
        used, kept = {output}, []
        for node in reversed(self._nodes):
            if used.intersection(node.output):
                used.update(node.input)
                kept.append(node)
        return kept[::-1], used


def _long(name: str, values: NDArray[Any]) -> onnx.AttributeProto:
    """A list of whole numbers or of bytes; ONNX's helper looks at each of a million several times."""
    attribute = onnx.AttributeProto(name=name)
    if values.dtype.kind == "S":
        attribute.type = onnx.AttributeProto.STRINGS
        attribute.strings.extend(values.tolist())
    else:
        attribute.type = onnx.AttributeProto.INTS
        attribute.ints.extend(values.tolist())
    return attribute


@dataclass(frozen=True)
class Expression:
    """A float64 tensor with ``+ - * /``, each of which adds a node.

    >>> half = Graph().expression("x") / 2.0
    >>> half.tensor
    't0_0'
    """

    graph: Graph
    tensor: str

    def __add__(self, other: Operand) -> Expression:
        return self._with("Add", other)

    def __sub__(self, other: Operand) -> Expression:
        return self._with("Sub", other)

    def __mul__(self, other: Operand) -> Expression:
        return self._with("Mul", other)

    def __truediv__(self, other: Operand) -> Expression:
        return self._with("Div", other)

    def apply(self, operator: str, *others: Operand) -> Expression:
        """An operator by its ONNX name, with this tensor as its first input."""
        return Expression(self.graph, self.graph.node(operator, self.tensor, *map(self._name, others)))

    def where(self, condition: str, otherwise: Operand) -> Expression:
        """This where a boolean tensor holds, else the other."""
        return Expression(self.graph, self.graph.node("Where", condition, self.tensor, self._name(otherwise)))

    def _with(self, operator: str, other: Operand) -> Expression:
        return self.apply(operator, other)

    def _name(self, operand: Operand) -> str:
        if isinstance(operand, Expression):
            return operand.tensor
        return self.graph.constant(np.asarray(operand, dtype=np.float64))


Operand = Expression | float | NDArray[np.float64]


def total(parts: Sequence[Expression]) -> Expression:
    """Their sum, from the first to the last."""
    return reduce(lambda one, other: one + other, parts)


def floor(expression: Expression) -> Expression:
    """The largest whole number not above."""
    return expression.apply("Floor")
