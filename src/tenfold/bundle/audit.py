"""The audit of a bundle: every file is what the manifest says, and there is nothing else.

Each file is read once; what was hashed is what is used, so nothing can be exchanged in between.
"""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tenfold.bundle.manifest import DOCUMENTS, MANIFEST, MODEL, Entry, Manifest
from tenfold.core.errors import Problem, UserError, raise_all
from tenfold.core.units import human_bytes

#: For docs/errors.md: code → (what it means, what to do), where both are put together at run time.
CODES = {
    "TF-BUNDLE-005": (
        "a file of the bundle is missing, or its manifest lacks one that every bundle has",
        "copy the bundle again, or release again",
    ),
    "TF-BUNDLE-006": (
        "a file is not as it was released: its size or its SHA-256 differs from the manifest",
        "copy the bundle again, or release again",
    ),
    "TF-BUNDLE-010": (
        "a file of the bundle is larger than may be read",
        "copy the bundle again, or release again",
    ),
}

AGAIN = "copy the bundle again, or release again"


@dataclass(frozen=True)
class Limits:
    """How large files may be, in bytes, before they are read."""

    manifest: int = 1 << 20
    document: int = 64 << 20
    model: int = 2 << 30


@dataclass(frozen=True)
class Audited:
    """A bundle whose files are proven to be the ones that were written."""

    folder: Path
    manifest: Manifest
    contents: dict[str, bytes]


def audit(folder: Path, limits: Limits | None = None) -> Audited:
    """Parse the manifest, then check every file against it.

    ``UserError`` with every problem found: TF-BUNDLE-001 (no bundle), -002 to -004 (manifest), -005 (missing),
    -006 (altered), -007 (unknown file), -008 (link or unsafe name), -010 (too large).
    """
    limits = limits or Limits()
    manifest = read_manifest(folder, limits)
    raise_all([*_strangers(folder, manifest), *_absent(folder, manifest), *_oversized(folder, manifest, limits)])
    contents = {name: (folder / name).read_bytes() for name in manifest.files}
    raise_all(_altered(folder, manifest, contents))
    return Audited(folder, manifest, contents)


def read_manifest(folder: Path, limits: Limits | None = None) -> Manifest:
    """The manifest alone, for those who only need the bundle's identity."""
    path = folder / MANIFEST
    if not path.is_file() or path.is_symlink():
        raise UserError.of(
            "TF-BUNDLE-001",
            "there is no bundle" if not folder.is_dir() else f"the folder has no {MANIFEST}",
            str(folder),
            expected="a folder that `tenfold release` wrote",
            do="check the path; `tenfold models` lists what was released",
        )
    limit = (limits or Limits()).manifest
    if path.stat().st_size > limit:
        raise UserError(_too_large(path, path.stat().st_size, limit))
    return Manifest.parse(path.read_bytes(), str(path))


def _strangers(folder: Path, manifest: Manifest) -> Iterator[Problem]:
    for path in sorted(folder.iterdir()):
        if not stat.S_ISREG(path.lstat().st_mode):
            yield Problem(
                "TF-BUNDLE-008", "it is a link or a folder", str(path), "plain files only", "do not trust this bundle"
            )
        elif path.name not in manifest.files and path.name != MANIFEST:
            yield Problem(
                "TF-BUNDLE-007", "the manifest does not list this file", str(path), do="move it out of the bundle"
            )


def _absent(folder: Path, manifest: Manifest) -> Iterator[Problem]:
    required = {*DOCUMENTS, MODEL[manifest.kind]}
    for name in sorted(required - set(manifest.files)):
        yield Problem("TF-BUNDLE-005", "the manifest lacks this file", str(folder / name), do=AGAIN)
    for name in sorted(manifest.files):
        if not (folder / name).exists():
            yield Problem("TF-BUNDLE-005", "the file is missing", str(folder / name), do=AGAIN)


def _oversized(folder: Path, manifest: Manifest, limits: Limits) -> Iterator[Problem]:
    for name, entry in sorted(manifest.files.items()):
        path = folder / name
        if not path.is_file():
            continue
        size, limit = path.stat().st_size, limits.model if name in MODEL.values() else limits.document
        if size > limit:
            yield _too_large(path, size, limit)
        elif size != entry.size:
            yield _changed(path, f"it has {size:,} bytes, the manifest says {entry.size:,}")


def _altered(folder: Path, manifest: Manifest, contents: dict[str, bytes]) -> Iterator[Problem]:
    for name, data in sorted(contents.items()):
        if Entry(hashlib.sha256(data).hexdigest(), len(data)) != manifest.files[name]:
            yield _changed(folder / name, "its content is not what was written (SHA-256 differs)")


def _changed(path: Path, got: str) -> Problem:
    return Problem("TF-BUNDLE-006", got, str(path), expected="the file as released", do=AGAIN)


def _too_large(path: Path, size: int, limit: int) -> Problem:
    return Problem("TF-BUNDLE-010", f"it has {human_bytes(size)}", str(path), f"at most {human_bytes(limit)}", AGAIN)
