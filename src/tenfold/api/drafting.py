"""A first workflow file for a table: what was inferred stands in it, what was noticed stands in its comments."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from tenfold.api.run import Run
from tenfold.api.workflow import Workflow
from tenfold.metrics import default_metric
from tenfold.schema import Column, Rule
from tenfold.steps.cleaning.result import Cleaned
from tenfold.steps.splitting.config import Splitting
from tenfold.steps.splitting.result import TOO_FEW, Parts
from tenfold.workflow.resolved import entry

#: With more features than this, so many at most are written down, and so many of each sort.
_WIDE, _SHOWN, _ALIKE = 300, 100, 3


def draft(data: Path, target: str, output: Path, project: Path | None = None) -> str:
    """Run steps 1 to 5 on a table and write down what came of it as a commented workflow file."""
    flow = Workflow.from_table(data, target, project=project)
    run = flow.run(until="exploration", budget="10m")
    return "\n".join([*_lines(run, flow, Path(os.path.relpath(data, output.parent)))]) + "\n"


def _lines(run: Run, flow: Workflow, data: Path) -> Iterator[str]:
    cleaned: Cleaned = run.result("cleaning")
    metric = default_metric(cleaned.task)
    side = "min" if metric.greater_is_better else "max"
    source = "sql" if flow.file.data.sources["data"].sql else "file"
    yield _comment(f"# {run.chapters['data'].summary} {run.chapters['cleaning'].summary}")
    yield "# Every section may be shortened or left out: what is missing is inferred. `tenfold schema` lists all keys."
    yield entry("name", flow.name)
    yield "problem:"
    yield '  statement: ""                 # which question, for whom, for which decision?'
    yield entry("target", cleaned.schema.target.name if cleaned.schema.target else "", 2)
    yield entry("task", cleaned.task, 2) + _comment(f"                # {cleaned.reason}")
    if cleaned.positive:
        yield entry("positive", cleaned.positive, 2)
    yield entry("metric", metric.name, 2)
    yield f"  # success: {{{metric.name}: {{{side}: 0.0}}}}   # a gate: the number that would make you say no"
    yield "  constraints: {budget: 2m}"
    yield "data:"
    yield "  sources:"
    yield "    data:"
    yield entry(source, data.as_posix(), 6)
    yield from _cleaning(cleaned)
    yield from _splitting(run.result("splitting"), flow.file.splitting)
    yield from _noticed(run)


def _splitting(parts: Parts, config: Splitting) -> Iterator[str]:
    if parts.seal == TOO_FEW:
        yield f"# Fewer than {config.small:,} rows: none is sealed; nested cross-validation stands in."
        yield f"# To seal some all the same: test: {config.test:g}, small: 0"
    yield f"splitting: {{strategy: {parts.strategy}{'' if parts.seal == TOO_FEW else f', test: {config.test:g}'}}}"


def _comment(text: str) -> str:
    """Text that may stand behind a ``#``: data has its say there, so what ends a line or cannot be shown is a blank."""
    return "".join(letter if letter.isprintable() else " " for letter in text).rstrip()


def _cleaning(cleaned: Cleaned) -> Iterator[str]:
    yield "cleaning:"
    roles = {c.name: c.role for c in cleaned.schema.columns if c.role not in ("feature", "target")}
    if roles:
        yield "  roles:                        # key, group, audit, ignored; all others are features"
        yield from (entry(name, role, 4) for name, role in roles.items())
    yield "  columns:                      # kind: number, boolean, category, text or date"
    features = [column for column in cleaned.schema.columns if column.role == "feature"]
    shown = features if len(features) <= _WIDE else _worth_a_look(features)
    for column in shown:
        yield entry(column.name, {"kind": column.kind, **column.rule.to_dict()}, 4)
    if len(shown) < len(features):
        names = {column.name for column in shown}
        kinds = Counter(column.kind for column in features if column.name not in names)
        left = ", ".join(f"{count:,} {kind}" for kind, count in sorted(kinds.items()))
        yield f"    # and {len(features) - len(shown):,} more, which are inferred ({left});"
        yield "    # the `resolved.yaml` of a run lists all of them."


def _worth_a_look(features: Sequence[Column]) -> list[Column]:
    """Of a wide table the columns that a person may want to change: those read by a rule, a few of each sort."""
    sorts: dict[tuple[str, str], list[Column]] = {}
    for column in features:
        sorts.setdefault((column.kind, repr(column.rule)), []).append(column)
    some = {column.name for alike in sorts.values() for column in alike[:_ALIKE]}
    ruled = [column for column in features if column.name in some and column.rule != Rule()]
    plain = [column for column in features if column.name in some and column.rule == Rule()]
    chosen = {column.name for column in [*ruled, *plain][:_SHOWN]}
    return [column for column in features if column.name in chosen]


def _noticed(run: Run) -> Iterator[str]:
    if run.findings:
        yield "# Noticed:"
    for finding in run.findings:
        yield _comment(f"#   {finding.subject}: {finding.message} {finding.action}")
