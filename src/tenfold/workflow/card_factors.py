"""What the steps noticed of groups, slices, personal data and preparation, in the words of the model card."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tenfold.core.chapter import Finding
from tenfold.schema import Column, Schema
from tenfold.steps.validation.result import Validated
from tenfold.workflow.resolved import on_one_line

#: Rules of at most so many columns stand on a card; all of them are in the bundle's schema.json.
MOST_COLUMNS = 100
_PERSONAL = "TF-EXPLORE-150"


def factors(validated: Validated) -> dict[str, Any]:
    """The groups that were compared with their rows, and the slices that came out worst."""
    groups = {
        each.column: {group.group: group.rows for group in each.groups} for each in validated.fairness if each.groups
    }
    slices = [
        {
            "slice": f"{each.column} = {each.value}",
            "rows": each.rows,
            validated.metric: each.interval.value,
            "elsewhere": each.elsewhere,
            "clearly_worse": each.worse,
        }
        for each in validated.slices
    ]
    return {"groups": groups or None, "slices": slices if validated.slices_tested else None}


def personal_data(findings: Iterable[Finding]) -> list[str]:
    """The suspects among the features; nothing is suspected of the others, which is no proof."""
    return [f"{each.subject}: {each.message}" for each in findings if each.code == _PERSONAL] or [
        "No feature looks like personal data, by its name or by patterns of its values."
    ]


def preparation(schema: Schema) -> list[dict[str, Any]]:
    """How each raw column is read (the rules that a request is read by, too), then the created columns."""
    read = [column for column in schema.columns if column.role != "ignored"]
    shown = read[:MOST_COLUMNS]
    rows = [{"column": each.name, "kind": each.kind, "role": each.role, "rule": _rule(each)} for each in shown]
    created = [
        {"column": each.name, "kind": "number", "role": "created", "rule": each.expression} for each in schema.created
    ]
    ignored = [each.name for each in schema.columns if each.role == "ignored"]
    left_out = [{"column": ", ".join(ignored[:MOST_COLUMNS]), "kind": "", "role": "ignored", "rule": ""}]
    return [*rows, *_more(len(read)), *created[:MOST_COLUMNS], *_more(len(created)), *(left_out if ignored else [])]


def _rule(column: Column) -> str:
    written = column.rule.to_dict()
    return on_one_line(written) if written else "as it stands"


def _more(count: int) -> list[dict[str, Any]]:
    more = count - MOST_COLUMNS
    return [{"column": f"{more:,} more", "kind": "", "role": "", "rule": "see schema.json"}] if more > 0 else []
