"""The independent count: how many records a delimited file has, by Python's own reader.

The rows themselves are read by Arrow's parser; two parsers that agree on every record's width are believed.
"""

from __future__ import annotations

import csv
import io
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

csv.field_size_limit(sys.maxsize)  # a long text is no fault; a quote that never closes is found otherwise

_END = 65_537  # the width of a record put after the last: when it is missing, an open quote has swallowed it


@dataclass(frozen=True)
class Marks:
    """What separates fields, and what encloses them (``""`` for nothing)."""

    delimiter: str
    quote: str

    def options(self) -> dict[str, Any]:
        """The arguments of :func:`csv.reader`."""
        if not self.quote:
            return {"delimiter": self.delimiter, "quoting": csv.QUOTE_NONE, "quotechar": None}
        return {"delimiter": self.delimiter, "quotechar": self.quote}


@dataclass(frozen=True)
class Census:
    """How many records of each width there are (blank lines left out), and whether the last quote closes."""

    widths: Counter[int]
    closed: bool = True
    strict: bool = True  # a closing quote is always followed by a delimiter or the line's end

    @property
    def records(self) -> int:
        return self.widths.total()

    @property
    def uniform(self) -> bool:
        return self.closed and len(self.widths) == 1

    def deviants(self) -> int:
        """Records that are not of the commonest width."""
        return self.records - max(self.widths.values(), default=0)


@contextmanager
def lines(path: Path, start: int) -> Iterator[io.TextIOWrapper]:
    """The lines of a UTF-8 file from a byte on, line ends and all."""
    with path.open("rb") as raw:
        raw.seek(start)
        with io.TextIOWrapper(raw, "utf-8", newline="") as text:
            yield text


def census(path: Path, start: int, marks: Marks, *, strict: bool = False) -> Census:
    """Count the records of each width, in one pass at the speed of C."""
    with lines(path, start) as text:
        reader = csv.reader(chain(text, [marks.delimiter * (_END - 1)]), strict=strict, **marks.options())
        try:
            widths = Counter(map(len, reader))
        except csv.Error:
            return Census(Counter(), closed=False, strict=False)
    closed = _END in widths
    del widths[_END], widths[0]
    return Census(widths, closed)


def records(path: Path, start: int, marks: Marks) -> Iterator[tuple[int, list[str]]]:
    """Every record with the number of the line it starts on, counted from ``start``; blank lines are left out."""
    with lines(path, start) as text:
        reader = csv.reader(text, **marks.options())
        line = 1
        for record in reader:
            if record:
                yield line, record
            line = reader.line_num + 1


def skip_lines(path: Path, start: int, count: int) -> int:
    """The byte after some lines."""
    with path.open("rb") as stream:
        stream.seek(start)
        for _ in range(count):
            stream.readline()
        return stream.tell()


def first_record(path: Path, start: int, marks: Marks) -> tuple[list[str], int, int]:
    """The first record, the byte after it, and how many lines it took (blank ones before it included)."""
    taken: list[str] = []
    with lines(path, start) as text:

        def kept() -> Iterator[str]:
            for line in text:
                taken.append(line)
                yield line

        record = next((each for each in csv.reader(kept(), **marks.options()) if each), [])
    return record, start + sum(len(line.encode("utf-8")) for line in taken), len(taken)
