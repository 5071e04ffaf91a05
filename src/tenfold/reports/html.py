"""A report as one HTML file: offline, without script, for people at a desk, on a phone and on paper."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from tenfold.core.chapter import Cell, Chapter, Finding
from tenfold.reports import gallery, page, rounding, theme
from tenfold.reports.report import STEPS, Measure, Report

#: The size a report keeps below, in bytes.
MOST_BYTES = 3_000_000
#: Problems and warnings listed at the top; the rest stand in their chapters.
MOST_AT_TOP = 8
MOST_ALIKE = 2


@dataclass(frozen=True)
class Stop:
    """One step in the table of contents."""

    name: str
    number: int
    title: str
    present: bool
    state: str


@dataclass(frozen=True)
class ShownMeasure:
    name: str
    value: str
    unit: str
    range: str
    note: str
    gate: str
    mark: str
    sign: str


def render(report: Report, drawings: Path | None = None) -> str:
    """The whole report as HTML, below :data:`MOST_BYTES`: charts give way to tables first, then tables get shorter.

    >>> from tenfold.reports.report import Verdict
    >>> page = render(Report("<b>churn</b>", Verdict("partial", "Stopped early")))
    >>> "<b>churn</b>" in page, "&lt;b&gt;churn&lt;/b&gt;" in page
    (False, True)
    """
    pictures = gallery.draw(report.chapters, drawings)
    text = _render(report, pictures)
    most = page.MOST_ROWS
    while len(text.encode()) >= MOST_BYTES and (pictures or most > 1):
        most = most if pictures else most // 2
        pictures = dict(list(pictures.items())[: len(pictures) // 2])  # the most important half
        text = _render(report, pictures, most)
    return text


def style() -> str:
    """The style of blocks alone, for a fragment in a page that isn't ours."""
    dark = f"@media screen and (prefers-color-scheme:dark){{\n{theme.dark_css('.tf .chart')}\n}}"
    return f"{_file('blocks.css')}\n{dark}"


@cache
def environment() -> Environment:
    """The templates, with everything escaped and unknown names refused."""
    found = Environment(
        loader=PackageLoader("tenfold.reports"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    found.filters |= {"words": words, "short": short, "proposed": proposed, "breakable": breakable}
    return found


def words(text: str) -> Markup:
    """Escaped text, in which `backticks` mark code.

    >>> words("set `a<b`")
    Markup('set <code>a&lt;b</code>')
    """
    parts = str(text).split("`")
    if len(parts) % 2 == 0:  # a backtick without its pair is just a character
        return escape(text)
    marked = (Markup("<code>{}</code>").format(part) if index % 2 else escape(part) for index, part in enumerate(parts))
    return Markup("").join(marked)


def breakable(text: str) -> Markup:
    """Escaped text that may be broken after an underscore.

    >>> breakable("log_loss")
    Markup('log_<wbr>loss')
    """
    return Markup("_<wbr>").join(escape(part) for part in str(text).split("_"))


def short(value: Cell) -> str:
    """A piece of evidence in a few characters.

    >>> short(500001.0), short(0.0471234)
    ('500,001', '0.04712')
    """
    small = isinstance(value, float) and not 1000 <= abs(value) < 1e12
    return f"{value:.4g}".replace("-", "−") if small else rounding.column([value])[0]


def proposed(value: object) -> str:
    """A proposed value as it would stand in the workflow file."""
    return json.dumps(value, ensure_ascii=False, default=str)


def _render(report: Report, pictures: Mapping[gallery.Place, str], most: int = page.MOST_ROWS) -> str:
    loud = [pair for pair in report.findings if pair[1].severity != "note"]
    top = _attention(loud)
    numbers = {step: number for number, step in enumerate(STEPS, 1)}
    chapters = [
        page.chapter(
            each, numbers.get(each.step, index + 1),
            {block: svg for (chapter, block), svg in pictures.items() if chapter == index},
            report.seconds.get(each.step), most,
        )
        for index, each in enumerate(report.chapters)
    ]  # fmt: skip
    return environment().get_template("report.html.j2").render(
        report=report, css=f"{style()}\n{_file('page.css')}", steps=_stops(report.chapters), chapters=chapters,
        measures=[_measure(each) for each in report.measures],
        attention=top, unlisted=len(loud) - len(top),
    )  # fmt: skip


def _attention(loud: list[tuple[str, Finding]]) -> list[tuple[str, Finding]]:
    """What stands at the top: the first few of each kind, so that many alike do not hide the others."""
    seen: Counter[str] = Counter()
    chosen = []
    for step, finding in loud:
        seen[finding.code] += 1
        if seen[finding.code] <= MOST_ALIKE:
            chosen.append((step, finding))
    return chosen[:MOST_AT_TOP]


def _stops(chapters: tuple[Chapter, ...]) -> list[Stop]:
    present = {chapter.step: chapter for chapter in chapters}
    return [
        Stop(step, number, title, step in present, _state(present[step]) if step in present else "")
        for number, (step, title) in enumerate(STEPS.items(), 1)
    ]


def _state(chapter: Chapter) -> str:
    severities = {finding.severity for finding in chapter.findings}
    return "done problem" if "problem" in severities else "done warning" if "warning" in severities else "done"


def _measure(measure: Measure) -> ShownMeasure:
    texts = rounding.with_ends(measure.value, measure.low, measure.high)
    mark, sign = {True: ("kept", "✓"), False: ("failed", "✗"), None: ("", "")}[measure.holds]
    mark = "accepted" if measure.accepted else mark
    return ShownMeasure(
        measure.name, texts[0], measure.unit, " – ".join(texts[1:]), measure.note, measure.promise, mark, sign
    )


@cache
def _file(name: str) -> str:
    return resources.files("tenfold.reports").joinpath("templates", name).read_text("utf-8")
