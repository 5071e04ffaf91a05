"""The page at ``/``: what the model wants, for people. One file, no scripts, nothing fetched from elsewhere."""

from __future__ import annotations

import json
from html import escape
from importlib import resources
from string import Template

from tenfold.bundle.coverage import IntervalRule, Rule
from tenfold.core import units
from tenfold.serving.fields import example_record, expectations
from tenfold.serving.response import Headers
from tenfold.serving.service import Service

PAGE_HEADERS: Headers = (
    (b"content-security-policy", b"default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"),
)


def page(service: Service) -> str:
    """The page as HTML."""
    template = Template(resources.files("tenfold.serving").joinpath("page.html").read_text("utf-8"))
    decision = service.scorer.decision
    record = {"records": [example_record(service.scorer.schema, service.scorer.reference)]}
    return template.substitute(
        model=escape(service.model),
        version=escape(str(service.version)),
        answer=escape(_answer(service)),
        rule=escape(_rule(decision.positive, decision.threshold)),
        promise=_promise(decision.coverage),
        rows="\n".join(_rows(service)),
        example=escape(json.dumps(record, indent=2, ensure_ascii=False)),
    )


def _answer(service: Service) -> str:
    decision, target = service.scorer.decision, service.scorer.schema.target
    what = target.name if target else "the answer"
    if decision.task == "regression":
        return f"It predicts {what}, a number."
    return f"It predicts {what}: {' or '.join(decision.classes)}, with probabilities."


def _rule(positive: str | None, threshold: float | None) -> str:
    return "" if threshold is None else f"It says {positive} from a probability of {threshold:g} up."


def _promise(rule: Rule | None) -> str:
    if rule is None:
        return ""
    interval = isinstance(rule, IntervalRule)
    told = "an <code>interval</code> that holds the value" if interval else "the <code>set</code> of labels that may be"
    return f"With it comes {told}, right for {units.percent(rule.level)} of rows like those of training."


def _rows(service: Service) -> list[str]:
    schema = service.scorer.schema
    sentences = expectations(schema)
    return [
        f"<tr><th scope=row>{escape(column.name)}</th><td class=plain>{column.kind}</td>"
        f"<td class=plain>{'optional' if column.optional else 'required'}</td>"
        f"<td class=holds>{escape(sentences[column.name])}</td></tr>"
        for column in schema.features
    ]
