"""What step 2 tells the report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from tenfold.core import units
from tenfold.core.chapter import Block, Chapter, Facts, Finding, Grid, Text
from tenfold.core.units import human_bytes, moment
from tenfold.steps.data.result import Collected, Provenance

_SHOWN = 40
_DELIMITER = {"\t": "tab", ",": "comma", ";": "semicolon", "|": "bar"}


def chapter(collected: Collected, combine: str | None, findings: Sequence[Finding]) -> Chapter:
    """The sources, how they were written, and what was noticed."""
    columns = len(collected.columns)
    files = len(collected.sources)
    of = "one source" if files == 1 else f"{files} sources"
    summary = f"{units.count(collected.rows, 'row')} of {units.count(columns, 'column')} from {of}."
    blocks: list[Block] = [_totals(collected), _sources(collected.sources)]
    dialects = _dialects(collected.sources)
    blocks += [dialects] if dialects else []
    blocks += [Text(f"The sources were combined by this SQL: {combine.strip()}")] if combine else []
    return Chapter("data", "Data", summary, tuple(blocks), tuple(findings))


def _totals(collected: Collected) -> Facts:
    types = Counter(physical for _, physical in collected.columns)
    items = [
        ("rows", f"{collected.rows:,}"),
        ("columns", f"{len(collected.columns):,}"),
        ("types as stored", ", ".join(f"{count:,} {name.lower()}" for name, count in sorted(types.items()))),
        ("read", human_bytes(sum(each.bytes for each in collected.sources))),
    ]
    aside = sum(each.quarantined for each in collected.sources)
    items += [("lines set aside", f"{aside:,}")] if aside else []
    test = sum(each.rows for each in collected.sources if each.test)
    items += [("test rows of your own", f"{test:,}")] if test else []
    return Facts(tuple(items))


def _sources(sources: Sequence[Provenance]) -> Grid:
    rows = tuple(
        (each.label, each.format, each.bytes, each.rows, each.sha256[:12], moment(each.time) if each.time else "")
        for each in sources[:_SHOWN]
    )
    note = f"The first {_SHOWN} of {len(sources):,}." if len(sources) > _SHOWN else ""
    return Grid("Sources", ("source", "format", "bytes", "rows", "sha256", "read at"), rows, note)


def _dialects(sources: Sequence[Provenance]) -> Grid | None:
    rows = {
        (each.source, each.encoding, _DELIMITER.get(each.delimiter, each.delimiter), each.quote, each.header)
        for each in sources
        if each.encoding
    }
    if not rows:
        return None
    heads = ("source", "encoding", "delimiter", "quote", "header")
    return Grid("How the text is written", heads, tuple(sorted(rows, key=str)), "Pinned in resolved.yaml.")
