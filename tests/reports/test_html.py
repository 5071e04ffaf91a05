from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from tenfold.core import charts
from tenfold.core.chapter import Chapter, Facts, Figure, Finding, Grid, Text
from tenfold.reports import gallery, html
from tenfold.reports.report import STEPS, Measure, Report, Verdict

HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>{{7*7}}]]>"


class Elements(HTMLParser):
    """Every element of a page with its attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def all(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.found if tag == name]


def one(chapter: Chapter, **fields: object) -> Report:
    return Report("t", Verdict("partial", "Stopped early"), chapters=(chapter,), **fields)  # type: ignore[arg-type]


def test_the_page_asks_nothing_of_the_network_and_holds_no_script(page: str) -> None:
    elements = Elements(page)
    assert not {tag for tag, _ in elements.found} & {"script", "link", "iframe", "img", "object", "embed", "form"}
    assert not re.findall(r"url\((?!#)|@import", page)
    for tag, attributes in elements.found:
        assert not [name for name in attributes if name.startswith("on")]
        for link in (attributes.get("href"), attributes.get("src")):
            assert link is None or link.startswith("#"), (tag, link)
    policy = [meta["content"] for meta in elements.all("meta") if meta.get("http-equiv") == "Content-Security-Policy"]
    assert policy
    assert str(policy[0]).startswith("default-src 'none'")


def test_ids_are_unique_and_every_link_has_its_goal(page: str) -> None:
    elements = Elements(page)
    ids = [attributes["id"] for _, attributes in elements.found if "id" in attributes]
    assert len(ids) == len(set(ids))
    goals = {str(link["href"])[1:] for link in elements.all("a")}
    assert goals <= set(ids)
    for referred in re.findall(r"url\(#([^)]+)\)", page):
        assert referred in ids


def test_the_ten_steps_stand_in_order_and_those_not_run_are_no_links(sample: Report) -> None:
    page = html.render(replace(sample, chapters=sample.chapters[:3]))
    assert re.findall(r'<section class="chapter" id="(\w+)"', page) == list(STEPS)[:3]
    assert page.count(': not run"') == 7


def test_each_chart_is_drawn_named_and_captioned(sample: Report, page: str) -> None:
    figures = [block for chapter in sample.chapters for block in chapter.blocks if isinstance(block, Figure)]
    elements = Elements(page)
    drawn = [svg for svg in elements.all("svg") if svg["role"] == "img"]
    assert len(drawn) == len(elements.all("figure")) == len(figures)
    assert all(svg["aria-label"] and "viewbox" in {name.lower() for name in svg} for svg in drawn)


def test_hostile_names_are_text_wherever_they_stand() -> None:
    chapter = Chapter(
        "data", HOSTILE, HOSTILE,
        (
            Text(HOSTILE), Facts(((HOSTILE, HOSTILE),), HOSTILE), Grid(HOSTILE, (HOSTILE,), ((HOSTILE,),), HOSTILE),
            Figure(HOSTILE, charts.bars({HOSTILE: 1}, x=HOSTILE, y=HOSTILE), HOSTILE),
            Figure(HOSTILE, {"mark": HOSTILE, "data": {"values": [{HOSTILE: HOSTILE}]}}, HOSTILE),
        ),
        (Finding("C", "warning", HOSTILE, f"`{HOSTILE}`", HOSTILE, {HOSTILE: HOSTILE}, {HOSTILE: [HOSTILE]}),),
    )  # fmt: skip
    report = Report(
        HOSTILE, Verdict("refused", HOSTILE, HOSTILE), HOSTILE, ((HOSTILE, HOSTILE),),
        (Measure(HOSTILE, 1.0, 0.0, 2.0, HOSTILE, False, HOSTILE, HOSTILE),), (chapter,), ((HOSTILE, HOSTILE),),
        (HOSTILE,),
    )  # fmt: skip
    page = html.render(report)
    assert not {tag for tag, _ in Elements(page).found} & {"script", "img"}
    assert "{{7*7}}" in page
    assert "&lt;script&gt;" in page


def test_a_chart_that_cannot_be_drawn_becomes_a_table() -> None:
    page = html.render(one(Chapter("data", "Data", "", (Figure("Odd", {"data": {"values": [{"size": 12345}]}}),))))
    assert "<svg" not in page
    assert "12,345" in page


def test_a_chart_without_values_says_so() -> None:
    page = html.render(one(Chapter("data", "Data", "", (Figure("Nothing", charts.bars({})),))))
    assert "<svg" not in page
    assert "There are no values to show." in page


def test_charts_beyond_the_budget_become_tables_the_least_important_first() -> None:
    big = charts.scatter([(i, i) for i in range(300)])
    chapters = tuple(
        Chapter(step, step, "", (Figure(f"{step} first", big), Figure(f"{step} second", big)))
        for step in ("data", "cleaning")
    )
    drawn = gallery.draw(chapters, most=3)
    assert set(drawn) == {(0, 0), (1, 0), (0, 1)}
    assert gallery.draw(chapters, size=10) == {}


@pytest.mark.slow
def test_a_report_of_anything_stays_below_three_megabytes() -> None:
    rows = tuple((f"column {i} " + "x" * 200, i / 7, i) for i in range(5000))
    findings = tuple(Finding("TF-EXPLORE-133", "note", f"c{i}", "It tells nothing. " * 20) for i in range(3000))
    grids = tuple(Grid(f"Table {i}", ("a", "b", "c"), rows) for i in range(60))
    page = html.render(one(Chapter("exploration", "Exploration", "Much.", grids, findings)))
    assert len(page.encode()) < html.MOST_BYTES
    assert "more rows are in the run" in page


def test_findings_are_ordered_by_gravity_and_the_grave_ones_stand_on_top(page: str) -> None:
    chapter = Chapter("data", "Data", "", (), tuple(
        Finding(f"C-{severity}", severity, "s", "m") for severity in ("note", "warning", "problem")))  # type: ignore[arg-type]  # fmt: skip
    drawn = html.render(one(chapter))
    codes = re.findall(r"C-(\w+)", drawn)
    assert codes == ["problem", "warning", "problem", "warning", "note"]
    assert 'id="attention"' in page


def test_numbers_stand_on_the_right_and_a_leaderboard_has_dots_and_a_best_row(page: str) -> None:
    assert '<th scope="col" class="num">roc_<wbr>auc</th>' in page
    assert page.count('<tr class="best">') == 1
    assert len(re.findall(r'class="dot" style="--p:[\d.]+%"', page)) == 5


def test_a_remark_stands_below_its_row_not_in_a_column_of_its_own() -> None:
    grid = Grid("Leaderboard", ("model", "score", "remark"), (("trees", 0.9, "fits <well>"), ("dummy", 0.5, "")))
    drawn = html.render(one(Chapter("modeling", "Modeling", "", (grid,))))
    assert '<tr class="remark"><td colspan="2"><span>fits &lt;well&gt;</span></td></tr>' in drawn
    assert drawn.count('<tr class="remark">') == 1
    assert ">remark</th>" not in drawn


@pytest.mark.parametrize("state", ["released", "refused", "unreleased", "out-of-fold", "partial"])
def test_a_verdict_has_its_look(state: str) -> None:
    page = html.render(Report("t", Verdict(state, "So it is")))  # type: ignore[arg-type]
    assert f'class="verdict {state}"' in page
    assert f".verdict.{state}" in page


def test_drawing_twice_gives_the_same_page(sample: Report, page: str) -> None:
    assert html.render(sample) == page
