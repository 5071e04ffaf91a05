"""Durable files: a reader sees the old content or the new, never a half of it.

A write is: temporary file beside the target → fsync → rename → fsync of the folder
(Pillai et al., "All File Systems Are Not Created Equal", OSDI 2014).
"""

from __future__ import annotations

import json
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from tenfold.core.errors import UserError


def sync_folder(folder: Path) -> None:
    """Make the names inside a folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_file(path: Path) -> None:
    """Make the content of a file durable."""
    with path.open("rb") as stream:
        os.fsync(stream.fileno())


def write_bytes(path: Path, data: bytes) -> Path:
    """Write a whole file durably and atomically; its folder is made when absent."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as temporary, temporary.open("wb") as stream:
        stream.write(data)
    return path


def copy(source: Path, target: Path) -> Path:
    """Copy a file of any size as durably and atomically as :func:`write_bytes` writes one."""
    with replacing(target) as temporary:
        shutil.copyfile(source, temporary)
    return target


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary file beside ``path``, for you to write; it takes the place of ``path``, durably, on a clean exit."""
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}.tmp")
    try:
        yield temporary
        sync_file(temporary)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    sync_folder(path.parent)


def write_text(path: Path, text: str) -> Path:
    """As :func:`write_bytes`, in UTF-8."""
    return write_bytes(path, text.encode("utf-8"))


#: JSON longer than this is read by programs, and indenting it takes ten times as long as writing it.
_READABLE = 1 << 18


def write_json(path: Path, value: object) -> Path:
    """As :func:`write_bytes`, as JSON, readable unless it is long. NaN is refused: it is no JSON for others."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    if len(text) < _READABLE:
        text = json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False)
    return write_text(path, text + "\n")


def read_json(path: Path) -> Any:
    """Read a JSON file of ours; a damaged one is named."""
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise UserError.of(
            "TF-FILE-001",
            f"it cannot be read as JSON ({error})",
            str(path),
            expected="a file that Tenfold wrote",
            do="restore it from a copy, or run again",
        ) from error


def last_write(path: Path) -> float:
    """When a file, or anything in a folder, was written last, in seconds since 1970; 0.0 when nothing is there.

    What others remove meanwhile is passed over.
    """
    newest = 0.0
    inside = (os.path.join(at, name) for at, folders, names in os.walk(path) for name in (*folders, *names))
    for each in (str(path), *inside):
        with suppress(FileNotFoundError):
            newest = max(newest, os.stat(each).st_mtime)
    return newest


def append_line(path: Path, line: str) -> None:
    """Append one line durably (a ledger's way of writing). A torn last line is closed first, so it stays alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab+") as stream:
        stream.seek(0, os.SEEK_END)
        if stream.tell():
            stream.seek(-1, os.SEEK_END)
            if stream.read(1) != b"\n":
                stream.write(b"\n")
        stream.write(line.encode("utf-8") + b"\n")
        stream.flush()
        os.fsync(stream.fileno())
    sync_folder(path.parent)


@contextmanager
def staged_folder(target: Path) -> Iterator[Path]:
    """A folder that appears under its name complete, or not at all.

    Yields a temporary sibling; on a clean exit every file is synced and the folder renamed to ``target``.
    If somebody else finished ``target`` meanwhile, theirs is kept (content decides names, so both are equal).
    """
    with scratch_folder(target) as staging:
        yield staging
        publish(staging, target)


@contextmanager
def scratch_folder(target: Path) -> Iterator[Path]:
    """A temporary sibling of ``target``; gone afterwards unless it was published."""
    target.parent.mkdir(parents=True, exist_ok=True)
    staging = target.with_name(f".{target.name}.{uuid.uuid4().hex[:8]}.tmp")
    staging.mkdir()
    try:
        yield staging
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def publish(staging: Path, target: Path) -> None:
    """Give a finished folder its name, durably. If ``target`` was finished meanwhile, that one is kept."""
    for file in sorted(staging.rglob("*")):
        sync_folder(file) if file.is_dir() else sync_file(file)
    sync_folder(staging)
    try:
        staging.rename(target)
    except OSError:
        if not target.is_dir():
            raise
    sync_folder(target.parent)
