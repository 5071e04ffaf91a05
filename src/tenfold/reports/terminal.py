"""Chapters, findings, gates and mistakes for the terminal, as things that ``rich`` can print."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from tenfold.core import chapter as blocks
from tenfold.core.errors import Problem
from tenfold.reports import rounding
from tenfold.reports.live import ACCENT
from tenfold.reports.report import SEVERITIES, Measure, Verdict

_SEVERITY = {"problem": "bold red", "warning": "yellow", "note": "dim"}
_VERDICT = {"released": "green", "refused": "red", "unreleased": ACCENT, "out-of-fold": ACCENT, "partial": "yellow"}
#: Rows of a table and bars of a chart shown before "… more"; characters of the longest bar.
MOST_ROWS, MOST_BARS, BAR = 30, 12, 28


def chapter(source: blocks.Chapter) -> RenderableType:
    """One step's chapter: summary, blocks, findings."""
    parts: list[RenderableType] = [Text(source.title, f"bold {ACCENT}"), words(source.summary)]
    for block in source.blocks:
        parts += [Text(), _block(block)]
    if source.findings:
        parts += [Text(), findings(source.findings)]
    return Group(*parts)


def grid(source: blocks.Grid, more: str = "in the report") -> RenderableType:
    """A table, numbers to the right; columns that do not fit are left out from the right, and counted.

    ``more`` says where what is left out can be seen.
    """
    return _Fitted(source, more)


@dataclass(frozen=True)
class _Fitted:
    source: blocks.Grid
    more: str

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        shown = self.source.rows[:MOST_ROWS]
        columns = [_column(head, [row[at] for row in shown]) for at, head in enumerate(self.source.columns)]
        kept = _fitting(self.source.columns, columns, options.max_width)
        if self.source.title:
            yield Text(self.source.title, "bold")
        yield _drawn(self.source, columns[:kept], shown)
        if self.source.note:
            yield words(self.source.note, "dim")
        left = [(len(self.source.rows) - len(shown), "rows"), (len(columns) - kept, "columns")]
        if any(count for count, _ in left):
            more = ", ".join(f"{count} more {what[:-1] if count == 1 else what}" for count, what in left if count)
            yield Text(f"… {more} {self.more}", "dim")


def findings(found: Iterable[blocks.Finding]) -> RenderableType:
    """Findings, the gravest first, each with what was done or is proposed."""
    ordered = sorted(found, key=lambda each: SEVERITIES.index(each.severity))
    return Group(*(_finding(each) for each in ordered))


def gates(measures: Iterable[Measure]) -> RenderableType:
    """Measures with their interval and the gate each keeps or fails."""
    drawn = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
    for each in measures:
        texts = rounding.with_ends(each.value, each.low, each.high)
        mark, style = {True: ("✓", "green"), False: ("✗", "bold red"), None: ("", "")}[each.holds]
        style = "yellow" if each.accepted else style
        value = Text(f"{texts[0]} {each.unit}".rstrip(), "bold")
        drawn.add_row(
            Text(mark, style), Text(each.name), value, Text(" – ".join(texts[1:]), "dim"), Text(each.promise, style)
        )
    return drawn


def verdict(given: Verdict) -> RenderableType:
    """The verdict in one line, and why."""
    style = _VERDICT[given.state]
    return Group(Text(f"● {given.headline}", f"bold {style}"), Padding(words(given.sentence), (0, 0, 0, 2)))


def problems(found: Sequence[Problem]) -> RenderableType:
    """A user's mistakes: code and place, then got / expected / do, one below the other."""
    drawn: list[RenderableType] = []
    for problem in found:
        head = Text.assemble((problem.code, "bold red"), "  ", (problem.where, "bold"))
        lines = [("got", problem.got), ("expected", problem.expected), ("do", problem.do)]
        rows = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
        for label, text in lines:
            if text:
                rows.add_row(Text(label, ACCENT if label == "do" else "dim"), words(text))
        drawn += [head, Padding(rows, (0, 0, 0, 2))]
    return Group(*drawn)


def words(text: str, style: str = "") -> Text:
    """Text in which `backticks` mark code; nothing else in it is markup."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return Text(text, style)
    return Text.assemble(*((part, ACCENT if index % 2 else style) for index, part in enumerate(parts)), style=style)


def _block(block: blocks.Block) -> RenderableType:
    match block:
        case blocks.Text():
            return words(block.text)
        case blocks.Facts():
            return _facts(block)
        case blocks.Grid():
            return grid(block)
        case blocks.Figure():
            return _figure(block)


def _facts(facts: blocks.Facts) -> RenderableType:
    drawn = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
    for label, value in facts.items:
        drawn.add_row(Text(label, "dim"), words(value))
    return Group(*([Text(facts.title, "bold")] if facts.title else []), drawn)


def _figure(figure: blocks.Figure) -> RenderableType:
    """Bars as bars; of any other chart what there is to see in it."""
    title = [Text(figure.title, "bold"), *([words(figure.note, "dim")] if figure.note else [])]
    values = figure.spec.get("data", {}).get("values", [])
    if not values or any(set(row) != {"label", "value"} for row in values):
        return Group(*title, Text("(a chart: see the report)", "dim"))
    return Group(*title, _bars([(str(row["label"]), float(row["value"] or 0)) for row in values]))


def _bars(values: list[tuple[str, float]]) -> RenderableType:
    largest = max((abs(value) for _, value in values), default=0.0) or 1.0
    drawn = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
    texts = rounding.column([value for _, value in values])
    for (label, value), text in list(zip(values, texts, strict=True))[:MOST_BARS]:
        drawn.add_row(Text(label), Text("█" * round(BAR * abs(value) / largest), ACCENT), Text(text, justify="right"))
    return drawn


def _finding(finding: blocks.Finding) -> RenderableType:
    head = Text.assemble((finding.severity, _SEVERITY[finding.severity]), "  ", (finding.subject, "bold"), "  ")
    head.append_text(words(finding.message))
    head.append(f"  {finding.code}", "dim")
    action = [Padding(Text("→ ", ACCENT).append_text(words(finding.action)), (0, 0, 0, 2))] if finding.action else []
    return Group(head, *action)


def _column(head: str, cells: list[blocks.Cell]) -> list[str]:
    return rounding.column(cells, plain="year" in head.casefold())


def _fitting(heads: Sequence[str], columns: Sequence[Sequence[str]], width: int) -> int:
    """How many columns fit beside each other; one at least. Long words may take two or three lines."""
    used = 0
    for count, (head, cells) in enumerate(zip(heads, columns, strict=True)):
        used += 2 + min(24, max(map(len, (head, *cells))))
        if used > width and count:
            return count
    return len(heads)


def _drawn(source: blocks.Grid, columns: Sequence[Sequence[str]], shown: Sequence[tuple[blocks.Cell, ...]]) -> Table:
    drawn = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for at, head in enumerate(source.columns[: len(columns)]):
        numeric = any(rounding.is_number(row[at]) for row in shown)
        drawn.add_column(Text(head), justify="right" if numeric else "left", overflow="fold")
    best = source.title.casefold().startswith("leaderboard")
    for number, cells in enumerate(zip(*columns, strict=True)):
        drawn.add_row(*map(Text, cells), style="bold" if best and number == 0 else None)
    return drawn
