"""ARFF, Weka's attribute-relation file format, in its dense form: every value as text, ``?`` included."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tenfold.core.chapter import Finding
from tenfold.steps.data import notes, refusals, rows
from tenfold.steps.data.config import Source
from tenfold.steps.data.count import lines
from tenfold.steps.data.locate import Located
from tenfold.steps.data.part import Part, as_text, check_names
from tenfold.steps.data.text import PlainText, plain_texts

_ATTRIBUTE = re.compile(
    r"""@attribute\s+(?P<name>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[^\s{]+)\s*(?P<type>\{.*\}|\S.*)""", re.IGNORECASE
)
_FIELD = re.compile(r"""\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|([^,]*?))\s*(?:,|$)""")
_ESCAPED = re.compile(r"\\(.)")


@dataclass(frozen=True)
class _Attribute:
    name: str
    levels: frozenset[str] | None  # of a nominal attribute


@dataclass(frozen=True)
class _Header:
    attributes: tuple[_Attribute, ...]
    line: int  # of @data


def read(files: Sequence[Located], source: Source, staging: Path) -> tuple[Part, ...]:
    """One part per file."""
    return tuple(_part(text) for text in plain_texts(files, source.encoding, staging))


def _part(text: PlainText) -> Part:
    header = _header(text)
    names, findings = check_names([each.name for each in header.attributes], text.label)
    undeclared: list[set[str]] = [set() for _ in names]
    total = 0
    for row in _data(text, header):
        total += 1
        for place, (value, attribute) in enumerate(zip(row, header.attributes, strict=True)):
            if attribute.levels is not None and value not in attribute.levels and value != "?":
                undeclared[place].add(value)
    if not total:
        raise refusals.no_rows(text.label, "nothing stands below @data")
    said: list[Finding] = [*text.findings, *findings]
    said += [notes.undeclared_levels(text.label, name, sorted(each))
             for name, each in zip(names, undeclared, strict=True) if each]  # fmt: skip
    columns = as_text(names)
    return Part(
        columns, lambda: rows.batches(lambda: _data(text, header), columns), tuple(said),
        written={"encoding": text.encoding},
    )  # fmt: skip


def _header(text: PlainText) -> _Header:
    attributes: list[_Attribute] = []
    with lines(text.path, text.start) as stream:
        for number, line in enumerate(stream, start=1):
            word = line.strip()
            lower = word.casefold()
            if not word or word.startswith("%") or lower.startswith("@relation"):
                continue
            if lower.startswith("@data"):
                if not attributes:
                    raise refusals.bad_arff(text.label, number, "@data comes before any @attribute")
                return _Header(tuple(attributes), number)
            attributes.append(_attribute(text, number, word))
    raise refusals.bad_arff(text.label, number, "there is no @data section", "export it again")


def _attribute(text: PlainText, number: int, word: str) -> _Attribute:
    match = _ATTRIBUTE.fullmatch(word)
    if match is None:
        raise refusals.bad_arff(text.label, number, f"{word[:60]!r} is neither @relation, @attribute nor @data")
    kind = match["type"].strip()
    if not kind.startswith("{"):
        return _Attribute(_bare(match["name"]), None)
    return _Attribute(_bare(match["name"]), frozenset(_fields(kind[1:-1])))


def _bare(name: str) -> str:
    """A name without its quotes and escapes."""
    return _ESCAPED.sub(_meant, name[1:-1]) if name[:1] in ("'", '"') else name


def _fields(line: str) -> list[str]:
    """The values of a line: cut at commas, quoted by ' or ", escaped by a backslash, blanks around them left out.

    >>> _fields("5.1, 'a, b', ?, \\"it's\\"")
    ['5.1', 'a, b', '?', "it's"]
    """
    if "'" not in line and '"' not in line:
        return [field.strip() for field in line.split(",")]
    fields, place, more = [], 0, True
    while more:
        match = _FIELD.match(line, place)
        assert match is not None, "the last alternative of the pattern matches anything"
        single, double, plain = match.groups()
        quoted = single if single is not None else double
        fields.append(plain if quoted is None else _ESCAPED.sub(_meant, quoted))
        place, more = match.end(), match[0].endswith(",")
    return fields


def _meant(escape: re.Match[str]) -> str:
    return {"n": "\n", "r": "\r", "t": "\t"}.get(escape[1], escape[1])


def _data(text: PlainText, header: _Header) -> Iterator[list[str]]:
    width = len(header.attributes)
    with lines(text.path, text.start) as stream:
        for number, line in enumerate(stream, start=1):
            word = line.strip()
            if number <= header.line or not word or word.startswith("%"):
                continue
            if word.startswith("{"):
                do = "save it in dense form, or as CSV"
                raise refusals.bad_arff(text.label, number, "sparse rows are not read yet", do)
            fields = _fields(word)
            if len(fields) != width:
                raise refusals.bad_arff(
                    text.label,
                    number,
                    f"{refusals.counted(len(fields), 'value')} for {refusals.counted(width, 'attribute')}",
                )
            yield fields
