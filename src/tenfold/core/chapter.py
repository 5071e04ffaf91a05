"""Chapters: what a step has to say, as data. Reports draw them; nothing here draws.

A chapter is plain JSON, so a run can be read by people (HTML, terminal, notebook) and by programs alike.

>>> chapter = Chapter("data", "Data", "7,043 rows from one file.", (Facts((("rows", "7,043"),)),))
>>> Chapter.from_dict(chapter.to_dict()) == chapter
True
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

from tenfold.core.brief import table

Cell = str | int | float | bool | None


@dataclass(frozen=True)
class Text:
    """A paragraph, in plain words."""

    text: str
    kind: Literal["text"] = "text"


@dataclass(frozen=True)
class Facts:
    """A few labels with their values, shown side by side."""

    items: tuple[tuple[str, str], ...]
    title: str = ""
    kind: Literal["facts"] = "facts"


@dataclass(frozen=True)
class Grid:
    """A table: column heads and rows. Numbers stay numbers; the report aligns and rounds them."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    kind: Literal["grid"] = "grid"


@dataclass(frozen=True)
class Figure:
    """A picture as data: a Vega-Lite specification with its values inline, and a sentence that says what to see."""

    title: str
    spec: Mapping[str, Any] = field(hash=False)
    note: str = ""
    kind: Literal["figure"] = "figure"


Block = Text | Facts | Grid | Figure


@dataclass(frozen=True, repr=False)
class Finding:
    """Something noticed that a person should know or decide.

    ``code`` is stable; ``subject`` is a column or part; ``action`` says what was done about it, or what is proposed.
    ``proposal`` maps keys of the workflow file (dotted path) to proposed values, which ``tenfold next`` shows
    as a diff.
    """

    code: str
    severity: Literal["note", "warning", "problem"]
    subject: str
    message: str
    action: str = ""
    evidence: Mapping[str, Cell] = field(default_factory=dict, hash=False)
    proposal: Mapping[str, Any] | None = field(default=None, hash=False)

    @property
    def sentences(self) -> str:
        """The message and the action, as sentences.

        >>> Finding("TF-X-100", "note", "age", "It is empty.", "left out; requests may still carry it").sentences
        'It is empty. Left out; requests may still carry it'
        """
        return f"{self.message} {self.action[:1].upper()}{self.action[1:]}".rstrip()

    def __repr__(self) -> str:
        return f"{self.code} {self.severity}, {self.subject}: {self.message} {self.action}".rstrip()

    def _repr_html_(self) -> str:
        rows = [("what", self.message), ("action", self.action)]
        rows += [(key, str(value)) for key, value in (self.proposal or {}).items()]
        return table(f"{self.severity}: {self.subject} ({self.code})", [row for row in rows if row[1]])


#: Up to this many notes of one kind are told one by one, and this many names stand in a list.
_ALIKE, _NAMED = 6, 20


def gather(findings: Iterable[Finding], most: int = _ALIKE) -> Iterator[Finding]:
    """Notes of one kind about more than ``most`` columns are told together: a long list is read by nobody.

    Those that say the same become one; if still too many are left that each say something else, so do they.
    """
    by_code: dict[str, list[Finding]] = {}
    for finding in findings:
        by_code.setdefault(f"{finding.severity} {finding.code}", []).append(finding)
    for alike in by_code.values():
        if alike[0].severity == "note" and len(alike) > most:
            yield from _fewer(sorted(alike, key=lambda each: each.subject), most)
        else:
            yield from alike


def _fewer(alike: Sequence[Finding], most: int) -> Iterator[Finding]:
    by_words: dict[str, list[Finding]] = {}
    for finding in alike:
        by_words.setdefault(finding.message, []).append(finding)
    same = [each for each in by_words.values() if len(each) > 1][:most]
    yield from (_together(each, each[0].message) for each in same)
    told = {each[0].message for each in same}
    rest = [each for each in alike if each.message not in told]
    if len(rest) > most:
        yield _together(rest, f"{len(rest)} notes of this kind; of {rest[0].subject}: {rest[0].message}")
    else:
        yield from rest


def _together(alike: Sequence[Finding], message: str) -> Finding:
    proposals = {key: value for each in alike for key, value in (each.proposal or {}).items()}
    return replace(
        alike[0],
        subject=listed([each.subject for each in alike]),
        message=message,
        evidence={"times": len(alike)},
        proposal=proposals or None,
    )


def listed(names: Sequence[str], most: int = _NAMED) -> str:
    """Names, separated by commas; of many the first.

    >>> listed(["age", "fare", "job"], most=2)
    'age, fare, … (+1)'
    """
    more = f", … (+{len(names) - most:,})" if len(names) > most else ""
    return ", ".join(names[:most]) + more


@dataclass(frozen=True)
class Chapter:
    """One step's part of the report."""

    step: str
    title: str
    summary: str
    blocks: tuple[Block, ...] = ()
    findings: tuple[Finding, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Chapter:
        blocks = tuple(_block(each) for each in data["blocks"])
        findings = tuple(Finding(**each) for each in data["findings"])
        return cls(data["step"], data["title"], data["summary"], blocks, findings)


def _block(data: Mapping[str, Any]) -> Block:
    fields = {key: value for key, value in data.items() if key != "kind"}
    match data["kind"]:
        case "text":
            return Text(**fields)
        case "facts":
            return Facts(tuple((label, value) for label, value in fields["items"]), fields["title"])
        case "grid":
            rows = tuple(tuple(row) for row in fields["rows"])
            return Grid(fields["title"], tuple(fields["columns"]), rows, fields["note"])
        case "figure":
            return Figure(**fields)
        case other:
            raise ValueError(f"unknown kind of block: {other!r}")
