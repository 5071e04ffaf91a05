"""Writing a bundle: complete and durable under its name, or not there at all."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from tenfold import __version__
from tenfold.bundle.decision import Decision
from tenfold.bundle.manifest import MANIFEST, MODEL, Entry, Kind, Manifest
from tenfold.core.clock import utc_now
from tenfold.core.errors import UserError
from tenfold.core.files import staged_folder
from tenfold.schema import Schema

JsonObject = Mapping[str, object]


def write(
    folder: Path,
    schema: Schema,
    model: bytes,
    decision: Decision,
    proof: JsonObject,
    card: JsonObject,
    card_markdown: str,
    reference: JsonObject,
    *,
    name: str = "",
    created: datetime | None = None,
    kind: Kind = "onnx",
    extra: Mapping[str, bytes] | None = None,
) -> Manifest:
    """Write a bundle to ``folder``, which must not exist yet.

    ``model`` is an ONNX graph, or a skops file for kind ``python``; ``proof``, ``card`` and ``reference`` are the
    caller's JSON, kept as they are; ``extra`` are further files of kind ``python`` (the user's modules). Returns the
    manifest. ``UserError`` TF-BUNDLE-009 when the folder is taken.
    """
    _must_be_free(folder)
    documents = {
        "schema.json": _json(schema.to_dict()),
        MODEL[kind]: model,
        "decision.json": _json(decision.to_dict()),
        "proof.json": _json(proof),
        "card.json": _json(card),
        "card.md": card_markdown.encode("utf-8"),
        "reference.json": _json(reference),
        **(extra or {}),
    }
    moment = (created or utc_now()).isoformat(timespec="seconds")
    files = {each: Entry.of(data) for each, data in documents.items()}
    manifest = Manifest(kind, name, moment, __version__, files)
    Manifest.parse(manifest.to_bytes())  # what could not be loaded again is not written
    with staged_folder(folder) as staging:
        for each, data in {**documents, MANIFEST: manifest.to_bytes()}.items():
            (staging / each).write_bytes(data)
    return manifest


def _must_be_free(folder: Path) -> None:
    if folder.exists():
        raise UserError.of(
            "TF-BUNDLE-009", "the folder exists", str(folder), expected="a new folder", do="name another, or remove it"
        )


def _json(value: object) -> bytes:
    """NaN is refused (``ValueError``): a file of ours is JSON for everybody."""
    return (json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode("utf-8")
