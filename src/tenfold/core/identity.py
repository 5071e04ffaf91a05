"""Identities by content: the same bytes have the same name everywhere.

Hashes are SHA-256 (FIPS 180-4); canonical JSON has sorted keys and no blanks, so equal values hash equally.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path


def canonical_json(value: object) -> str:
    """JSON with one spelling per value.

    >>> canonical_json({"b": 1, "a": [1.0, None]})
    '{"a":[1.0,null],"b":1}'
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)


def of_text(*texts: str) -> str:
    """The SHA-256 of some texts, each marked off by its length (so ``"ab","c"`` is not ``"a","bc"``)."""
    digest = hashlib.sha256()
    for text in texts:
        data = text.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()


def of_value(value: object) -> str:
    """The SHA-256 of a JSON-like value."""
    return of_text(canonical_json(value))


def of_file(path: Path) -> str:
    """The SHA-256 of a file's bytes, read in blocks of 1 MiB."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def of_sources(folders: Iterable[Path]) -> str:
    """The SHA-256 of all Python source below some folders (or single files): the identity of code."""
    files = sorted({file for folder in folders for file in ([folder] if folder.is_file() else folder.rglob("*.py"))})
    return of_text(*(part for file in files for part in (file.name, file.read_text("utf-8"))))
