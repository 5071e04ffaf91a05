from __future__ import annotations

from tenfold.core.chapter import Grid
from tenfold.reports import notebook
from tenfold.reports.report import Report


def test_a_chapter_is_a_fragment_with_its_own_style(sample: Report) -> None:
    fragment = notebook.chapter(sample.chapters[4])
    assert fragment.lstrip().startswith('<div class="tf"')
    assert "<html" not in fragment
    assert "<script" not in fragment
    assert fragment.count("<svg") == 4


def test_the_style_of_a_fragment_touches_nothing_outside_it(sample: Report) -> None:
    style = notebook.chapter(sample.chapters[0]).split("<style>")[1].split("</style>")[0]
    selectors = [part.split("{")[0].strip() for part in style.replace("}", "}\n").splitlines() if "{" in part]
    assert [each for each in selectors if each and not each.startswith((".tf", "@media"))] == []


def test_a_table_is_a_fragment() -> None:
    assert "<td" in notebook.grid(Grid("Runs", ("run", "seconds"), (("a", 1.5),)))
