"""Results that show themselves in a notebook: small HTML fragments with their own style."""

from __future__ import annotations

from tenfold.core.chapter import Chapter, Grid
from tenfold.reports import gallery, html, page
from tenfold.reports.report import STEPS


def chapter(source: Chapter) -> str:
    """One chapter as an HTML fragment, for ``_repr_html_``.

    >>> "7,043 rows" in chapter(Chapter("data", "Data", "7,043 rows from one file."))
    True
    """
    pictures = {block: svg for (_, block), svg in gallery.draw((source,)).items()}
    number = list(STEPS).index(source.step) + 1 if source.step in STEPS else 1
    return _fragment(page.chapter(source, number, pictures), None)


def grid(source: Grid) -> str:
    """One table (a leaderboard, say) as an HTML fragment."""
    return _fragment(None, page.table(source))


def _fragment(prepared: page.Page | None, table: page.Table | None) -> str:
    template = html.environment().get_template("fragment.html.j2")
    return template.render(css=html.style(), chapter=prepared, grid=table)
