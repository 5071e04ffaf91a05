"""Chapters prepared for a template: texts rounded, numbers told from words, neighbouring charts side by side.

Nothing is escaped here: the templates escape everything, so this module must not make markup of data.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Literal

from tenfold.core import units
from tenfold.core.chapter import Block, Cell, Chapter, Facts, Figure, Finding, Grid, Text
from tenfold.reports import drawing, rounding
from tenfold.reports.report import SEVERITIES

#: Rows of one table beyond this stay in the run's folder.
MOST_ROWS = 200
#: Last columns whose words stand in a line of their own below each row.
BELOW = ("remark", "parameters")
#: A table of more columns is set smaller.
MANY_COLUMNS = 8
#: A chart's numbers are offered beside it up to this many rows.
FEW_ROWS = 40


@dataclass(frozen=True)
class Head:
    text: str
    number: bool


@dataclass(frozen=True)
class ShownCell:
    text: str
    style: str
    head: bool = False
    place: float | None = None  # 0..100: where a dot stands between the column's least and greatest value


@dataclass(frozen=True)
class Row:
    cells: tuple[ShownCell, ...]
    best: bool = False
    remark: str = ""  # stands in a line of its own below the row


@dataclass(frozen=True)
class Table:
    title: str
    heads: tuple[Head, ...]
    rows: tuple[Row, ...]
    note: str = ""
    more: int = 0
    pinned: bool = False  # the first column names the rows, and is short enough to stay in view

    @property
    def style(self) -> str:
        dense = ["dense"] if len(self.heads) > MANY_COLUMNS else []
        return " ".join([*dense, *(["pinned"] if self.pinned else [])])


@dataclass(frozen=True)
class Picture:
    title: str
    note: str
    svg: str
    numbers: Table
    small: bool
    wide: bool


@dataclass(frozen=True)
class Part:
    """One block as a template meets it: exactly the fields of its kind are set."""

    kind: Literal["text", "facts", "grid", "figures"]
    title: str = ""
    text: str = ""
    entries: tuple[tuple[str, str], ...] = ()
    grid: Table | None = None
    figures: tuple[Picture, ...] = ()


@dataclass(frozen=True)
class Page:
    """One chapter, ready for a template."""

    step: str
    number: int
    title: str
    summary: str
    blocks: tuple[Part, ...]
    findings: tuple[Finding, ...]
    took: str = ""
    more: int = 0  # findings that are not shown


def chapter(
    source: Chapter, number: int, pictures: Mapping[int, str], seconds: float | None = None, most: int = MOST_ROWS
) -> Page:
    """One chapter, with at most ``most`` rows a table and ``most`` findings.

    ``pictures`` maps a block's index to its SVG; a figure without one is shown as numbers. ``seconds`` is the time the
    step took, 0 when it came from the cache.
    """
    took = "" if seconds is None else ("cached" if seconds == 0 else units.human_seconds(seconds))
    findings = tuple(sorted(source.findings, key=lambda each: SEVERITIES.index(each.severity)))
    parts = tuple(_parts(source, pictures, most))
    more = max(0, len(findings) - most)
    return Page(source.step, number, source.title, source.summary, parts, findings[:most], took, more)


def table(grid: Grid, *, most: int = MOST_ROWS) -> Table:
    """A grid with its numbers rounded alike per column.

    A leaderboard's first score also gets a dot on a line, and its remarks stand below their rows.
    """
    grid, remarks = _without_remarks(grid)
    shown = grid.rows[:most]
    columns = [_column(head, [row[index] for row in shown]) for index, head in enumerate(grid.columns)]
    leaders = grid.title.casefold().startswith("leaderboard")
    heads = tuple(Head(head, _numeric([row[index] for row in shown])) for index, head in enumerate(grid.columns))
    if leaders:
        columns = _with_dots(grid, columns)
    named = next((index for index, head in enumerate(heads) if not head.number), None)
    if named is not None:
        columns[named] = tuple(replace(cell, head=True) for cell in columns[named])
    rows = tuple(
        Row(cells, leaders and index == 0, remarks[index] if remarks else "")
        for index, cells in enumerate(zip(*columns, strict=True))
    )
    pinned = named == 0 and len(heads) > 2 and max((len(cell.text) for cell in columns[0]), default=99) <= 20
    return Table(grid.title, heads, rows, grid.note, len(grid.rows) - len(shown), pinned)


def _without_remarks(grid: Grid) -> tuple[Grid, tuple[str, ...]]:
    """The grid without its last column, where that is one of :data:`BELOW`, and what it says."""
    if len(grid.columns) < 3 or grid.columns[-1] not in BELOW:
        return grid, ()
    rows = tuple(row[:-1] for row in grid.rows)
    return replace(grid, columns=grid.columns[:-1], rows=rows), tuple(str(row[-1] or "") for row in grid.rows)


def _parts(source: Chapter, pictures: Mapping[int, str], most: int) -> Iterator[Part]:
    for figures, group in groupby(enumerate(source.blocks), lambda pair: isinstance(pair[1], Figure)):
        if figures:
            yield Part("figures", figures=tuple(_picture(block, pictures.get(index, "")) for index, block in group))
        else:
            yield from (_part(block, most) for _, block in group)


def _part(block: Block, most: int) -> Part:
    match block:
        case Text():
            return Part("text", text=block.text)
        case Facts():
            return Part("facts", block.title, entries=block.items)
        case Grid():
            return Part("grid", block.title, grid=table(block, most=most))
        case Figure():
            return Part("figures", figures=(_picture(block, ""),))


def _picture(block: Block, svg: str) -> Picture:
    assert isinstance(block, Figure)
    heads, rows = drawing.rows(block.spec)
    numbers = table(Grid(block.title, heads, rows), most=FEW_ROWS)
    wide = block.spec.get("usermeta", {}).get("span") == "wide"
    return Picture(block.title, block.note, svg, numbers, len(rows) <= FEW_ROWS, wide)


def _column(head: str, cells: list[Cell]) -> tuple[ShownCell, ...]:
    texts = rounding.column(cells, plain="year" in head.casefold())
    numeric = _numeric(cells)
    return tuple(ShownCell(text, _style(cell, text, numeric)) for cell, text in zip(cells, texts, strict=True))


def _numeric(cells: list[Cell]) -> bool:
    return any(map(rounding.is_number, cells)) and all(cell is None or rounding.is_number(cell) for cell in cells)


def _style(cell: Cell, text: str, numeric: bool) -> str:
    words = [("words", len(text) > 28), ("long", max(map(len, text.split()), default=0) > 32)]
    kinds = ["num"] if numeric else [name for name, holds in words if holds]
    return " ".join([*kinds, *(["none"] if cell is None else [])])


def _with_dots(grid: Grid, columns: list[tuple[ShownCell, ...]]) -> list[tuple[ShownCell, ...]]:
    """Put a dot into the first column of fractions: a mark on a line needs no zero, a bar would."""
    for index in range(len(grid.columns)):
        values = [row[index] for row in grid.rows[: len(columns[index])]]
        scores = [value for value in values if isinstance(value, float)]
        if len(scores) > 1 and max(scores) > min(scores) and len(scores) == len(values):
            low, span = min(scores), max(scores) - min(scores)
            places = [round(4 + 92 * (score - low) / span, 1) for score in scores]
            dotted = tuple(replace(cell, place=at) for cell, at in zip(columns[index], places, strict=True))
            return [*columns[:index], dotted, *columns[index + 1 :]]
    return columns
