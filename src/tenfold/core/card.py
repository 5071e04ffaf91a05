"""Model cards: what a released model is, for whom, and on what evidence; what is not known is said, never invented.

>>> text = card_markdown(complete({"details": {"name": "telco-churn", "version": 3}}))
>>> [line for line in text.splitlines() if line.startswith(("# ", "- **name", "- **licence"))]
['# Model card: telco-churn, version 3', '- **name**: telco-churn', '- **licence**: not supplied']

Source: Mitchell et al., "Model Cards for Model Reporting", FAT* 2019, section 4; risks as in ISO/IEC 23894:2023.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

MISSING = "not supplied"
#: A bundle is the same bundle whichever version it becomes, so neither stands on its card.
_REGISTRY = "Which version this is, since when and under which aliases, the registry says: `tenfold models`."

#: Section → its title and the fields a reader expects there. More fields may be given; none may be left unsaid.
SECTIONS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "details": ("Model details", ("name", "kind", "algorithm", "task", "owner", "licence")),
    "intended_use": ("Intended use", ("statement", "users", "scope", "out_of_scope")),
    "factors": ("Factors", ("groups", "slices")),
    "data": (
        "Data",
        ("sources", "rows", "target", "key", "time_span", "quarantined", "optional_columns", "preparation"),
    ),
    "training": ("Training", ("rows", "folds", "seed", "budget", "ensemble", "calibration", "threshold")),
    "metrics": ("Metrics", ("chosen_by", "values", "intervals", "coverage")),
    "evaluation": (
        "Evaluation",
        (
            "rows",
            "sealed",
            "seal_openings",
            "seal_openings_elsewhere",
            "baseline",
            "gates",
            "accepted",
            "verdict",
        ),
    ),
    "fairness": ("Ethical considerations and fairness", ("sensitive", "measures", "personal_data")),
    "risks": ("Risks", ("register",)),
    "limitations": ("Limitations and recommendations", ("known", "recommendations")),
    "proof": ("Proof that served equals trained", ("records", "largest_difference", "changed_decisions")),
}


def complete(evidence: Mapping[str, Any]) -> dict[str, Any]:
    """The card as JSON: every section and every expected field in order, ``None`` where the evidence has a gap.

    Args:
        evidence: section (a key of :data:`SECTIONS`, or a new one) → field → text, number, list, mapping, or a list of
            mappings with the same keys (a table). NaN counts as a gap.

    >>> complete({"metrics": {"values": {"roc_auc": 0.85}}})["metrics"]
    {'chosen_by': None, 'values': {'roc_auc': 0.85}, 'intervals': None, 'coverage': None}
    """
    sections = [*SECTIONS, *(name for name in evidence if name not in SECTIONS)]
    return {name: _section(name, evidence.get(name) or {}) for name in sections}


def gaps(card: Mapping[str, Any]) -> tuple[str, ...]:
    """What a card does not say, as ``section.field``.

    >>> gaps(complete({}))[:2]
    ('details.name', 'details.kind')
    """
    return tuple(f"{name}.{key}" for name, section in card.items() for key, value in section.items() if value is None)


def card_markdown(card: Mapping[str, Any]) -> str:
    """The card as Markdown; gaps read "not supplied"."""
    whole = complete(card)
    details = whole["details"]
    version = f", version {details['version']}" if details.get("version") is not None else ""
    parts = [f"# Model card: {_inline(details['name'])}{version}", _REGISTRY]
    for name, fields in whole.items():
        title = SECTIONS[name][0] if name in SECTIONS else _label(name).capitalize()
        parts.append("\n".join([f"## {title}", "", *(_field(key, value) for key, value in fields.items())]))
    return "\n\n".join(parts) + "\n"


def _section(name: str, given: Mapping[str, Any]) -> dict[str, Any]:
    expected = SECTIONS[name][1] if name in SECTIONS else ()
    return {key: _known(given.get(key)) for key in [*expected, *(key for key in given if key not in expected)]}


def _known(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, Mapping):
        return {str(key): _known(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_known(each) for each in value]
    return None if value == "" else value


def _field(key: str, value: Any) -> str:
    label = f"- **{_label(key)}**:"
    if isinstance(value, Mapping) and value:
        return "\n".join([label, *(f"  - {_text(name)}: {_inline(each)}" for name, each in value.items())])
    if isinstance(value, Sequence) and not isinstance(value, str) and value:
        if all(isinstance(each, Mapping) for each in value):
            return f"{label}\n\n{_table(value)}\n"
        return "\n".join([label, *(f"  - {_inline(each)}" for each in value)])
    return f"{label} {_inline(str(value) if key == 'seed' else value)}"  # a seed names, it counts nothing


def _table(rows: Sequence[Mapping[str, Any]]) -> str:
    heads = list(dict.fromkeys(key for row in rows for key in row))
    lines = [[_text(_label(head)) for head in heads], ["---"] * len(heads)]
    lines += [[_inline(row.get(head)) for head in heads] for row in rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _inline(value: Any) -> str:
    match value:
        case None:
            return MISSING
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:.4g}"
        case int():
            return f"{value:,}"
        case list() | tuple():
            return ", ".join(map(_inline, value)) if value else "none"
        case dict():
            return ", ".join(f"{_text(key)} {_inline(each)}" for key, each in value.items()) if value else "none"
        case _:
            return _text(value)


def _text(value: object) -> str:
    """Text that stays text: no markup of its own, no line breaks, no table bars."""
    escaped = str(value).replace("\\", "\\\\")
    for mark in "`*[]<>|#":
        escaped = escaped.replace(mark, f"\\{mark}")
    return " ".join(escaped.split())


def _label(key: str) -> str:
    return key.replace("_", " ")
