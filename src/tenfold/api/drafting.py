"""A first workflow file for a table: what was inferred stands in it, what was noticed stands in its comments."""

from __future__ import annotations

import math
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq

from tenfold.api.run import Run
from tenfold.api.workflow import Workflow
from tenfold.core.errors import Problem, UserError
from tenfold.metrics import default_metric
from tenfold.schema import Column, Rule
from tenfold.steps.cleaning.inference import COLUMNS
from tenfold.steps.cleaning.result import Cleaned
from tenfold.steps.splitting.config import Splitting
from tenfold.steps.splitting.result import TOO_FEW, Parts
from tenfold.workflow.resolved import entry

#: With more features than this, so many at most are written down, and so many of each sort.
_WIDE, _SHOWN, _ALIKE = 300, 100, 3
#: The step that knows what is worth a comment, and the time that it may take to get there.
_LAST, _BUDGET = "exploration", "10m"


@dataclass(frozen=True)
class Draft:
    """The text of a workflow file, and what stands open in it: problems of columns that only a person can settle."""

    text: str
    open: tuple[Problem, ...] = ()


def draft(data: Path, target: str, output: Path, project: Path | None = None) -> Draft:
    """Run steps 1 to 5 on a table and write down what came of it as a commented workflow file.

    Raises:
        UserError: the table cannot be used, whatever the file says.
    """
    flow = Workflow.from_table(data, target, project=project)
    run, unsettled = _looked_at(flow, project)
    lines = _lines(run, flow, Path(os.path.relpath(data, output.parent)), unsettled)
    return Draft("\n".join(lines) + "\n", (*unsettled.values(),))


def _looked_at(flow: Workflow, project: Path | None) -> tuple[Run, dict[str, Problem]]:
    """A run up to step 5, and by column what the user has to settle: such columns are passed over in the run."""
    try:
        return flow.run(until=_LAST, budget=_BUDGET), {}
    except UserError as error:
        unsettled = {_column(each): each for each in error.problems}
        if "" in unsettled:
            raise
        roles = dict.fromkeys(unsettled, "ignored")
        content = flow.file.model_dump(mode="json", exclude_defaults=True)
        try:
            rest = Workflow({**content, "cleaning": {"roles": roles}}, project=project)
            return rest.run(until=_LAST, budget=_BUDGET), unsettled
        except UserError as without:  # such as a table that has no other column
            raise error from without


def _column(problem: Problem) -> str:
    """The column whose rule would settle a problem; empty if none would."""
    key = next((key for choice in problem.choices for key in choice), "")
    return key.removeprefix(COLUMNS) if key.startswith(COLUMNS) else ""


def _lines(run: Run, flow: Workflow, data: Path, unsettled: Mapping[str, Problem]) -> Iterator[str]:
    cleaned: Cleaned = run.result("cleaning")
    metric = default_metric(cleaned.task)
    source = "sql" if flow.file.data.sources["data"].sql else "file"
    yield _comment(f"# {run.chapters['data'].summary} {run.chapters['cleaning'].summary}")
    yield "# Every section may be shortened or left out: what is missing is inferred. All keys: docs/workflow-file.md,"
    yield "# and `tenfold schema` for editors."
    yield entry("name", flow.name)
    yield "problem:"
    yield '  statement: ""                 # which question, for whom, for which decision?'
    yield entry("target", cleaned.schema.target.name if cleaned.schema.target else "", 2)
    yield entry("task", cleaned.task, 2) + _comment(f"                # {cleaned.reason}")
    if cleaned.positive:
        yield entry("positive", cleaned.positive, 2)
    yield entry("metric", metric.name, 2)
    yield f"  # success: {{{metric.name}: {_gate(cleaned)}}}   # a gate: the number that would make you say no"
    yield "                                # (this one is what an answer without any knowledge has)"
    yield "  constraints: {budget: 2m}"
    yield "data:"
    yield "  sources:"
    yield "    data:"
    yield entry(source, data.as_posix(), 6)
    yield from _cleaning(cleaned, unsettled)
    yield from _splitting(run.result("splitting"), flow.file.splitting)
    yield from _noticed(run)


def _gate(cleaned: Cleaned) -> str:
    """The bound that answers without any knowledge meet: whatever has learnt something passes it."""
    if cleaned.task == "binary":
        return "{min: 0.5}"
    bound = math.log(len(cleaned.classes)) if cleaned.task == "multiclass" else _spread(cleaned)
    return f"{{max: {float(f'{bound:.3g}'):g}}}"


def _spread(cleaned: Cleaned) -> float:
    assert cleaned.schema.target is not None
    name = cleaned.schema.target.name
    return float(pc.stddev(pq.read_table(cleaned.typed, columns=[name])[name]).as_py())


def _splitting(parts: Parts, config: Splitting) -> Iterator[str]:
    if parts.seal == TOO_FEW:
        yield f"# Fewer than {config.small:,} rows: none is sealed; nested cross-validation stands in."
        yield f"# To seal some all the same: test: {config.test:g}, small: 0"
    yield f"splitting: {{strategy: {parts.strategy}{'' if parts.seal == TOO_FEW else f', test: {config.test:g}'}}}"


def _comment(text: str) -> str:
    """Text that may stand behind a ``#``: data has its say there, so what ends a line or cannot be shown is a blank."""
    return "".join(letter if letter.isprintable() else " " for letter in text).rstrip()


def _cleaning(cleaned: Cleaned, unsettled: Mapping[str, Problem]) -> Iterator[str]:
    yield "cleaning:"
    columns = cleaned.schema.columns
    roles = {c.name: c.role for c in columns if c.role not in ("feature", "target") and c.name not in unsettled}
    if roles:
        yield "  roles:                        # key, group, weight, audit, ignored; all others are features"
        yield from (entry(name, role, 4) for name, role in roles.items())
    yield "  columns:                      # kind: number, boolean, category, text or date"
    yield from _columns(columns, unsettled)


def _columns(columns: Sequence[Column], unsettled: Mapping[str, Problem]) -> Iterator[str]:
    features = [column for column in columns if column.role == "feature"]
    shown = features if len(features) <= _WIDE else _worth_a_look(features)
    listed = {column.name for column in shown}
    for column in columns:
        if column.name in unsettled:
            yield from _choice(column.name, unsettled[column.name])
        elif column.name in listed:
            yield entry(column.name, {"kind": column.kind, **column.rule.to_dict()}, 4)
    if len(shown) < len(features):
        kinds = Counter(column.kind for column in features if column.name not in listed)
        left = ", ".join(f"{count:,} {kind}" for kind, count in sorted(kinds.items()))
        yield f"    # and {len(features) - len(shown):,} more, which are inferred ({left});"
        yield "    # the `resolved.yaml` of a run lists all of them."


def _choice(name: str, problem: Problem) -> Iterator[str]:
    """What only a person can settle, as comments where it is settled."""
    yield _comment(f"    # {problem.code}  {problem.got}. Take one of these lines:")
    for choice in problem.choices:
        yield from (f"    # {line}" for line in entry(name, *choice.values()).split("\n"))


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
        yield _comment(f"#   {finding.subject}: {finding.sentences}")
