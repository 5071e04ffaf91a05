from __future__ import annotations

from io import StringIO

from rich.console import Console, RenderableType

from tenfold.core.chapter import Grid
from tenfold.core.errors import Problem
from tenfold.reports import terminal
from tenfold.reports.report import Report


def printed(*drawn: RenderableType, width: int = 100) -> str:
    console = Console(file=StringIO(), width=width, color_system=None)
    for each in drawn:
        console.print(each)
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def test_every_chapter_can_be_printed_at_any_width(sample: Report) -> None:
    for chapter in sample.chapters:
        for width in (20, 80, 200):
            text = printed(terminal.chapter(chapter), width=width)
            assert max(map(len, text.splitlines())) <= width


def test_bars_are_drawn_and_other_charts_named(sample: Report) -> None:
    text = printed(terminal.chapter(sample.chapters[4]))
    assert "Contract          ████████████████████████████  0.099" in text
    assert "Tenure\nLeaving happens early.\n(a chart: see the report)" in text


def test_columns_that_do_not_fit_are_counted(sample: Report) -> None:
    grids = [block for chapter in sample.chapters for block in chapter.blocks if isinstance(block, Grid)]
    board = next(each for each in grids if each.title.startswith("Leaderboard"))
    text = printed(terminal.grid(board), width=60)
    assert "more columns in the report" in text
    assert text.index("catboost") < text.index("dummy")


def test_a_long_table_is_cut_and_says_so() -> None:
    grid = Grid("T", ("a", "b"), tuple((i, i) for i in range(100)))
    assert "… 70 more rows in the report" in printed(terminal.grid(grid))


def test_a_mistake_is_got_expected_do() -> None:
    problem = Problem("TF-DATA-003", "2 columns are named 'age'", "a.csv, line 1", "distinct names", "rename one")
    lines = [line.rstrip() for line in printed(terminal.problems([problem])).splitlines()]
    assert lines == [
        "TF-DATA-003  a.csv, line 1",
        "  got       2 columns are named 'age'",
        "  expected  distinct names",
        "  do        rename one",
    ]


def test_markup_in_data_is_printed_as_it_stands() -> None:
    problem = Problem("TF-DATA-001", "column '[bold]x[/]' [link=http://x]", "[red]a.csv")
    text = printed(terminal.problems([problem]), terminal.grid(Grid("[b]", ("[i]",), (("[/nope]",),), "[u]")))
    for each in ("[bold]x[/]", "[link=http://x]", "[red]a.csv", "[b]", "[i]", "[/nope]", "[u]"):
        assert each in text


def test_gates_say_which_hold(sample: Report) -> None:
    text = printed(terminal.verdict(sample.verdict), terminal.gates(sample.measures))
    assert "● Released as telco-churn, version 3" in text
    assert "✓  ROC AUC" in text
