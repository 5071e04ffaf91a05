"""Damage, tampering and foreign files are named, all at once, before anything is constructed."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from tenfold.bundle import Decision
from tenfold.bundle.audit import Limits
from tenfold.bundle.load import load
from tenfold.core.errors import UserError
from tenfold.schema import Column, Schema

Build = Callable[..., Path]
FORMATS = Path(__file__).parent / "formats"


def codes(folder: Path, **kwargs: object) -> list[str]:
    with pytest.raises(UserError) as caught:
        load(folder, **kwargs)  # type: ignore[arg-type]
    return [problem.code for problem in caught.value.problems]


def remanifest(folder: Path, **changes: object) -> None:
    """Rewrite the manifest as somebody would who wants a changed bundle to pass."""
    path = folder / "manifest.json"
    data = json.loads(path.read_text())
    for name in data["files"]:
        if (folder / name).is_file():
            content = (folder / name).read_bytes()
            data["files"][name] = {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
    path.write_text(json.dumps({**data, **changes}))


@pytest.mark.parametrize("version", sorted(each.name for each in FORMATS.iterdir()))
def test_every_readable_format_is_still_read(version: str) -> None:
    scorer = load(FORMATS / version)
    assert scorer.predict([{"age": 30, "job": "nurse"}]).predictions == ["Yes"]


def test_a_missing_folder_and_a_folder_without_manifest_are_no_bundles(tmp_path: Path) -> None:
    assert codes(tmp_path / "none") == ["TF-BUNDLE-001"]
    assert codes(tmp_path) == ["TF-BUNDLE-001"]


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe", b"[]", b"{}", b'{"format": "1"}', b'{"format": true}', b'{"format": 1, "kind": "onnx"}',
     b'{"format":1,"kind":"onnx","name":"x","created":"","tenfold":"","files":{"card.md":{"sha256":"0","bytes":1}}}',
     b'{"format":1,"kind":"onnx","name":"x","created":"","tenfold":"","files":{"card.md":{"sha256":7,"bytes":1}}}',
     b'{"format":1,"kind":"onnx","name":[],"created":"","tenfold":"","files":{}}',
     b"[" * 100_000],
)  # fmt: skip
def test_a_damaged_manifest_is_named(bundle: Path, content: bytes) -> None:
    (bundle / "manifest.json").write_bytes(content)
    assert codes(bundle) == ["TF-BUNDLE-002"]


def test_another_format_or_kind_is_refused(bundle: Path) -> None:
    remanifest(bundle, format=99)
    assert codes(bundle) == ["TF-BUNDLE-003"]
    remanifest(bundle, format=1, kind="pickle")
    assert codes(bundle) == ["TF-BUNDLE-004"]


def test_every_changed_file_is_named(bundle: Path) -> None:
    (bundle / "card.md").write_text("# chorn\n")  # same length
    with (bundle / "proof.json").open("a") as stream:
        stream.write(" ")
    (bundle / "reference.json").unlink()
    assert sorted(codes(bundle)) == ["TF-BUNDLE-005", "TF-BUNDLE-006"]  # what can be seen without reading
    (bundle / "reference.json").write_text('{\n "columns": {}\n}\n')
    os.truncate(bundle / "proof.json", (bundle / "proof.json").stat().st_size - 1)
    assert codes(bundle) == ["TF-BUNDLE-006"]  # the card


@pytest.mark.parametrize("name", ["schema.json", "model.onnx", "decision.json", "proof.json", "card.json", "card.md"])
def test_one_flipped_bit_anywhere_is_found(bundle: Path, name: str) -> None:
    data = bytearray((bundle / name).read_bytes())
    data[len(data) // 2] ^= 1
    (bundle / name).write_bytes(data)
    assert codes(bundle) == ["TF-BUNDLE-006"]


def test_files_folders_and_links_that_do_not_belong_are_named(bundle: Path) -> None:
    (bundle / "notes.txt").write_text("hello")
    (bundle / "more").mkdir()
    (bundle / "passwd").symlink_to("/etc/passwd")
    assert sorted(codes(bundle)) == ["TF-BUNDLE-007", "TF-BUNDLE-008", "TF-BUNDLE-008"]


def test_a_link_in_place_of_a_file_is_refused_though_its_content_is_right(bundle: Path, tmp_path: Path) -> None:
    (bundle / "card.md").rename(tmp_path / "card.md")
    (bundle / "card.md").symlink_to(tmp_path / "card.md")
    assert codes(bundle) == ["TF-BUNDLE-008"]


def test_a_pipe_in_place_of_a_file_is_refused_without_waiting_for_it(bundle: Path) -> None:
    (bundle / "card.md").unlink()
    os.mkfifo(bundle / "card.md")
    assert codes(bundle) == ["TF-BUNDLE-008"]


@pytest.mark.parametrize("name", ["../x", "/etc/passwd", "a/b", "..", ".", "", "manifest.json", "a\\b", "a\x00b", "é"])
def test_names_that_lead_elsewhere_are_refused(bundle: Path, name: str) -> None:
    data = json.loads((bundle / "manifest.json").read_text())
    data["files"][name] = {"sha256": "0" * 64, "bytes": 1}
    (bundle / "manifest.json").write_text(json.dumps(data))
    assert codes(bundle) == ["TF-BUNDLE-008"]


def test_a_manifest_that_lacks_a_file_is_refused(bundle: Path) -> None:
    data = json.loads((bundle / "manifest.json").read_text())
    del data["files"]["proof.json"]
    (bundle / "manifest.json").write_text(json.dumps(data))
    (bundle / "proof.json").unlink()
    assert codes(bundle) == ["TF-BUNDLE-005"]


def test_files_beyond_the_limits_are_not_read(bundle: Path) -> None:
    assert codes(bundle, limits=Limits(manifest=10)) == ["TF-BUNDLE-010"]
    assert set(codes(bundle, limits=Limits(document=5, model=5))) == {"TF-BUNDLE-010"}


@pytest.mark.parametrize(
    ("name", "content"),
    [("schema.json", "[]"), ("schema.json", '{"columns": [{"name": 1}], "created": []}'), ("schema.json", "{nope"),
     ("decision.json", '{"task": "binary", "classes": ["a"], "positive": "a", "threshold": 0.5}'),
     ("decision.json", "[" * 100_000)],
)  # fmt: skip
def test_documents_that_pass_the_audit_but_make_no_sense_are_named(bundle: Path, name: str, content: str) -> None:
    (bundle / name).write_text(content)
    remanifest(bundle)
    assert codes(bundle) == ["TF-BUNDLE-011"]


def test_a_graph_that_does_not_fit_its_schema_or_decision_is_refused(build: Build) -> None:
    narrow = Schema((Column("age", "number"), Column("job", "category"), Column("note", "text")))
    assert codes(build("narrow", schema=narrow)) == ["TF-BUNDLE-012"]
    wordless = Schema((Column("age", "number"), Column("fee", "number"), Column("job", "category")))
    assert codes(build("wordless", schema=wordless)) == ["TF-BUNDLE-012"]
    three = Decision("multiclass", ("a", "b", "c"))
    assert codes(build("three", decision=three, model=(build("two") / "model.onnx").read_bytes())) == ["TF-BUNDLE-012"]
    assert codes(build("none", model=b"not a graph")) == ["TF-BUNDLE-012"]


def test_weights_outside_the_bundle_are_refused(build: Build, tmp_path: Path) -> None:
    (tmp_path / "weights.bin").write_bytes(np.ones(1).tobytes())
    weights = TensorProto(name="w", data_type=TensorProto.DOUBLE, dims=[1, 1], data_location=TensorProto.EXTERNAL)
    for key, value in (("location", str(tmp_path / "weights.bin")), ("length", "8")):
        entry = weights.external_data.add()
        entry.key, entry.value = key, value
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["numbers", "w"], ["scores"])],
        "outside",
        [helper.make_tensor_value_info("numbers", TensorProto.DOUBLE, ["N", 1])],
        [helper.make_tensor_value_info("scores", TensorProto.DOUBLE, ["N", 1])],
        [weights],
    )
    model: onnx.ModelProto = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    schema, decision = Schema((Column("age", "number"),)), Decision("regression")
    folder = build("outside", schema=schema, decision=decision, model=model.SerializeToString())
    assert codes(folder) == ["TF-BUNDLE-012"]
