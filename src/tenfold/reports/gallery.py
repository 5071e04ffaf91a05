"""Which charts are drawn, so that a report stays small: the first of every chapter before the second of any."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from tenfold.core.chapter import Chapter, Figure
from tenfold.reports import drawing

Place = tuple[int, int]  # chapter, block

#: At most so many charts are drawn, and so many bytes of SVG are kept, in one report.
MOST_FIGURES = 60
MOST_BYTES = 2_000_000


def draw(
    chapters: Sequence[Chapter], drawings: Path | None = None, most: int = MOST_FIGURES, size: int = MOST_BYTES
) -> Mapping[Place, str]:
    """SVG by place, most important first until the budget is used up; what is left out becomes a table.

    A chapter names its figures by importance, so the first figure of each chapter is drawn before any second one.
    A figure that is too large for what is left is skipped, smaller ones after it still fit.
    """
    drawn: dict[Place, str] = {}
    left = size
    for place, figure in _by_importance(chapters)[:most]:
        try:
            picture = drawing.svg(figure.spec, f"f{place[0]}-{place[1]}", figure.note or figure.title, drawings)
        except (ImportError, ValueError):
            continue  # the table of its numbers stands in
        length = len(picture.encode())
        if length <= left:
            drawn[place] = picture
            left -= length
    return drawn


def _by_importance(chapters: Sequence[Chapter]) -> list[tuple[Place, Figure]]:
    ranked = [
        (rank, (number, index), block)
        for number, chapter in enumerate(chapters)
        for rank, (index, block) in enumerate(
            (index, block)
            for index, block in enumerate(chapter.blocks)
            if isinstance(block, Figure) and drawing.rows(block.spec)[1]
        )
    ]
    return [(place, figure) for _, place, figure in sorted(ranked, key=lambda each: each[:2])]
