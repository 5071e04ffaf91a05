"""The first file of a bundle: what it is, which version of the format, and the hash of every other file.

To change the format: raise :data:`FORMAT_VERSION` by one; add the old number to :data:`READABLE` only if ``load``
reads such bundles still, with a test that loads one written before (``tests/bundle/formats/<number>``); say what
changed in ``docs/decisions/``. A file added that old readers would refuse is a change of format; a key added to a
JSON file that old readers skip is not.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from tenfold.core import identity
from tenfold.core.errors import UserError

#: For docs/errors.md: code → (what it means, what to do), where both are put together at run time.
CODES = {
    "TF-BUNDLE-002": (
        "the manifest is damaged: it is no JSON, or lacks what a manifest has",
        "copy the bundle again, or release again",
    ),
    "TF-BUNDLE-003": (
        "the bundle has a format that this Tenfold does not read",
        "install the Tenfold that wrote it; if the format is too old for this one, release the model again",
    ),
    "TF-BUNDLE-004": (
        "the bundle is of a kind that this Tenfold does not know",
        "install the Tenfold that wrote it",
    ),
    "TF-BUNDLE-008": (
        "the bundle holds a link or a folder, or its manifest names a file that may lie elsewhere",
        "do not trust this bundle; get it from its source again",
    ),
}

FORMAT_VERSION = 1
READABLE = (1,)

Kind = Literal["onnx", "python"]
KINDS: tuple[Kind, ...] = get_args(Kind)

MANIFEST = "manifest.json"
MODEL = {"onnx": "model.onnx", "python": "model.skops"}
DOCUMENTS = ("schema.json", "decision.json", "proof.json", "card.json", "card.md", "reference.json")

#: Files lie flat in the folder, under plain names: a name can then lead nowhere else.
_PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,199}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Entry:
    """One file of a bundle: SHA-256 of its content, and its size in bytes."""

    sha256: str
    size: int

    @classmethod
    def of(cls, data: bytes) -> Entry:
        return cls(hashlib.sha256(data).hexdigest(), len(data))


@dataclass(frozen=True)
class Manifest:
    """What a bundle says of itself. A version number is the registry's word, so there is none here.

    >>> manifest = Manifest("onnx", "churn", "2026-05-03T10:00:00+00:00", "0.1.0", {"card.md": Entry.of(b"hello")})
    >>> Manifest.parse(manifest.to_bytes()) == manifest
    True
    """

    kind: Kind
    name: str
    created: str  # ISO 8601, UTC
    tenfold: str  # version of the library that wrote it
    files: Mapping[str, Entry]
    format: int = FORMAT_VERSION

    @property
    def identity(self) -> str:
        """The SHA-256 of what answers and what was proven; name and time of writing don't count."""
        return identity.of_value({"format": self.format, "kind": self.kind, "files": self._file_rows()})

    def _file_rows(self) -> dict[str, Any]:
        return {name: {"sha256": each.sha256, "bytes": each.size} for name, each in sorted(self.files.items())}

    def to_bytes(self) -> bytes:
        data = {
            "format": self.format,
            "kind": self.kind,
            "name": self.name,
            "created": self.created,
            "tenfold": self.tenfold,
            "files": self._file_rows(),
        }
        return (json.dumps(data, indent=1, ensure_ascii=False) + "\n").encode("utf-8")

    @classmethod
    def parse(cls, data: bytes, where: str = MANIFEST) -> Manifest:
        """Read a manifest. ``UserError``: TF-BUNDLE-002 (damaged), -003 (format), -004 (kind), -008 (names)."""
        try:
            parsed = json.loads(data.decode("utf-8"))
            _check_format(parsed["format"], where)
            _check_kind(parsed["kind"], where)
            texts = [_text(parsed[key]) for key in ("name", "created", "tenfold")]
            files = {_plain(name, where): _entry(row) for name, row in parsed["files"].items()}
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise UserError.of(
                "TF-BUNDLE-002",
                f"the manifest is damaged ({type(error).__name__}: {error})",
                where,
                expected="a manifest that Tenfold wrote",
                do="copy the bundle again, or release again",
            ) from error
        return cls(parsed["kind"], texts[0], texts[1], texts[2], files, parsed["format"])


def _check_format(version: object, where: str) -> None:
    if isinstance(version, bool) or not isinstance(version, int):
        raise ValueError(f"format is {version!r}, not a whole number")
    if version not in READABLE:
        raise UserError.of(
            "TF-BUNDLE-003",
            f"the bundle has format {version}",
            where,
            expected=f"format {', '.join(map(str, READABLE))}",
            do="install the Tenfold that wrote it" if version > FORMAT_VERSION else "release the model again",
        )


def _check_kind(kind: object, where: str) -> None:
    if kind not in KINDS:
        raise UserError.of(
            "TF-BUNDLE-004",
            f"the bundle is of kind {kind!r}",
            where,
            expected=" or ".join(KINDS),
            do="install the Tenfold that wrote it",
        )


def _plain(name: str, where: str) -> str:
    if not _PLAIN.fullmatch(name) or name == MANIFEST:
        raise UserError.of(
            "TF-BUNDLE-008",
            f"the manifest lists a file under the name {name[:200]!r}",
            where,
            expected="plain file names inside the bundle's folder",
            do="do not trust this bundle; get it from its source again",
        )
    return name


def _entry(row: Mapping[str, Any]) -> Entry:
    sha256, size = row["sha256"], row["bytes"]
    if not _SHA256.fullmatch(sha256) or isinstance(size, bool) or not isinstance(size, int) or size < 0:
        raise ValueError(f"{row!r} is not a hash and a size")
    return Entry(sha256, size)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is not text")
    return value
