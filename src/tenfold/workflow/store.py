"""The store: content-named results in a cache, runs as folders of hard links into it.

``cache/<fingerprint>/`` appears complete or not at all. A lease (an operating-system lock, so it ends with its
process) guards one cache entry, not a workflow: runs side by side share what is equal and compute the rest.
"""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock

from tenfold.core import files, identity
from tenfold.core.chapter import Chapter
from tenfold.core.result import Result, Saved

RESULT = "result.json"


@dataclass(frozen=True)
class Fingerprint:
    """What a result depends on, part by part, so that `why` can say which part changed."""

    code: str
    config: str
    inputs: Mapping[str, str]

    def __str__(self) -> str:
        return identity.of_value([self.code, self.config, dict(self.inputs)])[:32]

    def to_dict(self) -> dict[str, Any]:
        return {"code": self.code, "config": self.config, "inputs": dict(self.inputs)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Fingerprint:
        return cls(data["code"], data["config"], data["inputs"])

    def changes_since(self, earlier: Fingerprint) -> list[str]:
        """What differs, in words."""
        found = ["the code of this step or of what it stands on"] if self.code != earlier.code else []
        found += ["its section of the workflow file"] if self.config != earlier.config else []
        names = sorted({*self.inputs, *earlier.inputs})
        return found + [f"its input '{n}'" for n in names if self.inputs.get(n) != earlier.inputs.get(n)]


@dataclass(frozen=True)
class Stored:
    """A result as it lies on disk: its folder, and the SHA-256 of each of its files."""

    folder: Path
    meta: Mapping[str, Any]

    @property
    def artifacts(self) -> Mapping[str, str]:
        files_: Mapping[str, str] = self.meta["artifacts"]
        return files_

    @property
    def content(self) -> str:
        """One hash for all the files of the result (not for its chapter or its timings)."""
        return identity.of_value(dict(self.artifacts))

    @property
    def chapter(self) -> Chapter:
        return Chapter.from_dict(self.meta["chapter"])

    def value(self, kind: type[Saved]) -> Any:
        return kind.load(self.folder)


class Store:
    """The folder ``.tenfold`` of a project."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.cache = root / "cache"
        self.runs = root / "runs"
        self.seals = root / "seals"
        self.models = root / "models"
        self.journals = root / "journals"
        self.registry = root / "registry.db"

    def find(self, fingerprint: str) -> Stored | None:
        """The complete entry of a fingerprint, if there is one."""
        folder = self.cache / fingerprint
        return read(folder) if (folder / RESULT).is_file() else None

    def lease(self, name: str) -> FileLock:
        """The lock that one writer of an entry holds; it ends with its process, however that ends."""
        folder = self.root / "leases"
        folder.mkdir(parents=True, exist_ok=True)
        return FileLock(folder / f"{name}.lock")

    def compute(
        self, fingerprint: Fingerprint, work: Callable[[Path], Result[Any]], *, again: bool = False
    ) -> tuple[Stored, bool]:
        """The entry of a fingerprint, computed at most once; and whether it was there already.

        ``again`` computes it anew. A partial result is kept outside the cache, so nobody takes it for complete.
        """
        name = str(fingerprint)
        with self.lease(name):
            found = None if again else self.find(name)
            if found:
                return found, True
            with files.scratch_folder(self.cache / name) as folder:
                result = work(folder)
                write_result(folder, result, fingerprint)
                target = self.cache / (f"partial-{uuid.uuid4().hex[:12]}" if result.partial else name)
                if again:
                    self.discard(target)
                files.publish(folder, target)
        return read(target), False

    def discard(self, folder: Path) -> None:
        """Remove an entry; runs that link to its files keep theirs."""
        if folder.exists():
            gone = folder.with_name(f".{folder.name}.{uuid.uuid4().hex[:8]}.gone")
            folder.rename(gone)
            shutil.rmtree(gone, ignore_errors=True)


def write_result(folder: Path, result: Result[Any], fingerprint: Fingerprint) -> None:
    """Save a result's value into its folder and describe it in ``result.json``."""
    result.value.save(folder)
    names = sorted(file.relative_to(folder).as_posix() for file in _kept(folder) if file.is_file())
    meta = {
        "step": result.step,
        "fingerprint": str(fingerprint),
        "parts": fingerprint.to_dict(),
        "seconds": round(result.seconds, 3),
        "partial": result.partial,
        "artifacts": {name: identity.of_file(folder / name) for name in names},
        "chapter": result.chapter.to_dict(),
    }
    files.write_json(folder / RESULT, meta)


def _kept(folder: Path) -> list[Path]:
    """Everything below a folder but what work left there for itself (names that begin with a dot)."""
    return [file for file in folder.rglob("*") if not any(part[0] == "." for part in file.relative_to(folder).parts)]


def read(folder: Path) -> Stored:
    return Stored(folder, files.read_json(folder / RESULT))


def link_tree(source: Path, target: Path) -> None:
    """Show a cache entry inside a run: hard links where the file system allows, copies elsewhere.

    ``result.json`` comes last: what a killed process leaves without it does not pass for a result.
    """
    for file in sorted(_kept(source), key=lambda file: (file == source / RESULT, file)):
        there = target / file.relative_to(source)
        if file.is_dir():
            there.mkdir(parents=True, exist_ok=True)
            continue
        there.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(file, there)
        except FileExistsError:
            continue
        except OSError:
            files.copy(file, there)
