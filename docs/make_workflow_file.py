"""Write ``docs/workflow-file.md``: every key of the workflow file, and the metrics and gates that it may name.

All is read from the classes that check the file: their fields, limits, defaults and descriptions.

Run it after changing a key: ``.venv/bin/python docs/make_workflow_file.py``. Tests hold the page to the classes, and
run the file on top of it.
"""

from __future__ import annotations

import inspect
import json
import math
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt
from pydantic import BeforeValidator
from pydantic.fields import FieldInfo

from tenfold.core import units
from tenfold.core.section import Section
from tenfold.metrics import METRICS, Metric
from tenfold.metrics.fairness import FAIRNESS_METRICS
from tenfold.steps.problem.config import SERVING_GATES, Fairness, MetricName
from tenfold.workflow.file import WorkflowFile

DOCS = Path(__file__).parent
HEAD = """# The workflow file

YAML 1.2: sections with keys. Only `name`, `problem.target` and `data.sources` have to be there; what is left out is
inferred, and the `resolved.yaml` of a run shows what was. `tenfold init DATA --target COLUMN` writes a first one,
`tenfold schema` prints the JSON Schema for editors. All mistakes are told at once, with line and nearest name.

```yaml
name: telco-churn
problem:
  statement: Which customers will leave next month, so that retention can call them first?
  target: Churn
  positive: "Yes"
  metric: roc_auc
  success:                                # gates
    roc_auc: {min: 0.8}
    latency_p99_ms: {max: 10}
  costs: {false_negative: 5, false_positive: 1}
  fairness: {sensitive: [gender], equal_opportunity_difference: {max: 0.2}}
  constraints: {budget: 2m, memory: 4GB, latency: 2ms}
data:
  sources:
    customers: {file: data/customers.csv}
cleaning:
  roles: {customerID: key}
  columns:
    TotalCharges: {kind: number, missing: ["?"], contract: {min: 0}, unreadable: quarantine}
splitting: {strategy: stratified, test: 0.2, folds: 5}
features:
  create: {months_paid: TotalCharges / MonthlyCharges}
  methods: {MonthlyCharges: robust}
  monotone: {tenure: decreasing}          # the longer the tenure, the lower the answer
modeling:
  candidates: [lightgbm, catboost]
  parameters: {lightgbm: {num_leaves: 31}}
tuning: {method: bayesian, coverage: 0.9, members: 4}
release: {model: telco-churn, alias: champion}
```

In the tables below `NAME` and `COLUMN` are names of yours, `GATE` is a metric or gate of the last section, `[]` is each
entry of a list, and `–` means: none, or inferred. Paths are relative to the folder of the file; `${VARIABLE}` in the
data section is taken from the environment. This page is made by `docs/make_workflow_file.py` from the classes that
check the file.
"""
METRICS_HEAD = """
## Metrics and gates

`problem.metric` is one of these metrics, `problem.success` holds gates by the name of a metric: a number outside its
`min` or `max` stops the release. Of several classes precision, recall, F1, ROC AUC and average precision are macro
averages: each class against the rest, and the mean of all. In a binary task they are the positive class's. Metrics that
look at decisions depend on the threshold.

| name | means | task | better | range | looks at |
|---|---|---|---|---|---|
"""
GATES_HEAD = """
Gates besides the metrics, the first two under `problem.success`, the others under `problem.fairness` (binary tasks with
`sensitive` columns):

| name | means | better | range |
|---|---|---|---|
"""
#: What a number of the range alone does not tell.
REMARKS = {
    "brier": "for two classes halved: 0 to 1",
    "mape": "a share: 0.1 is 10 %",
    "accuracy": "share of rows decided right",
    "balanced_accuracy": "mean recall of the classes",
}
LOOKS_AT = {"labels": "decisions", "probabilities": "probabilities", "values": "values"}
BUNDLE_GATES = {
    "latency_p99_ms": (
        "milliseconds for one raw record in process, the 99th percentile; measured by step 10",
        "above 0",
    ),
    "bundle_mb": ("megabytes (10^6) of the bundle's folder", "above 0"),
}
#: What a key of a mapping stands for, where it is not a column.
NAMES = {
    "success": "GATE", "sources": "NAME", "create": "NAME", "recode": "TEXT", "parameters": "CANDIDATE",
    "parameters.": "PARAMETER", "space": "CANDIDATE", "space.": "PARAMETER",
}  # fmt: skip
UNITS = {units.seconds: "duration (`60s`, `5m`, `1ms`)", units.size: "size (`4GB`, `512MiB`)"}
KINDS = {str: "text", float: "number", int: "whole number", bool: "`true` or `false`", date: "date (`2026-05-03`)"}


class Row(NamedTuple):
    """One key: where it stands in its section, what it may be, what it is when left out, what it means."""

    key: str
    values: str
    default: str
    means: str


def rows(model: type[Section], before: str = "", told: dict[type, str] | None = None) -> Iterator[Row]:
    """The keys of a section and of those in it; one that occurs twice is described once."""
    told = {} if told is None else told
    for name, field in model.model_fields.items():
        key, inner = f"{before}{name}", section_in(field.annotation)
        values = words(field.annotation, field.metadata, name)
        means = field.description or (paragraph(inner) if inner else "")
        known = told.get(inner) if inner else None
        yield Row(key, values, default(field), f"{means} Keys as of `{known}`." if known else means)
        if inner and not known:
            place = key + below(field.annotation, name)
            told[inner] = place
            yield from rows(inner, f"{place}.", told)


def section_in(kind: Any) -> type[Section] | None:
    """The section that a type holds, if it holds one."""
    if isinstance(kind, type) and issubclass(kind, Section):
        return kind
    return next((found for each in get_args(kind) if (found := section_in(each))), None)


