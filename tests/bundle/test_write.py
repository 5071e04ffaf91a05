"""A bundle is written whole or not at all, and says what it is."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tenfold import __version__
from tenfold.bundle import Manifest
from tenfold.bundle.load import load
from tenfold.core import identity
from tenfold.core.errors import UserError

Build = Callable[..., Path]


def test_the_manifest_lists_every_file_with_hash_and_size(build: Build) -> None:
    folder = build(name="b")
    manifest = json.loads((folder / "manifest.json").read_text())
    present = {path.name for path in folder.iterdir()} - {"manifest.json"}
    assert set(manifest["files"]) == present
    for name, entry in manifest["files"].items():
        assert entry == {"sha256": identity.of_file(folder / name), "bytes": (folder / name).stat().st_size}
    assert (manifest["format"], manifest["kind"], manifest["tenfold"]) == (1, "onnx", __version__)


def test_identity_is_of_the_content_not_of_the_moment(build: Build) -> None:
    one = load(build("one", created=datetime(2026, 1, 1, tzinfo=UTC))).manifest
    two = load(build("two", created=datetime(2026, 2, 2, tzinfo=UTC))).manifest
    other = load(build("other", card={"name": "another"})).manifest
    assert one.created != two.created
    assert one.identity == two.identity != other.identity


def test_a_folder_that_exists_is_not_written_into(build: Build) -> None:
    folder = build("b")
    before = Manifest.parse((folder / "manifest.json").read_bytes())
    with pytest.raises(UserError, match="TF-BUNDLE-009"):
        build("b", card={"name": "another"})
    assert load(folder).manifest == before


@pytest.mark.parametrize("changes", [{"proof": {"difference": math.nan}}, {"extra": {"../x.py": b""}}])
def test_what_could_not_be_read_again_is_not_written(build: Build, tmp_path: Path, changes: dict[str, object]) -> None:
    with pytest.raises((ValueError, UserError)):
        build("b", **changes)
    assert list(tmp_path.iterdir()) == []


def test_documents_keep_what_the_caller_said(build: Build) -> None:
    folder = build("b", card={"für": ["é", 1, None]}, card_markdown="# Übersicht\n", reference={"age": {"bins": [1]}})
    assert json.loads((folder / "card.json").read_text("utf-8")) == {"für": ["é", 1, None]}
    assert (folder / "card.md").read_text("utf-8") == "# Übersicht\n"
    assert json.loads((folder / "reference.json").read_text()) == {"age": {"bins": [1]}}
