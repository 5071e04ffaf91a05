"""The graph runtime: an ONNX model answers typed columns, one thread a request.

ONNX 1.x: https://onnx.ai/onnx/repo-docs/IR.html. Weights in other files are refused: the bytes are all there is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from tenfold.bundle.decision import Decision, Floats
from tenfold.core.errors import UserError
from tenfold.schema import Schema
from tenfold.schema.graph import INPUTS

#: For docs/errors.md: code → (what it means, what to do), where both are put together at run time.
CODES = {
    "TF-BUNDLE-012": (
        "the graph does not take or give what the bundle's schema says",
        "release again",
    ),
}

OUTPUT = "scores"
_TYPES = {"numbers": "tensor(double)", "categories": "tensor(string)", "texts": "tensor(string)"}
_BLOCK = 4096  # rows at a time: bounds what the intermediate tensors take
_TEXT_BLOCK = 64  # term counts are dense inside: one row of 30,000 terms is 240 kB


@dataclass(frozen=True)
class GraphModel:
    """A loaded graph: typed columns → scores [N, width]."""

    session: Any
    plan: tuple[tuple[str, type, tuple[str, ...]], ...]  # input, type, its columns: `schema.feeds`, worked out once

    @classmethod
    def of(cls, model: bytes, schema: Schema, decision: Decision, where: str) -> GraphModel:
        """Load a graph and check that it takes what the schema gives. ``UserError`` TF-BUNDLE-012."""
        try:
            session = onnxruntime.InferenceSession(model, _options(), providers=["CPUExecutionProvider"])
        except Exception as error:  # the runtime raises a dozen unrelated types; all mean the same here
            raise _unusable(f"ONNX Runtime cannot load it ({_first_line(error)})", where) from error
        mistakes = _mismatches(session, schema, decision)
        if mistakes:
            raise _unusable("; ".join(mistakes), where)
        wanted = {each.name for each in session.get_inputs()}
        return cls(session, tuple(each for each in _plan(schema) if each[0] in wanted))

    def __call__(self, columns: Mapping[str, NDArray[Any]]) -> Floats:
        """Scores for typed columns of N rows each, in blocks."""
        rows = len(next(iter(columns.values())))
        most = _TEXT_BLOCK if any(name == "texts" for name, _, _ in self.plan) else _BLOCK
        if rows <= most:
            return self._block(columns)
        starts = range(0, rows, most)
        blocks = [self._block({name: each[at : at + most] for name, each in columns.items()}) for at in starts]
        return np.concatenate(blocks)

    def _block(self, columns: Mapping[str, NDArray[Any]]) -> Floats:
        rows = len(next(iter(columns.values())))
        given: dict[str, NDArray[Any]] = {}
        for name, kind, chosen in self.plan:
            table: NDArray[Any] = np.empty((rows, len(chosen)), kind)
            given[name] = table
            for position, column in enumerate(chosen):
                table[:, position] = columns[column]
        scores: Floats = self.session.run((OUTPUT,), given)[0].astype(np.float64)
        return scores


def _options() -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # a request is too small to share; many requests run beside each other
    options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    options.log_severity_level = 4  # what fails is raised; nothing is printed past us
    return options


def _mismatches(session: Any, schema: Schema, decision: Decision) -> list[str]:
    widths = {name: len(columns) for name, _, columns in _plan(schema)}
    mistakes = []
    for each in session.get_inputs():
        if each.name not in widths:
            mistakes.append(f"the graph wants an input {each.name!r} that the schema does not give")
        elif each.type != _TYPES[each.name]:
            mistakes.append(f"input {each.name!r} is {each.type}, not {_TYPES[each.name]}")
        elif len(each.shape) != 2 or (isinstance(each.shape[1], int) and each.shape[1] != widths[each.name]):
            mistakes.append(f"input {each.name!r} has shape {each.shape}, the schema gives [N, {widths[each.name]}]")
    outputs = {each.name: each for each in session.get_outputs()}
    if OUTPUT not in outputs:
        return [*mistakes, f"the graph has no output {OUTPUT!r} (it has {', '.join(map(repr, outputs))})"]
    last = outputs[OUTPUT].shape[-1] if outputs[OUTPUT].shape else None
    if outputs[OUTPUT].type not in ("tensor(double)", "tensor(float)"):
        mistakes.append(f"output {OUTPUT!r} is {outputs[OUTPUT].type}")
    if isinstance(last, int) and last != decision.width:
        mistakes.append(f"output {OUTPUT!r} is {last} wide, the decision needs {decision.width}")
    return mistakes


def _plan(schema: Schema) -> tuple[tuple[str, type, tuple[str, ...]], ...]:
    chosen = {name: tuple(column for column, kind in schema.inputs if kind in kinds) for name, kinds in INPUTS.items()}
    types = {name: np.float64 if name == "numbers" else object for name in INPUTS}
    return tuple((name, types[name], columns) for name, columns in chosen.items() if columns)


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0][:300] if lines else type(error).__name__


def _unusable(got: str, where: str) -> UserError:
    return UserError.of(
        "TF-BUNDLE-012", got, where, expected="the graph that was released with this schema", do="release again"
    )