def below(kind: Any, name: str) -> str:
    """How the keys of an inner section follow the outer key: at once, by a name, in each entry of a list."""
    if get_origin(kind) is dict:
        return f".{NAMES.get(name, 'COLUMN')}"
    return "[]" if get_origin(kind) is tuple else ""


def paragraph(model: type[Section]) -> str:
    return " ".join((inspect.getdoc(model) or "").split("\n\n")[0].split())


def words(kind: Any, limits: Sequence[Any] = (), name: str = "") -> str:
    """What a value may be, in words."""
    if kind == MetricName:
        return "metric (below)"
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return words(inner[0], [*limits, *flat(inner[1:])], name)
    if origin in (Union, UnionType):
        return " or ".join(dict.fromkeys(words(each, limits, name) for each in inner if each is not NoneType))
    if origin is Literal:
        return ", ".join(f"`{plain(each)}`" for each in inner)
    if origin in (tuple, list):
        return f"list of: {words(inner[0], (), name)}"
    if origin is dict:
        return f"{NAMES.get(name, 'COLUMN')}: {words(inner[1], (), f'{name}.')}"
    if isinstance(kind, type) and issubclass(kind, Section):
        return "keys below"
    measured = [UNITS[each.func] for each in limits if isinstance(each, BeforeValidator) and each.func in UNITS]
    bounds = "" if kind is bool else span(limits)
    return f"{measured[0] if measured else KINDS[kind]}{', ' if bounds else ''}{bounds}"


def flat(limits: Iterable[Any]) -> Iterator[Any]:
    for each in limits:
        yield from each.metadata if isinstance(each, FieldInfo) else [each]


def span(limits: Iterable[Any]) -> str:
    """The range of a number.

    >>> span([Ge(0), Lt(1)]), span([Ge(2), Le(20)]), span([Gt(0)])
    ('at least 0, below 1', '2 to 20', 'above 0')
    """
    found = {type(each): next(iter(vars_of(each))) for each in limits if isinstance(each, Ge | Gt | Le | Lt)}
    if {Ge, Le} <= {*found}:
        return f"{found[Ge]:,} to {found[Le]:,}"
    said = {Ge: "at least", Gt: "above", Le: "at most", Lt: "below"}
    return ", ".join(f"{said[kind]} {limit:,}" for kind, limit in found.items())


def vars_of(limit: Ge | Gt | Le | Lt) -> Iterator[Any]:
    return (getattr(limit, name) for name in ("ge", "gt", "le", "lt") if hasattr(limit, name))


def plain(value: Any) -> str:
    """A value as it stands in the file."""
    if isinstance(value, str):
        return value if value.replace("_", "").isalnum() else json.dumps(value)
    return "[" + ", ".join(map(plain, value)) + "]" if isinstance(value, tuple) else json.dumps(value)


def default(field: FieldInfo) -> str:
    """What is taken where a key is left out."""
    if field.is_required():
        return "required"
    value = field.get_default(call_default_factory=True)
    if value is None or isinstance(value, Section) or value in ("", (), {}):
        return "–"
    functions = [each.func for each in field.metadata if isinstance(each, BeforeValidator)]
    if units.seconds in functions:
        return f"`{1000 * value:g}ms`" if value < 1 else f"`{value:g}s`"
    if units.size in functions:
        return f"`{units.human_bytes(value).replace(' ', '')}`"
    return f"`{value:g}`" if isinstance(value, float) else f"`{plain(value)}`"


def sections() -> Iterator[str]:
    """The tables of keys, section by section."""
    top = {name: section_in(field.annotation) for name, field in WorkflowFile.model_fields.items()}
    yield "\n## On top\n\n" + grid(row for row in rows(WorkflowFile) if row.key in top and top[row.key] is None)
    for name, model in sorted(top.items(), key=lambda each: each[0] == "compute"):
        if model is not None:
            yield f"\n## {name}\n\n{paragraph(model)}\n\n" + grid(rows(model))


def grid(found: Iterable[Row]) -> str:
    lines = [f"| `{row.key}` | {cell(row.values)} | {cell(row.default)} | {cell(row.means)} |" for row in found]
    return "\n".join(["| key | values | default | what it means |", "|---|---|---|---|", *lines]) + "\n"


def cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def metrics() -> str:
    """The tables of metrics and gates."""
    lines = [
        f"| `{name}` | {_title(metric)} | {_task(metric)} | {'higher' if metric.greater_is_better else 'lower'} | "
        f"{_range(metric)} | {LOOKS_AT[metric.needs]} |\n"
        for name, metric in METRICS.items()
    ]
    gates = [f"| `{name}` | {BUNDLE_GATES[name][0]} | lower | {BUNDLE_GATES[name][1]} |\n" for name in SERVING_GATES]
    gates += [f"| `{name}` | {_meant(name)} | lower | 0 to 1 |\n" for name in FAIRNESS_METRICS]
    return METRICS_HEAD + "".join(lines) + GATES_HEAD + "".join(gates)


def _meant(name: str) -> str:
    return (Fairness.model_fields[name].description or "").removeprefix("Gate: ").removesuffix(".")


def _title(metric: Metric) -> str:
    return f"{metric.title} ({REMARKS[metric.name]})" if metric.name in REMARKS else metric.title


def _task(metric: Metric) -> str:
    return "regression" if "regression" in metric.tasks else "classes"


def _range(metric: Metric) -> str:
    low, high = sorted(metric.range)
    if math.isinf(high):
        return f"{low:g} or more"
    return f"{high:g} or less" if math.isinf(low) else f"{low:g} to {high:g}"


def page() -> str:
    """The whole page."""
    return HEAD + "".join(sections()) + metrics()


if __name__ == "__main__":
    (DOCS / "workflow-file.md").write_text(page(), "utf-8")
