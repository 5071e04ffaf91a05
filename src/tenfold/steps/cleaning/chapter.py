"""What step 3 tells the report: what was inferred and why, the ledger, the quarantine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tenfold.core import units
from tenfold.core.chapter import Block, Chapter, Facts, Finding, Grid, Text, gather
from tenfold.schema import Column, Rule
from tenfold.schema.absence import when_missing
from tenfold.steps.cleaning.contracts import INFINITE_TARGET, NO_TARGET, UNREADABLE
from tenfold.steps.cleaning.judging import MIXED_KEY, SMALL_CLASS
from tenfold.steps.cleaning.result import Cleaned

#: For docs/errors.md: code → (what it means, what to do), where both are put together at run time.
CODES = {
    "TF-CLEAN-110": (
        "a column is not used as a feature: it has no value or one only, or numbers, names or links rows",
        "nothing, or give it the role feature (cleaning.roles); requests may still carry it",
    ),
    "TF-CLEAN-111": (
        "a column holds infinite values",
        "nothing, if they mean missing, as which they are taken; otherwise correct the source",
    ),
    "TF-CLEAN-112": (
        "rows that cannot be used were set aside, for the reason that the message gives",
        "see quarantine.parquet, and what the finding says about this reason",
    ),
    "TF-CLEAN-113": (
        "the kind of task was inferred from the target's values, as the message says",
        "write problem.task to settle it (`tenfold next` proposes it)",
    ),
}

if TYPE_CHECKING:
    from tenfold.steps.cleaning.inference import Inferred


#: The report shows this many columns.
_SHOWN = 200


def chapter(cleaned: Cleaned, inferred: Inferred, infinite: Mapping[str, int]) -> Chapter:
    """Columns with their reasons, rows in and out, and what needs a decision."""
    ledger = cleaned.ledger
    features = len(cleaned.schema.features)
    set_aside = f", {ledger.quarantined:,} set aside" if ledger.quarantined else ""
    kept = f"{units.count(ledger.rows_out, 'row')} with {units.count(features, 'feature')}{set_aside}"
    summary = f"{kept}. {cleaned.task.capitalize()}: {cleaned.reason}."
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
    columns = cleaned.schema.columns
    if len(columns) > _SHOWN:  # first those that a person may want to change
        columns = tuple(sorted(columns, key=lambda each: (each.role == "feature", each.rule == Rule())))
    rows = tuple(
        (
            column.name,
            column.kind,
            column.role,
            "yes" if column.optional else "no",
            _rule(column),
            inferred.reasons[column.name],
        )
        for column in columns[:_SHOWN]
    )
    left = len(columns) - len(rows)
    note = "Pinned in resolved.yaml." + (f" {left:,} more columns stand there and in cleaned.json." if left else "")
    return Grid("Columns", ("column", "kind", "role", "optional", "rule", "why"), rows, note)


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
        for each in optional[:_SHOWN]
    )
    rest = f"{len(optional) - len(rows):,} more stand in resolved.yaml. {rest}" if len(optional) > len(rows) else rest
    heads = ("column", "kind", "rows without a value", "when it is missing")
    return Grid("Columns that a request may leave out", heads, rows, rest)


def _rule(column: Column) -> str:
    written = column.rule.to_dict()
    return "; ".join(f"{key}: {_shown(value)}" for key, value in written.items())


def _shown(value: object) -> str:
    return ", ".join(map(repr, value)) if isinstance(value, list) else str(value)


def _findings(cleaned: Cleaned, inferred: Inferred, infinite: Mapping[str, int]) -> tuple[Finding, ...]:
    key = cleaned.schema.key.name if cleaned.schema.key else None
    found = [
        Finding(
            "TF-CLEAN-110", "note", name, f"Not used as a feature: {reason}.", "left out; requests may still carry it",
            proposal={f"cleaning.roles.{name}": "key"} if name == key else None,
        )
        for name, reason in inferred.left_out.items()
    ]  # fmt: skip
    found += [
        Finding(
            "TF-CLEAN-111",
            "warning",
            name,
            f"{units.count(count, 'infinite value')}.",
            "taken as missing",
            {"rows": count},
        )
        for name, count in infinite.items()
    ]
    found += [_set_aside(reason, count) for reason, count in cleaned.ledger.reasons.items()]
    found += inferred.odd
    if cleaned.task != "regression" and inferred.asked.reason != "declared":
        message = f"Taken as {cleaned.task}: {cleaned.reason}."
        found.append(Finding("TF-CLEAN-113", "note", "problem.task", message, proposal={"problem.task": cleaned.task}))
        found += _two_left(cleaned)
    return tuple(gather(found))


def _two_left(cleaned: Cleaned) -> list[Finding]:
    """A task is settled before rows are set aside, so small classes count for it."""
    if cleaned.task != "multiclass" or len(cleaned.classes) != 2:
        return []
    assert cleaned.schema.target is not None
    one, other = cleaned.classes
    message = f"Multiclass, though only two classes are left: {one!r} and {other!r}; the others had too few rows."
    action = (
        "for a binary problem (a positive class, costs, a threshold) say "
        f"cleaning.columns.{cleaned.schema.target.name}: {{contract: {{allowed: [{one!r}, {other!r}]}}}}"
    )
    return [Finding("TF-CLEAN-120", "note", "problem.task", message, action)]


def _set_aside(reason: str, count: int) -> Finding:
    """Rows that cannot be used; of a small class nothing is wrong with the rows themselves."""
    name, _, why = reason.partition(": ")
    return Finding(
        "TF-CLEAN-112", "note" if why.startswith(SMALL_CLASS) else "warning", name,
        f"{units.count(count, 'row')} set aside: {reason}.", _remedy(name, why), {"rows": count},
    )  # fmt: skip


def _remedy(name: str, why: str) -> str:
    """What to do about rows that were set aside, by why they were."""
    if why.startswith(SMALL_CLASS):
        return "the model will never answer with it; merge it with another (cleaning.columns, recode), or add rows"
    if why == MIXED_KEY:
        return f"see quarantine.parquet; correct the source, or say `{name}: group` in cleaning.roles to keep them"
    if why in UNREADABLE:
        return "see quarantine.parquet; declare a missing mark, a format or another kind if they are fine"
    if why in (NO_TARGET, INFINITE_TARGET):
        return "nothing can be learned from them; see quarantine.parquet"
    return "see quarantine.parquet; if they are fine, widen the column's contract (cleaning.columns)"
