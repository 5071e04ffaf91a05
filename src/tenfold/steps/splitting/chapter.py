"""What step 4 tells the report."""

from __future__ import annotations

from tenfold.core import units
from tenfold.core.chapter import Block, Chapter, Facts, Finding, Grid, Text, listed
from tenfold.schema import Schema
from tenfold.steps.splitting.config import Splitting
from tenfold.steps.splitting.result import TOO_FEW, Parts
from tenfold.steps.splitting.strategy import Division

#: For docs/errors.md: code → (what it means, what to do), where both are put together at run time.
CODES = {
    "TF-SPLIT-101": (
        "test rows stand in the training part too, value for value",
        "group the rows that belong together (`splitting.by`), or remove the copies",
    ),
    "TF-SPLIT-102": (
        "many more test rows than chance explains have a near twin in the training part",
        "group the rows that belong together (`splitting.by`)",
    ),
    "TF-SPLIT-103": (
        "groups have rows in the test part and in the training part",
        "divide by the group: `splitting.strategy: grouped`, `splitting.by`",
    ),
    "TF-SPLIT-106": (
        "training rows have the same values as others, key aside; each of them is learned from",
        "where one thing was recorded twice, keep one (`data.combine`)",
    ),
    "TF-SPLIT-107": (
        "rows lie nearer than the gap before the first test row: neither learned from nor tested",
        "nothing; `release: {refit: everything}` learns from them, and from the test rows, after the verdict",
    ),
}

_WHY = {
    "sealed": "The test rows are sealed: no step before validation can read them, and every opening is recorded.",
    "own test file": "The test rows are your own file; they are opened in validation only, and every opening is "
    "recorded.",
    "none: too few rows": "Too few rows to seal some (fewer than `splitting.small`): nested cross-validation is to "
    "stand in for a test set; validation says whether there was time for it.",
    "none: test is 0": "No test rows, as asked: every figure is out-of-fold, and the model card says so.",
}


def chapter(parts: Parts, schema: Schema, division: Division) -> Chapter:
    """Sizes, strategy, seal and overlaps."""
    by = f" by {', '.join(parts.by)}" if parts.by else ""
    facts = Facts(
        (
            ("strategy", parts.strategy + by),
            ("training rows", f"{parts.rows_train:,}"),
            ("test rows", f"{parts.rows_test:,}" if parts.rows_test else "none"),
            ("folds", f"{parts.folds}, time-ordered" if parts.time_ordered else str(parts.folds)),
            *((("test set", parts.test_set),) if parts.test_set else ()),
            *((("gap", parts.gap),) if parts.gap else ()),
        )
    )
    blocks: list[Block] = [Text(_WHY[parts.seal]), facts]
    if parts.spacing:
        blocks.append(_spacing(parts))
    if parts.rows_test:
        blocks.append(_overlaps(parts))
    sealed = f"{parts.rows_test:,}" if parts.rows_test else "none"
    summary = f"{units.count(parts.rows_train, 'row')} to train on, {sealed} sealed."
    found = [
        *_not_applied(parts, division),
        *_no_classes(parts, division),
        *_gap(parts),
        *_fewer_folds(parts, division),
        *_findings(parts, schema),
    ]
    return Chapter("splitting", "Splitting", summary, tuple(blocks), tuple(found))


def _not_applied(parts: Parts, division: Division) -> list[Finding]:
    """A share that somebody wrote down, and that does not hold."""
    if parts.seal != TOO_FEW or division.test == Splitting.model_fields["test"].default:
        return []
    message = (
        f"`test: {division.test:g}` is not applied: the table has {units.count(parts.rows_train, 'row')}, fewer than "
        f"`splitting.small` ({division.small:,}), so nothing is sealed."
    )
    action = "To seal that share all the same, set `splitting.small: 0`."
    return [Finding("TF-SPLIT-105", "warning", "splitting.test", message, action)]


