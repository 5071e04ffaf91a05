"""Delimited text (CSV, TSV and kin): every field as the text it is, counted twice.

Arrow's parser reads, Python's reader counts (:mod:`tenfold.steps.data.count`). Format: RFC 4180, with any delimiter.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path

import pyarrow as pa
from pyarrow import csv as arrow_csv

from tenfold.core import units
from tenfold.core.chapter import Finding
from tenfold.core.errors import Problem, UserError, raise_all
from tenfold.core.units import human_bytes
from tenfold.steps.data import count, notes, refusals, sniff
from tenfold.steps.data.config import Source
from tenfold.steps.data.count import Census, Marks
from tenfold.steps.data.locate import Located
from tenfold.steps.data.part import Part, Ragged, as_text, check_names
from tenfold.steps.data.text import PlainText, plain_texts

_BLOCK = 16 << 20  # no row may be longer


@dataclass(frozen=True)
class Dialect:
    """How the files of one source are written."""

    marks: Marks
    header: bool
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class _Body:
    """The rows below the header: their names, the byte and line they start at, and their census."""

    text: PlainText
    marks: Marks
    names: tuple[str, ...]
    start: int
    line: int
    census: Census


def read(files: Sequence[Located], source: Source, staging: Path) -> tuple[Part, ...]:
    """One part per file, all in one dialect, which is found out from the first where it is not declared."""
    texts = plain_texts(files, source.encoding, staging)
    dialect = find_dialect(texts, source)
    parts: list[Part] = []
    problems: list[Problem] = []
    for text in texts:
        try:
            parts.append(_part(text, dialect, source))
        except UserError as error:
            problems += error.problems
    raise_all(problems)
    return (replace(parts[0], findings=(*dialect.findings, *parts[0].findings)), *parts[1:])


def find_dialect(texts: Sequence[PlainText], source: Source) -> Dialect:
    """What is declared, and for the rest what the text shows."""
    first = texts[0]
    lines = sniff.sample(first.path, count.skip_lines(first.path, first.start, source.skip))
    delimiter, findings = source.delimiter, []
    if delimiter is None:
        delimiter = sniff.find_delimiter(lines, "\t" if source.format == "tsv" else None)
        findings += [] if delimiter else [notes.one_column(first.label)]
        delimiter = delimiter or ","
    quote = _quote(texts, delimiter, source)
    if quote == "" and source.quote is None:
        findings.append(notes.quotes_are_text(first.label))
    marks = Marks(delimiter, quote)
    rows = sniff.parse(lines, marks)
    header = source.header
    if header is None:
        header = _header(rows, source.names)
        if not header and source.names is None:
            findings.append(notes.no_header(first.label, len(rows[0]), rows[0]))
    return Dialect(marks, header, tuple(findings))


def _quote(texts: Sequence[PlainText], delimiter: str, source: Source) -> str:
    if source.quote is not None:
        return "" if source.quote == "none" else source.quote
    found: dict[str, str] = {}
    for text in texts:
        quote = sniff.find_quote(text.path, count.skip_lines(text.path, text.start, source.skip), delimiter)
        if quote is not None:
            found.setdefault(quote, text.label)
    if len(found) > 1:
        (first, where), (other, label) = list(found.items())[:2]
        raise refusals.mixed_dialects(label, "quote", where, other or "none", first or "none")
    return next(iter(found), '"')


def _header(rows: Sequence[Sequence[str]], names: Sequence[str] | None) -> bool:
    """With names given, the first row is a header only when it says the same; without, it has to look like one."""
    if names is not None:
        return [cell.strip() for cell in rows[0]] == list(names)
    return sniff.has_header(rows)


def _part(text: PlainText, dialect: Dialect, source: Source) -> Part:
    body, findings = _body(text, dialect, source)
    ragged = _ragged(body, source)
    rows = body.census.records - len(ragged)
    if not rows:
        raise _nothing(body, dialect.header, len(ragged))
    if ragged:
        findings = (*findings, notes.set_aside(text.label, len(ragged)))
    written = {
        "encoding": text.encoding, "delimiter": dialect.marks.delimiter,
        "quote": dialect.marks.quote or "none", "header": dialect.header,
    }  # fmt: skip
    columns = as_text(body.names)
    return Part(columns, lambda: _batches(body, rows), (*text.findings, *findings), ragged, written)


def _body(text: PlainText, dialect: Dialect, source: Source) -> tuple[_Body, tuple[Finding, ...]]:
    start = count.skip_lines(text.path, text.start, source.skip)
    first, after, taken = count.first_record(text.path, start, dialect.marks)
    line = source.skip + 1
    if dialect.header:
        start, line = after, line + taken
    census = count.census(text.path, start, dialect.marks)
    if not census.closed:
        raise _unclosed(text, dialect.marks, start, line)
    given = source.names or (first if dialect.header else [f"c{n}" for n in range(1, len(first) + 1)])
    names, findings = check_names(given, f"{text.label}, line {line - 1}" if dialect.header else text.label)
    body = _Body(text, dialect.marks, names, start, line, census)
    _refuse_other_width(body, dialect, source, len(first))
    return body, findings


def _refuse_other_width(body: _Body, dialect: Dialect, source: Source, first: int) -> None:
    """Rows that agree among themselves, but not with the names: the names are at fault, not the rows."""
    if not body.census.widths:
        return
    width, often = body.census.widths.most_common(1)[0]
    names = len(body.names)
    if width == names or often < 0.9 * body.census.records or (often < 2 and not source.names):
        return
    if source.names and first == width:
        raise refusals.other_width("data.names", body.line, names, width, f"list {units.count(width, 'name')}")
    do = f"list {units.count(width, 'name')} under `names:`"
    if dialect.header:
        do = f"if the table starts further down, say `skip: 1` (or more); else mend the header, or {do}"
    raise refusals.other_width(body.text.label, max(1, body.line - 1), names, width, do)


def _ragged(body: _Body, source: Source) -> tuple[Ragged, ...]:
    fields = len(body.names)
    if all(width == fields for width in body.census.widths):
        return ()
    numbered = enumerate(count.records(body.text.path, body.start, body.marks), start=1)
    found = [
        Ragged(body.line + line - 1, row, tuple(record)) for row, (line, record) in numbered if len(record) != fields
    ]
    if source.ragged == "quarantine":
        return tuple(found)
    lines = [(each.line, len(each.fields)) for each in found]
    raise refusals.ragged(body.text.label, fields, lines, len(found))


def _nothing(body: _Body, header: bool, ragged: int) -> UserError:
    if ragged:
        return refusals.no_rows(body.text.label, f"{units.count(ragged, 'line')}, each with the wrong number of fields")
    if header:
        return refusals.header_only(body.text.label, len(body.names))
    return refusals.empty(body.text.label)


def _unclosed(text: PlainText, marks: Marks, start: int, line: int) -> UserError:
    last = 1
    for last, _ in count.records(text.path, start, marks):  # noqa: B007 - the last one is wanted
        pass
    return refusals.unclosed_quote(text.label, marks.quote, line + last - 1)


def _batches(body: _Body, rows: int) -> Iterator[pa.RecordBatch]:
    """The rows as Arrow reads them; TF-DATA-012 unless there are as many as were counted."""
    read = 0
    try:
        for batch in _open(body):
            read += batch.num_rows
            yield batch
    except pa.ArrowInvalid as error:
        if "straddl" in str(error):
            raise refusals.long_line(body.text.label, human_bytes(_BLOCK)) from error
        raise refusals.count_differs(body.text.label, read, rows, _first_difference(body)) from error
    if read != rows:
        raise refusals.count_differs(body.text.label, read, rows, _first_difference(body))


def _open(body: _Body) -> Iterator[pa.RecordBatch]:
    places = [str(place) for place in range(len(body.names))]
    quote = body.marks.quote
    parsing = arrow_csv.ParseOptions(
        delimiter=body.marks.delimiter,
        quote_char=quote or False,
        double_quote=bool(quote),
        newlines_in_values=bool(quote),
        invalid_row_handler=lambda row: "skip",  # refused, or set aside, after the count
    )
    converting = arrow_csv.ConvertOptions(
        column_types=dict.fromkeys(places, pa.string()),
        null_values=[""],
        strings_can_be_null=True,
        quoted_strings_can_be_null=False,
    )
    reading = arrow_csv.ReadOptions(column_names=places, block_size=_BLOCK)
    with pa.memory_map(str(body.text.path)) as stream:
        stream.seek(body.start)
        with arrow_csv.open_csv(stream, reading, parsing, converting) as reader:
            for batch in reader:
                yield batch.rename_columns(body.names)


def _first_difference(body: _Body) -> int:
    """The line of the first record on which the two readers do not agree."""
    width = len(body.names)
    counted = (each for each in count.records(body.text.path, body.start, body.marks) if len(each[1]) == width)
    line = 1
    for expected, got in zip_longest(counted, _rows(body)):
        if expected is None:
            return body.line + line
        line = expected[0]
        if got is None or got != [field or None for field in expected[1]]:
            break
    return body.line + line - 1


def _rows(body: _Body) -> Iterator[list[str | None]]:
    try:
        for batch in _open(body):
            for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                yield [field or None for field in row]
    except pa.ArrowInvalid:
        return
