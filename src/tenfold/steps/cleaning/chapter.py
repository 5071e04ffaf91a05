"""What step 3 tells the report: what was inferred and why, the ledger, the quarantine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tenfold.core.chapter import Block, Chapter, Facts, Finding, Grid, Text
from tenfold.schema import Column
from tenfold.schema.absence import when_missing
from tenfold.steps.cleaning.result import Cleaned

if TYPE_CHECKING:
    from tenfold.steps.cleaning.inference import Inferred


def chapter(cleaned: Cleaned, inferred: Inferred, infinite: Mapping[str, int]) -> Chapter:
    """Columns with their reasons, rows in and out, and what needs a decision."""
    ledger = cleaned.ledger
    features = len(cleaned.schema.features)
    set_aside = f", {ledger.quarantined:,} set aside" if ledger.quarantined else ""
    summary = (
        f"{ledger.rows_out:,} rows with {features} features{set_aside}. {cleaned.task.capitalize()}: {cleaned.reason}."
    )
    blocks: list[Block] = [_facts(cleaned), _columns(cleaned, inferred), _optional(inferred)]
    if ledger.reasons:
        rows = tuple(sorted(ledger.reasons.items(), key=lambda each: (-each[1], each[0])))
        blocks.append(Grid("Set aside", ("reason", "rows"), rows, "The rows stand in quarantine.parquet."))
    return Chapter("cleaning", "Cleaning", summary, tuple(blocks), _findings(cleaned, inferred, infinite))


def _facts(cleaned: Cleaned) -> Facts:
    ledger = cleaned.ledger
    items = [
        ("rows in", f"{ledger.rows_in:,}"),
        ("rows out", f"{ledger.rows_out:,}"),
        ("set aside", f"{ledger.quarantined:,}"),
        ("task", cleaned.task),
        ("classes", ", ".join(cleaned.classes[:8]) + (" …" if len(cleaned.classes) > 8 else "")),
        ("positive", cleaned.positive or ""),
        ("key", cleaned.schema.key.name if cleaned.schema.key else "the whole row"),
    ]
    return Facts(tuple((label, value) for label, value in items if value))


def _columns(cleaned: Cleaned, inferred: Inferred) -> Grid:
    rows = tuple(
        (
            column.name,
            column.kind,
            column.role,
            "yes" if column.optional else "no",
            _rule(column),
            inferred.reasons[column.name],
        )
        for column in cleaned.schema.columns
    )
    return Grid("Columns", ("column", "kind", "role", "optional", "rule", "why"), rows, "Pinned in resolved.yaml.")


def _optional(inferred: Inferred) -> Block:
    """What a request may leave out, and what becomes of it then."""
    optional = [column for column in inferred.schema.features if column.optional]
    rest = "All other features are required: a record without one is refused (TF-CLEAN-001)."
    if not optional:
        return Text(
            "No column is optional: none had a gap, and none is declared so. A record that leaves one out is refused "
            "(TF-CLEAN-001)."
        )
    gaps = inferred.gaps
    rows = tuple(
        (each.name, each.kind, gaps[each.name] or "none: declared", when_missing(each, gaps=gaps[each.name] > 0))
        for each in optional
    )
    heads = ("column", "kind", "rows without a value", "when it is missing")
    return Grid("Columns that a request may leave out", heads, rows, rest)


def _rule(column: Column) -> str:
    written = column.rule.to_dict()
    return "; ".join(f"{key}: {_shown(value)}" for key, value in written.items())


def _shown(value: object) -> str:
    return ", ".join(map(repr, value)) if isinstance(value, list) else str(value)


def _findings(cleaned: Cleaned, inferred: Inferred, infinite: Mapping[str, int]) -> tuple[Finding, ...]:
    found = [
        Finding(
            "TF-CLEAN-110", "note", name, f"Not used as a feature: {reason}.", "left out; requests may still carry it",
            proposal={f"cleaning.roles.{name}": "feature"},
        )
        for name, reason in inferred.left_out.items()
    ]  # fmt: skip
    found += [
        Finding("TF-CLEAN-111", "warning", name, f"{count:,} infinite values.", "taken as missing", {"rows": count})
        for name, count in infinite.items()
    ]
    found += [
        Finding("TF-CLEAN-112", "warning", reason.split(": ")[0], f"{count:,} rows set aside: {reason}.",
                "see quarantine.parquet; declare a missing mark, a format or another kind if they are fine",
                {"rows": count})
        for reason, count in cleaned.ledger.reasons.items()
    ]  # fmt: skip
    found += [
        Finding("TF-CLEAN-114", "note", name, f"{remark[0].upper()}{remark[1:]}.",
                f"declare cleaning.columns.{name} if they mean something else")
        for name, remark in inferred.remarks.items()
    ]  # fmt: skip
    if cleaned.task != "regression" and inferred.asked.reason != "declared":
        message = f"Taken as {cleaned.task}: {cleaned.reason}."
        found.append(Finding("TF-CLEAN-113", "note", "problem.task", message, proposal={"problem.task": cleaned.task}))
    return tuple(found)