def _no_classes(parts: Parts, division: Division) -> list[Finding]:
    """A strategy that was asked for, and that numbers cannot have."""
    if parts.strategy != "stratified" or division.stratum is not None:
        return []
    message = "`stratified` keeps the shares of classes, and the target is a number: rows are divided at random."
    action = "Say `strategy: random`, or leave it out."
    return [Finding("TF-SPLIT-109", "note", "splitting.strategy", message, action)]


def _spacing(parts: Parts) -> Grid:
    rows = tuple((place, each.judged, each.learned, each.left_out) for place, each in enumerate(parts.spacing))
    note = f"Rows less than {parts.gap} before a fold are not learned from for it. The final model learns from all."
    if parts.unused:
        note += f" {units.count(parts.unused, 'training row')} no fold learns from, and none judges."
    return Grid("The gap before each fold", ("fold", "judged", "learned from", "left out"), rows, note)


def _gap(parts: Parts) -> list[Finding]:
    """Rows that a gap takes out of both parts."""
    if not parts.rows_gap:
        return []
    message = (
        f"{units.count(parts.rows_gap, 'row')} less than {parts.gap} before the first test row: not learned from, "
        "and not tested."
    )
    action = "`release: {refit: everything}` learns from them, and from the test rows, after the verdict."
    return [Finding("TF-SPLIT-107", "note", "splitting.gap", message, action, {"rows": parts.rows_gap})]


def _fewer_folds(parts: Parts, division: Division) -> list[Finding]:
    """Folds that a gap takes the past from."""
    if not parts.gap or parts.folds >= division.folds:
        return []
    message = f"The gap and the order of time leave {parts.folds} of {division.folds} folds to judge by."
    action = "For more of them, shorten the gap, or ask for longer ones: fewer `splitting.folds`."
    return [Finding("TF-SPLIT-108", "note", "splitting.gap", message, action)]


def _overlaps(parts: Parts) -> Facts:
    items = (
        ("exact duplicates", f"{parts.overlap.exact:,}"),
        ("near-duplicates", f"{parts.overlap.near:,}"),
        ("rows of shared groups", f"{parts.overlap.groups:,}"),
    )
    return Facts(items, "Test rows with a twin in the training part")


def _findings(parts: Parts, schema: Schema) -> list[Finding]:
    found = []
    if parts.overlap.exact:
        found.append(_twins("TF-SPLIT-101", "exact duplicates", parts.overlap.exact, parts.rows_test))
    if parts.rows_test and parts.overlap.near > 0.05 * parts.rows_test:
        found.append(_twins("TF-SPLIT-102", "near-duplicates", parts.overlap.near, parts.rows_test))
    if parts.overlap.groups:
        found.append(_twins("TF-SPLIT-103", "members of groups", parts.overlap.groups, parts.rows_test))
    if parts.repeated:
        message = (
            f"{units.count(parts.repeated, 'training row')} with the same values as another one, key aside. Equal rows "
            "lie in one part and one fold, and each of them is learned from."
        )
        action = "Where one thing was recorded twice, keep one (`data.combine`)."
        found.append(Finding("TF-SPLIT-106", "note", "splitting", message, action, {"rows": parts.repeated}))
    return [*found, *_by_chance(parts, schema)]


def _by_chance(parts: Parts, schema: Schema) -> list[Finding]:
    """Groups and a file of the user's own were somebody's decision; only a division by chance is said to be one."""
    dates = [column.name for column in schema.features if column.kind == "date"]
    if not dates or parts.strategy not in ("random", "stratified") or parts.seal == "own test file":
        return []
    message = f"There is a date ({listed(dates)}), but rows are divided at random: the future may help the past."
    action = "If the model will predict later rows, divide by time."
    proposal = {"splitting.strategy": "time", "splitting.by": dates[0]}
    return [Finding("TF-SPLIT-104", "note", dates[0], message, action, {}, proposal)]


def _twins(code: str, what: str, count: int, rows: int) -> Finding:
    message = f"{count:,} of {rows:,} test rows are {what} that also stand in the training part."
    action = "Validation may flatter the model; group the rows that belong together (`splitting.by`)."
    return Finding(code, "warning", "splitting", message, action, {"rows": count, "share": count / rows})
