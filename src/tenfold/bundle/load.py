"""Loading a bundle: parse → audit → construct. Nothing is constructed before everything is audited."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from tenfold.bundle.audit import AGAIN, Audited, Limits, audit
from tenfold.bundle.decision import Decision
from tenfold.bundle.scorer import Model, Scorer
from tenfold.core.errors import UserError
from tenfold.schema import Schema

#: For docs/errors.md: code → (what it means, what to do), where both are put together at run time.
CODES = {
    "TF-BUNDLE-011": (
        "a file of the bundle is as released, but cannot be understood",
        "install the Tenfold that wrote it, or release again",
    ),
}

T = TypeVar("T")


def load(folder: str | Path, trusted: Sequence[str] = (), limits: Limits | None = None) -> Scorer:
    """The bundle in ``folder``, ready to answer.

    ``trusted`` names the types that a bundle of kind ``python`` may construct (``my_module.MyClassifier``); a bundle
    of kind ``onnx`` holds no code and needs none. ``UserError`` TF-BUNDLE-*, with every problem found.
    """
    audited = audit(Path(folder), limits)
    schema = _construct(audited, "schema.json", Schema.from_dict)
    decision = _construct(audited, "decision.json", Decision.from_dict)
    reference = _construct(audited, "reference.json", lambda data: dict(data.get("columns", {})))
    model = _model(audited, schema, decision, trusted)
    return Scorer(audited.manifest, schema, decision, model, audited.folder, reference)


def _model(audited: Audited, schema: Schema, decision: Decision, trusted: Sequence[str]) -> Model:
    # Imported only here: each kind has its runtime, and who merely lists models needs neither.
    if audited.manifest.kind == "onnx":
        from tenfold.bundle.graph import GraphModel

        return GraphModel.of(audited.contents["model.onnx"], schema, decision, str(audited.folder / "model.onnx"))
    from tenfold.bundle.python_kind import PythonModel

    return PythonModel.of(audited, schema, decision, trusted)


def _construct(audited: Audited, name: str, build: Callable[[Any], T]) -> T:
    try:
        return build(json.loads(audited.contents[name].decode("utf-8")))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UserError.of(
            "TF-BUNDLE-011",
            f"it cannot be understood ({type(error).__name__}: {error})",
            str(audited.folder / name),
            expected=f"what {audited.manifest.tenfold or 'Tenfold'} writes",
            do=AGAIN,
        ) from error
