"""A small bundle whose graph meets numbers, a category and a text, binary or regression."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from tenfold.bundle import Decision, Scorer
from tenfold.bundle.load import load
from tenfold.bundle.write import write
from tenfold.schema import Column, Rule, Schema
from tenfold.serving.app import App
from tenfold.serving.limits import Limits
from tenfold.serving.service import Service

Build = Callable[..., Path]

SCHEMA = Schema(
    (
        Column("id", "text", "key"),
        Column("age", "number"),
        Column("fee", "number", rule=Rule(thousands=",", affixes=("$",)), optional=True),
        Column("job", "category", levels=("clerk", "nurse"), optional=True),
        Column("note", "text", optional=True),
        Column("churn", "category", "target"),
    )
)
BINARY = Decision("binary", ("No", "Yes"), positive="Yes", threshold=0.3, metric="roc_auc")
REGRESSION = Decision("regression", metric="rmse")


def graph(decision: Decision, weights: tuple[float, float]) -> bytes:
    """value = weights · numbers (NaN as 0) + level of the job + 0.5 when there is a note; sigmoid for classes."""

    def node(operator: str, inputs: list[str], output: str, **attributes: object) -> onnx.NodeProto:
        domain = "ai.onnx.ml" if operator == "LabelEncoder" else ""
        return helper.make_node(operator, inputs, [output], domain=domain, **attributes)

    nodes = [
        node("IsNaN", ["numbers"], "gaps"),
        node("Where", ["gaps", "zero", "numbers"], "filled"),
        node("MatMul", ["filled", "weights"], "linear"),
        node("LabelEncoder", ["categories"], "level", keys_strings=["clerk", "nurse"], values_floats=[0.1, 0.2],
             default_float=0.0),
        node("Cast", ["level"], "level_double", to=TensorProto.DOUBLE),
        node("LabelEncoder", ["texts"], "noted", keys_strings=[""], values_floats=[0.0], default_float=0.5),
        node("Cast", ["noted"], "noted_double", to=TensorProto.DOUBLE),
        node("Sum", ["linear", "level_double", "noted_double"], "value"),
    ]  # fmt: skip
    if decision.classes:
        nodes += [
            node("Sigmoid", ["value"], "yes"),
            node("Sub", ["one", "yes"], "no"),
            node("Concat", ["no", "yes"], "scores", axis=1),
        ]
    else:
        nodes += [node("Identity", ["value"], "scores")]
    constants = {"zero": np.zeros(1), "one": np.ones(1), "weights": np.array(weights).reshape(2, 1)}
    model = helper.make_model(
        helper.make_graph(
            nodes,
            "small",
            [
                helper.make_tensor_value_info("numbers", TensorProto.DOUBLE, ["N", 2]),
                helper.make_tensor_value_info("categories", TensorProto.STRING, ["N", 1]),
                helper.make_tensor_value_info("texts", TensorProto.STRING, ["N", 1]),
            ],
            [helper.make_tensor_value_info("scores", TensorProto.DOUBLE, ["N", decision.width])],
            [numpy_helper.from_array(array, name) for name, array in constants.items()],
        ),
        opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", 3)],
        ir_version=8,
    )
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())


@pytest.fixture
def build(tmp_path: Path) -> Build:
    """Writes a bundle: ``build("name", decision)``; keyword arguments go to ``write``."""

    def make(
        name: str = "bundle",
        decision: Decision = BINARY,
        weights: tuple[float, float] = (0.05, -0.01),
        **changes: object,
    ) -> Path:
        folder = tmp_path / name
        contents = {
            "schema": SCHEMA,
            "model": graph(decision, weights),
            "decision": decision,
            "proof": {"rows": 2, "largest_difference": 1e-9},
            "card": {"name": "churn"},
            "card_markdown": "# churn\n",
            "reference": {"columns": {}},
        }
        write(folder, **{**contents, **changes})
        return folder

    return make


@pytest.fixture
def bundle(build: Build) -> Path:
    return build()


@dataclass(frozen=True)
class Got:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


Header = tuple[str, str]
GOOD: tuple[Header, ...] = (("host", "127.0.0.1:8000"), ("content-type", "application/json"))


class Caller:
    """Calls an app as an ASGI server would."""

    def __init__(self, app: App) -> None:
        self.app = app

    def __call__(
        self,
        method: str,
        path: str,
        body: bytes | Sequence[bytes] = b"",
        headers: Sequence[Header] = GOOD,
        http_version: str = "1.1",
    ) -> Got:
        parts = [body] if isinstance(body, bytes) else list(body)
        incoming = [
            {"type": "http.request", "body": part, "more_body": place < len(parts)}
            for place, part in enumerate(parts, start=1)
        ]
        return asyncio.run(self._exchange(method, path, incoming, headers, http_version))

    def predict(self, value: object, headers: Sequence[Header] = GOOD) -> Got:
        return self("POST", "/predict", json.dumps(value).encode(), headers)

    async def _exchange(
        self, method: str, path: str, incoming: list[dict[str, Any]], headers: Sequence[Header], version: str
    ) -> Got:
        scope = {
            "type": "http", "method": method, "path": path, "http_version": version, "query_string": b"",
            "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in headers],
        }  # fmt: skip
        sent: list[dict[str, Any]] = []
        waiting = iter(incoming)

        async def receive() -> dict[str, Any]:
            message = next(waiting, None)
            if message is None:
                await asyncio.sleep(60)
            assert message is not None
            return message

        async def send(message: Any) -> None:
            sent.append(message)

        await self.app(scope, receive, send)
        start, *bodies = sent
        answered = {name.decode(): value.decode("latin-1") for name, value in start["headers"]}
        return Got(start["status"], answered, b"".join(each["body"] for each in bodies))


def caller(scorer: Scorer, **limits: Any) -> Caller:
    return Caller(App(Service(scorer, "churn", 3, Limits(**limits))))


@pytest.fixture
def ask(bundle: Path) -> Caller:
    """An app over the small binary bundle."""
    return caller(load(bundle))


@pytest.fixture
def ask_within(bundle: Path) -> Callable[..., Caller]:
    """The same with other limits: ``ask_within(body=100)``."""
    return lambda **limits: caller(load(bundle), **limits)
