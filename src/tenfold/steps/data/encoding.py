"""How a file's bytes spell characters: byte order marks, UTF-8, UTF-16, and the eight-bit families."""

from __future__ import annotations

import codecs
import encodings.aliases
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tenfold.steps.data import refusals

BLOCK = 1 << 20
#: UTF-32 before UTF-16: the mark of the one begins with that of the other.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_C1 = bytes(range(0x80, 0xA0))
_UNDEFINED_IN_CP1252 = b"\x81\x8d\x8f\x90\x9d"


@dataclass(frozen=True)
class Spelling:
    """An encoding, whether a byte order mark says so, whether plain ASCII would do, and a word to judge it by."""

    encoding: str
    mark: bool = False
    ascii: bool = False
    sample: str = ""


def blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while block := stream.read(BLOCK):
            yield block


def canonical(label: str, name: str) -> str:
    """One name per encoding; TF-DATA-010 when Python knows none of that name.

    >>> canonical("a.csv", "UTF8"), canonical("a.csv", "Latin1")
    ('utf-8', 'iso8859-1')
    """
    try:
        found = codecs.lookup(name)
        "".encode(found.name)  # `hex`, `zip` and their like are codecs, but do not spell text
    except LookupError as error:
        known = sorted({each.replace("_", "-") for each in encodings.aliases.aliases.values()} | {"utf-8", "latin-1"})
        raise refusals.unknown_encoding(label, name, known) from error
    return "utf-8" if found.name == "utf-8-sig" else found.name


def detect(path: Path, label: str) -> Spelling:
    """The encoding of a whole file; TF-DATA-010 when it is neither UTF-8 nor likely to be another.

    A file without a mark is UTF-16 if nearly every second byte of its start is NUL; else UTF-8 if all its bytes are;
    else, unless most of its other characters are sound UTF-8, Windows-1252 or Latin-1.
    """
    with path.open("rb") as stream:
        head = stream.read(4096)
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return Spelling(encoding, mark=True)
    wide = _wide(head)
    if wide:
        return Spelling(wide)
    good, bad, line = _survey(path)
    if not bad:
        return Spelling("utf-8", ascii=not good)
    if good > len(bad):
        do = "the rest is UTF-8: mend these bytes, or name another encoding with `encoding:`"
        raise refusals.undecodable(label, "UTF-8", line, bad[:8], do)
    return _eight_bit(path, label)


def _wide(head: bytes) -> str:
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = len(head) // 2
    if odd > 0.7 * half and even < 0.1 * half:
        return "utf-16-le"
    if even > 0.7 * half and odd < 0.1 * half:
        return "utf-16-be"
    return ""


def _survey(path: Path) -> tuple[int, bytes, int]:
    """Characters beyond ASCII that are sound UTF-8, the bytes that are not, and the line of the first of these."""
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    good, bad, lines, first = 0, bytearray(), 0, 0
    for block in blocks(path):
        if block.isascii() and not decoder.getstate()[0]:
            lines += block.count(b"\n")
            continue
        text = decoder.decode(block)
        broken = re.findall("[\udc80-\udcff]", text)
        if broken and not first:
            first = lines + text[: text.index(broken[0])].count("\n") + 1
        bad += "".join(broken).encode("utf-8", "surrogateescape")
        good += sum(map(len, re.findall("[^\x00-\x7f\udc80-\udcff]+", text)))
        lines += block.count(b"\n")
    bad += decoder.getstate()[0]
    return good, bytes(bad), first or lines + 1


def _eight_bit(path: Path, label: str) -> Spelling:
    keep = bytes(set(range(256)) - set(_C1))
    marks, sample, line = b"", "", 0
    for block in blocks(path):
        marks += bytes(set(block.translate(None, keep)))
        if not sample and (found := re.search(rb"[^\s,;|\"]{0,20}[\x80-\xff][^\s,;|\"]{0,20}", block)):
            sample, line = found[0].decode("latin-1"), block[: found.start()].count(b"\n") + 1
    odd = bytes(sorted(set(marks) & set(_UNDEFINED_IN_CP1252)))
    if odd:
        do = "name its encoding: `encoding: shift-jis`, `gb18030` or `cp1251`, say"
        raise refusals.undecodable(label, "UTF-8, Windows-1252 or Latin-1", line, odd, do)
    if not marks:
        return Spelling(canonical(label, "latin-1"), sample=sample)
    return Spelling("cp1252", sample=sample.encode("latin-1").decode("cp1252"))
