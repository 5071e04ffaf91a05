"""What a file is, by its name and by its first bytes; when the two disagree it is refused."""

from __future__ import annotations

import gzip
import json
import zlib
from pathlib import Path

from tenfold.steps.data import refusals
from tenfold.steps.data.config import Format
from tenfold.steps.data.locate import Located

_ENDINGS: dict[str, Format] = {
    ".csv": "csv", ".tsv": "tsv", ".tab": "tsv", ".arff": "arff", ".json": "json_lines", ".jsonl": "json_lines",
    ".ndjson": "json_lines", ".parquet": "parquet", ".pq": "parquet", ".sqlite": "sqlite", ".sqlite3": "sqlite",
    ".db": "sqlite",
}  # fmt: skip

#: First bytes → what it is, and how to get a table out of it. Sources: the formats' own specifications.
_FOREIGN: tuple[tuple[bytes, str, str], ...] = (
    (b"PK\x03\x04", "a ZIP archive or an Excel workbook", "unzip it, or save the sheet as CSV"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook", "save the sheet as CSV"),
    (b"\x89PNG", "a PNG image", "name the table's file"),
    (b"\xff\xd8\xff", "a JPEG image", "name the table's file"),
    (b"GIF8", "a GIF image", "name the table's file"),
    (b"%PDF", "a PDF document", "export the table as CSV"),
    (b"BZh", "bzip2 data", "unpack it: bunzip2"),
    (b"\xfd7zXZ", "xz data", "unpack it: unxz"),
    (b"\x28\xb5\x2f\xfd", "Zstandard data", "unpack it: unzstd"),
    (b"7z\xbc\xaf", "a 7-Zip archive", "unpack it"),
    (b"ARROW1", "an Arrow (Feather) file", "save it as Parquet"),
    (b"\x89HDF", "an HDF5 file", "save the table as Parquet"),
    (b"\x80\x04\x95", "a Python pickle", "save the table as Parquet"),
    (b"\x80\x05\x95", "a Python pickle", "save the table as Parquet"),
)
_OWN: tuple[tuple[bytes, Format], ...] = ((b"PAR1", "parquet"), (b"SQLite format 3\x00", "sqlite"))
_PLAIN_NAME = {"json_lines": "JSON", "parquet": "Parquet", "sqlite": "an SQLite database", "arff": "ARFF"}
_HEAD = 1 << 16


def identify(file: Located, declared: Format | None) -> Format:
    """The format of a file; TF-DATA-002 when it is empty, TF-DATA-008 when it is not what it is said to be."""
    named = declared or _ENDINGS.get(_ending(file.path))
    head = _head(file)
    if not head.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n"):
        raise refusals.empty(file.label)
    said = _PLAIN_NAME.get(named or "", "a table as text")
    for magic, what, do in _FOREIGN:
        if head.startswith(magic):
            raise refusals.other_content(file.label, said, what, do)
    found = next((kind for magic, kind in _OWN if head.startswith(magic)), None)
    if found or named in ("parquet", "sqlite"):
        return _binary(file, named, found, said)
    return _text(file, named, head, said)


def is_gzip(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(2) == b"\x1f\x8b"


def _ending(path: Path) -> str:
    name = path.name.casefold().removesuffix(".gz")
    return Path(name).suffix


def _head(file: Located) -> bytes:
    """The first bytes of the content, unpacked. The name must own up to gzip, so that every tool reads it alike."""
    try:
        zipped, named = is_gzip(file.path), file.path.name.casefold().endswith(".gz")
        if zipped and not named:
            do = f"rename it to {file.path.name}.gz"
            raise refusals.other_content(file.label, "it is not packed", "gzip data", do)
        if named and not zipped and file.path.stat().st_size:
            raise refusals.other_content(file.label, "gzip", "something else", "remove `.gz` from its name")
        with gzip.open(file.path) if zipped else file.path.open("rb") as stream:
            return stream.read(_HEAD)
    except EOFError:
        return b"cut"  # a reason to go on: the whole file is checked, with a better message, when it is unpacked
    except (gzip.BadGzipFile, zlib.error) as error:
        raise refusals.broken_gzip(file.label, str(error)) from error
    except OSError as error:
        raise refusals.unreadable(file.label, error.strerror or str(error)) from error


def _binary(file: Located, named: Format | None, found: Format | None, said: str) -> Format:
    if found and is_gzip(file.path):
        raise refusals.other_content(file.label, "gzip", f"packed {_PLAIN_NAME[found]}", "unpack it: gunzip")
    if found and named in (None, found):
        return found
    if found is None and is_gzip(file.path):
        raise refusals.other_content(file.label, said, "gzip data", "unpack it: gunzip")
    what = _PLAIN_NAME[found] if found else "something else"
    raise refusals.other_content(file.label, said, what, "rename it after its content, or name another file")


def _text(file: Located, named: Format | None, head: bytes, said: str) -> Format:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith((b"<!doctype", b"<html", b"<?xml")):
        what = "an XML document" if start.startswith(b"<?xml") else "a web page (HTML)"
        raise refusals.other_content(file.label, said, what, "download the data itself: the link may need a login")
    json_like = _starts_with_json(head)
    if named in ("csv", "tsv") and json_like:
        raise refusals.other_content(file.label, said, "JSON", "rename it to .jsonl, or say `format: json_lines`")
    if named is not None:
        return named
    if json_like:
        return "json_lines"
    return "arff" if b"\n@relation" in b"\n" + start and b"@attribute" in start else "csv"


def _starts_with_json(head: bytes) -> bool:
    """Whether the first line is a JSON object, or the start of an array of objects."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text[:1] == b"[":
        return text[1:].lstrip()[:1] == b"{"
    if text[:1] != b"{":
        return False
    try:
        return isinstance(json.loads(text.splitlines()[0]), dict)
    except (ValueError, RecursionError):
        return False
