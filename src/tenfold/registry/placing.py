"""Putting a bundle where the registry keeps it. Only ever called by the one writer, before the row exists.

So whatever lies under a number that has no row was left by a process that was killed: it is reused when it is the
same bundle, whole, and cleared away otherwise.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from tenfold.bundle.audit import audit
from tenfold.core.errors import UserError
from tenfold.core.files import staged_folder


def place(source: Path, target: Path, identity: str) -> None:
    """Copy the bundle ``source`` to ``target``, durably, unless it lies there already."""
    sweep(target.parent)
    if target.exists():
        if _holds(target, identity):
            return
        _clear(target)
    with staged_folder(target) as staging:
        for file in sorted(source.iterdir()):
            shutil.copyfile(file, staging / file.name)
        if not _holds(staging, identity):
            raise UserError.of(
                "TF-REGISTRY-009",
                "the bundle changed while it was being registered",
                str(source),
                expected="a finished bundle",
                do="register it again",
            )


def sweep(folder: Path) -> None:
    """Remove what killed processes left half-written below a model's folder."""
    for leftover in folder.glob(".*.tmp"):
        shutil.rmtree(leftover, ignore_errors=True)


def _holds(folder: Path, identity: str) -> bool:
    try:
        return audit(folder).manifest.identity == identity
    except UserError:
        return False


def _clear(folder: Path) -> None:
    """Out of the way in one step first, so that a kill while removing leaves no half bundle under the name."""
    aside = folder.with_name(f".{folder.name}.cleared.tmp")
    shutil.rmtree(aside, ignore_errors=True)
    folder.rename(aside)
    shutil.rmtree(aside)
