"""Any text file as plain UTF-8 on disk: unpacked, decoded, without a mark, free of NUL bytes."""

from __future__ import annotations

import codecs
import gzip
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tenfold.core.chapter import Finding
from tenfold.core.errors import Problem, UserError, raise_all
from tenfold.steps.data import encoding, notes, refusals
from tenfold.steps.data.content import is_gzip
from tenfold.steps.data.encoding import Spelling
from tenfold.steps.data.locate import Located


@dataclass(frozen=True)
class PlainText:
    """A file that reads as UTF-8 from the byte ``start`` on; a copy of the original only where it had to be."""

    file: Located
    path: Path
    start: int
    encoding: str  # of the original
    findings: tuple[Finding, ...] = ()

    @property
    def label(self) -> str:
        return self.file.label


def plain_texts(files: Sequence[Located], declared: str | None, staging: Path) -> tuple[PlainText, ...]:
    """Every file of one source in plain UTF-8; all of them are in one encoding, found out unless declared."""
    unpacked: list[Path] = []
    spellings: list[Spelling] = []
    problems: list[Problem] = []
    for file in files:
        try:
            path = _unpack(file, staging)
            unpacked.append(path)
            spellings.append(_spelling(path, file.label, declared))
        except UserError as error:
            problems += error.problems
    raise_all(problems)
    name = _agree(files, spellings)
    texts = zip(files, unpacked, spellings, strict=True)
    return tuple(_plain(file, path, name, spelling, staging) for file, path, spelling in texts)


def _spelling(path: Path, label: str, declared: str | None) -> Spelling:
    if declared is None:
        return encoding.detect(path, label)
    name = encoding.canonical(label, declared)
    with path.open("rb") as stream:
        return Spelling(name, mark=stream.read(3) == codecs.BOM_UTF8 and name == "utf-8")


def _agree(files: Sequence[Located], spellings: Sequence[Spelling]) -> str:
    names = {spelling.encoding: file.label for file, spelling in zip(files, spellings, strict=True)
             if not spelling.ascii}  # fmt: skip
    plain = next((file.label for file, spelling in zip(files, spellings, strict=True) if spelling.ascii), None)
    if plain and any(name.startswith(("utf-16", "utf-32")) for name in names):
        names["utf-8"] = plain
    if set(names) == {"cp1252", "iso8859-1"}:
        return "cp1252"  # the two differ only where this family of files has no Latin-1 bytes
    if len(names) > 1:
        (first, label), (other, where) = list(names.items())[:2]
        raise refusals.mixed_dialects(where, "encoding", label, other, first)
    return next(iter(names), "utf-8")


def _unpack(file: Located, staging: Path) -> Path:
    if not is_gzip(file.path):
        return file.path
    return _stage(staging, _unpacked(file))


def _unpacked(file: Located) -> Iterator[bytes]:
    try:
        with gzip.open(file.path) as stream:
            while block := stream.read(encoding.BLOCK):
                yield block
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise refusals.broken_gzip(file.label, str(error).rstrip(".")) from error


def _stage(staging: Path, blocks: Iterator[bytes]) -> Path:
    with tempfile.NamedTemporaryFile(dir=staging, delete=False) as stream:
        stream.writelines(blocks)
    return Path(stream.name)


def _plain(file: Located, path: Path, name: str, spelling: Spelling, staging: Path) -> PlainText:
    if name != "utf-8" or spelling.encoding != "utf-8":
        path = _stage(staging, _transcoded(file, path, name))
    elif not spelling.ascii:
        for _ in _transcoded(file, path, name):  # declared: it still has to be true
            pass
    _refuse_nul(file, path)
    with path.open("rb") as stream:
        start = 3 if stream.read(3) == codecs.BOM_UTF8 else 0
    return PlainText(file, path, start, name, _noticed(file.label, name, spelling))


def _transcoded(file: Located, path: Path, name: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(name)("strict")
    line = 1
    try:
        for block in encoding.blocks(path):
            text = decoder.decode(block)
            line += text.count("\n")
            yield text.encode("utf-8")
        yield decoder.decode(b"", final=True).encode("utf-8")
    except UnicodeError as error:
        bad, before = b"", ""
        if isinstance(error, UnicodeDecodeError):
            bad = error.object[error.start : error.end][:8]
            before = error.object[: error.start].decode(name, "replace")
        raise refusals.undecodable(file.label, name, line + before.count("\n"), bad) from error


def _refuse_nul(file: Located, path: Path) -> None:
    count, line, lines = 0, 0, 1
    for block in encoding.blocks(path):
        if found := block.count(0):
            line = line or lines + block[: block.index(0)].count(b"\n")
            count += found
        lines += block.count(b"\n")
    if count:
        raise refusals.nul_bytes(file.label, line, count)


def _noticed(label: str, name: str, spelling: Spelling) -> tuple[Finding, ...]:
    found = []
    if name == "utf-8" and spelling.mark:
        found.append(notes.byte_order_mark(label))
    if name.startswith(("utf-16", "utf-32")):
        found.append(notes.utf16(label, name))
    if spelling.sample:
        found.append(notes.eight_bit(label, name, spelling.sample))
    return tuple(found)
