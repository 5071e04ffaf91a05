"""How a delimited file is written: delimiter, quote, header. Found from the text, never from its name alone.

The delimiter is the one that cuts most records into the same number of fields (G. van den Burg, A. Nazábal,
C. Sutton, "Wrangling messy CSV files by detecting row and type patterns", 2019, start from the same idea).
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from tenfold.steps.data.count import Census, Marks, census

DELIMITERS = (",", ";", "\t", "|")
SAMPLE = 1 << 18
_ROWS = 1_000
_NUMBER = re.compile(r"\s*[-+]?[$€£]?\s*(\d[\d,.' ]*|\.\d+)([eE][-+]?\d+)?\s*%?\s*|(?i:\s*[-+]?(inf|infinity|nan)\s*)")
_DECIMAL_COMMA = re.compile(r"\s*-?\d+,\d+\s*")
_BLANK = frozenset({"", "?", "na", "n/a", "null", "none", "nan", "-"})


def sample(path: Path, start: int) -> list[str]:
    """Whole lines from the start of a UTF-8 file."""
    with path.open("rb") as stream:
        stream.seek(start)
        data = stream.read(SAMPLE)
        data += stream.readline() if len(data) == SAMPLE else b""
    return list(io.StringIO(data.decode("utf-8", "replace"), newline=""))


def parse(lines: Sequence[str], marks: Marks, limit: int = _ROWS) -> list[list[str]]:
    """The first records of a sample."""
    return list(islice((row for row in csv.reader(lines, **marks.options()) if row), limit))


def find_delimiter(lines: Sequence[str], preferred: str | None = None) -> str | None:
    """The delimiter of a sample, or ``None`` when every line is a single field.

    >>> find_delimiter(["a;b\\n", "1,5;2,5\\n"]), find_delimiter(["one, two\\n", "three\\n", "four\\n"])
    (';', None)
    """
    shares = {each: _agreement(lines, each) for each in DELIMITERS}
    best = max((share for share, _, _ in shares.values()), default=0.0)
    if best >= 0.5:
        top = [each for each in DELIMITERS if shares[each][0] == best]
        return preferred if preferred in top else _settle(lines, top, {each: shares[each][1] for each in top})
    everywhere = [each for each in DELIMITERS if shares[each][2] > 1]
    return max(everywhere, key=lambda each: shares[each][0]) if everywhere else None


def _agreement(lines: Sequence[str], delimiter: str) -> tuple[float, int, int]:
    """The share of records of the commonest width above one, that width, and the smallest of all."""
    best = (0.0, 1, 1)
    for quote in _quotes(lines):
        widths = Counter(len(row) for row in parse(lines, Marks(delimiter, quote)))
        width, count = max(widths.items(), key=lambda item: (item[0] > 1, item[1]), default=(1, 0))
        if width > 1:
            best = max(best, (count / widths.total(), width, min(widths)))
    return best


def _quotes(lines: Sequence[str]) -> list[str]:
    text = "".join(lines)
    return [quote for quote in ('"', "'") if quote in text] + [""]


def _settle(lines: Sequence[str], top: Sequence[str], widths: dict[str, int]) -> str:
    """Between delimiters that cut equally well: not a comma that only stands inside numbers, else the finer one."""
    if "," in top and len(top) > 1:
        other = max((each for each in top if each != ","), key=lambda each: widths[each])
        fields = [field for row in parse(lines, Marks(other, '"')) for field in row if "," in field]
        if fields and all(_DECIMAL_COMMA.fullmatch(field) for field in fields):
            return other
    return max(top, key=lambda each: widths[each])


def find_quote(path: Path, start: int, delimiter: str) -> str | None:
    """What encloses fields: ``"``, ``'``, ``""`` for nothing, or ``None`` when the file has no quote at all.

    Quotes are trusted when a strict reading gives every record one width. Else, when reading them as plain text does,
    they are plain text. A quoted line break is believed only if the reading without quotes is uneven.
    """
    if not _present(path):
        return None
    quote = _likely(sample(path, start), delimiter)
    quoted = census(path, start, Marks(delimiter, quote), strict=True)
    if quoted.uniform and not _breaks_inside(path, start, quoted):
        return quote
    plain = census(path, start, Marks(delimiter, ""))
    if quoted.uniform:
        merged = plain.uniform and plain.records > quoted.records and plain.widths.keys() == quoted.widths.keys()
        return "" if merged and max(plain.widths) > 1 else quote
    if plain.uniform:
        return ""
    lenient = census(path, start, Marks(delimiter, quote))
    if not lenient.closed:
        return "" if 10 * plain.deviants() < plain.records else quote
    return quote if lenient.deviants() <= plain.deviants() else ""


def _present(path: Path) -> bool:
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            if b'"' in block or b"'" in block:
                return True
    return False


def _likely(lines: Sequence[str], delimiter: str) -> str:
    """A single quote encloses only where no field opens with a double one, and as many open with it as close."""
    text, mark = "".join(lines), re.escape(delimiter)
    if re.search(rf'(^|{mark})"', text, re.MULTILINE):
        return '"'
    opened = len(re.findall(rf"(?:^|{mark})'", text, re.MULTILINE))
    closed = len(re.findall(rf"'(?={mark}|\r?$)", text, re.MULTILINE))
    return "'" if opened and opened == closed else '"'


def _breaks_inside(path: Path, start: int, strict: Census) -> bool:
    """Whether there are more lines than records: some field holds a line break, or some line is blank."""
    lines = 0
    with path.open("rb") as stream:
        stream.seek(start)
        while block := stream.read(1 << 20):
            lines += max(block.count(b"\n"), block.count(b"\r"))
    return lines > strict.records


def has_header(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row names the columns: it differs from the rows below where these are alike.

    Each column votes: against a header when its first value is a number (or has the shape) of those below, or comes
    again below; for one when it is not. Undecided, a first row of distinct texts is a header.

    >>> has_header([["age", "job"], ["31", "clerk"], ["40", "cook"]]), has_header([["31", "cook"], ["40", "cook"]])
    (True, False)
    """
    first, below = rows[0], rows[1:]
    votes = 0
    for place, cell in enumerate(first):
        column = [row[place] for row in below if place < len(row)]
        votes += _vote(cell, [value for value in column if value.strip().casefold() not in _BLANK])
    if votes:
        return votes > 0
    named = [cell.strip() for cell in first]
    return all(named) and len(set(named)) == len(named) and not any(_NUMBER.fullmatch(cell) for cell in named)


def _vote(cell: str, column: Sequence[str]) -> int:
    if cell.strip().casefold() in _BLANK:
        return 0
    numeric = bool(_NUMBER.fullmatch(cell))
    numbers = sum(1 for value in column if _NUMBER.fullmatch(value))
    if column and numbers >= 0.9 * len(column):
        return -1 if numeric else 1
    shape, alike = Counter(map(_shape, column)).most_common(1)[0] if column else ("", 0)
    if "9" in shape and alike >= 0.9 * len(column):
        return -1 if _shape(cell) == shape else 1
    return -1 if cell in column or numeric else 0


def _shape(cell: str) -> str:
    """What a value looks like: ``2024-05-03`` and ``1999-1-1`` are both ``9-9-9``."""
    return re.sub(r"\d+", "9", re.sub(r"[^\W\d_]+", "a", cell.strip()))
