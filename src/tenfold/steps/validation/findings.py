"""What the evidence says in words."""

from __future__ import annotations

import math
from collections.abc import Iterator

from tenfold.core.chapter import Finding
from tenfold.core.units import count, fine, number, percent
from tenfold.metrics import METRICS
from tenfold.steps.validation.result import Validated

#: For docs/errors.md: code → (what it means, what to do, what it ends with where the call does not tell).
CODES = {
    "TF-VALID-101": (
        "a gate failed, and the model is not released unless it is accepted (then nothing ends)",
        "improve the model, or release with `--accept GATE --reason TEXT`",
        "1",
    ),
    "TF-VALID-102": (
        "a gate passed, but the interval of its figure reaches across the bound",
        "know that it may fail on other rows; more test rows would tell",
    ),
    "TF-VALID-103": (
        "the model does not surely beat the baseline",
        "find columns that tell more, or more rows",
    ),
    "TF-VALID-104": (
        "in a slice of the rows the model gains less over a constant answer than elsewhere",
        "look at these rows; say it in `problem.scope` if it cannot be helped",
    ),
    "TF-VALID-105": (
        "groups of a sensitive column have too few rows to be judged (`validation.group_rows`)",
        "nothing: they take no part in the differences",
    ),
    "TF-VALID-106": (
        "probabilities are off by 0.05 or more on average",
        "do not take them at their word; the order of rows and the decisions stand",
    ),
    "TF-VALID-107": (
        "nothing was sealed: the figures are of development rows, by nested cross-validation or out-of-fold",
        "read them as such; a longer budget makes room for nested cross-validation, and more rows for a seal",
    ),
    "TF-VALID-109": (
        "sealed rows say something else than out-of-fold answers did, beyond the interval",
        "believe the sealed rows; it may be chance (one in twenty), rows that differ, or choices that fit the "
        "training rows",
    ),
    "TF-VALID-110": (
        "a class has fewer than ten judged rows: what the figures say of it is hardly more than chance",
        "collect more rows of it, or set a larger share aside: `splitting.test`",
    ),
    "TF-VALID-111": (
        "intervals or sets hold the truth less often than promised, by more than chance explains",
        "set a higher `tuning.coverage`, or train on rows like these",
    ),
}

#: Expected calibration error from which probabilities should not be taken at their word.
_MISCALIBRATED = 0.05
#: A class with fewer judged rows is warned of.
_FEW = 10
#: Slices that are warned of; the chapter's table shows more.
_SLICES = 3
_UNFINISHED = "There was too little time for nested cross-validation: a larger budget makes room for it."


def findings_of(validated: Validated) -> tuple[Finding, ...]:
    """Everything a person should know before releasing this model, the gravest first."""
    found = [
        *_gates(validated),
        *_baseline(validated),
        *_expected(validated),
        *_rare(validated),
        *_slices(validated),
        *_groups(validated),
        *_coverage(validated),
        *_notes(validated),
    ]
    order = {"problem": 0, "warning": 1, "note": 2}
    return tuple(sorted(found, key=lambda each: order[each.severity]))


def _gates(validated: Validated) -> Iterator[Finding]:
    for outcome in validated.gates:
        if outcome.status in ("failed", "accepted"):
            told = fine(outcome.value) if outcome.value == outcome.value else "no value"
            why = f" ({outcome.reason})" if outcome.reason else ""
            failed = outcome.status == "failed"
            yield Finding(
                "TF-VALID-101", "problem" if failed else "warning", outcome.name,
                f"The gate {outcome.gate} {'failed' if failed else 'failed and was accepted'} with {told}{why}.",
                f"Improve the model, or release with `--accept {outcome.name} --reason \"…\"`." if failed else "",
            )  # fmt: skip
        elif outcome.status == "passed" and not outcome.sure and outcome.low == outcome.low:
            yield Finding(
                "TF-VALID-102", "note", outcome.name,
                f"The gate {outcome.gate} passed with {fine(outcome.value)}, but its interval "
                f"({fine(outcome.low)} to {fine(outcome.high)}) reaches across.",
                "On other rows it may fail; more test rows would tell.",
            )  # fmt: skip


def _baseline(validated: Validated) -> Iterator[Finding]:
    main = validated.metrics[validated.metric]
    if not main.beats_dummy:
        yield Finding(
            "TF-VALID-103", "problem", main.name,
            f"The model does not surely beat the baseline: {METRICS[main.name].title} differs by "
            f"{number(main.difference.value)} ({number(main.difference.low)} to {number(main.difference.high)}).",
            "Find columns that tell more, or more rows.",
        )  # fmt: skip


def _expected(validated: Validated) -> Iterator[Finding]:
    """Whether sealed rows say something else than out-of-fold answers did."""
    main = validated.metrics[validated.metric]
    if not validated.sealed or math.isnan(validated.expected) or not main.interval.excludes(validated.expected):
        return
    worse = METRICS[main.name].sign * (validated.expected - main.value) > 0
    interval = f"{fine(main.interval.low)} to {fine(main.interval.high)}"
    yield Finding(
        "TF-VALID-109", "warning" if worse else "note", main.name,
        f"Out-of-fold it was {fine(validated.expected)}, {'better' if worse else 'worse'} than sealed rows say "
        f"({interval}).",
        "Believe the sealed rows. It may be chance (one in twenty), choices that fit the training rows too well, or "
        "rows that differ."
        if worse
        else "It may be chance, or easier rows: the sealed figure may flatter.",
        {"out_of_fold": validated.expected, "sealed": main.value},
    )  # fmt: skip


def _rare(validated: Validated) -> Iterator[Finding]:
    """Classes with so few judged rows that no figure about them is sure, whatever its interval says."""
    found = validated.classification
    sizes = {} if found is None else dict(zip(found.classes, (sum(row) for row in found.counts), strict=True))
    for label, size in sizes.items():
        if size < _FEW:
            yield Finding(
                "TF-VALID-110", "warning", label,
                f"{count(size, 'judged row')} of this class: what the figures say of it, intervals included, is "
                "hardly more than chance.",
                "Collect more rows of it, or set a larger share aside: `splitting.test`.", {"rows": size},
            )  # fmt: skip


def _slices(validated: Validated) -> Iterator[Finding]:
    title = METRICS[validated.metric].title
    for each in [each for each in validated.slices if each.worse][:_SLICES]:
        yield Finding(
            "TF-VALID-104", "warning", f"{each.column} = {each.value}",
            f"The model gains less here: measured by a constant answer for the same rows, its loss is "
            f"{each.loss_ratio:.1f} times that elsewhere; {title} {number(each.interval.value)} against "
            f"{number(each.elsewhere)} ({count(each.rows, 'row')}).",
            "Look at these rows; say it in `problem.scope` if it cannot be helped.",
            {"rows": each.rows, "chance": float(f"{each.chance:.3g}")},
        )  # fmt: skip


def _groups(validated: Validated) -> Iterator[Finding]:
    for column in validated.fairness:
        if not column.groups:
            yield Finding(
                "TF-VALID-108", "warning", column.column, "Its values are not known for the judged rows.",
                "Its groups were not compared; keep the column, or name another.",
            )  # fmt: skip
        small = [each.group for each in column.groups if not each.judged]
        if small:
            yield Finding(
                "TF-VALID-105", "note", column.column, f"Too few rows to judge: {', '.join(map(repr, small))}.",
                "These groups take no part in the differences.",
            )  # fmt: skip


def _coverage(validated: Validated) -> Iterator[Finding]:
    """Intervals or sets that hold the truth less often than promised."""
    found = validated.coverage
    if found is not None and found.short:
        what = "sets" if validated.classification else "intervals"
        yield Finding(
            "TF-VALID-111", "warning", "coverage",
            f"{percent(found.covered.value)} of {what} hold the truth ({percent(found.covered.low)} to "
            f"{percent(found.covered.high)}), not {percent(found.level)} as promised: more than chance explains.",
            "They are unlike the training rows. Set a higher `tuning.coverage`, or train on rows like these.",
            {"level": found.level, "covered": found.covered.value},
        )  # fmt: skip


def _notes(validated: Validated) -> Iterator[Finding]:
    found = validated.classification
    if found is not None and found.calibration_error > _MISCALIBRATED:
        yield Finding(
            "TF-VALID-106", "warning", "calibration",
            f"Probabilities are off by {number(found.calibration_error)} on average.",
            "Do not take them at their word; the order of rows and the decisions stand.",
        )  # fmt: skip
    if not validated.sealed:
        yield Finding(
            "TF-VALID-107", "note", "test set",
            "Nothing was sealed: these are numbers of development rows, "
            + (f"by nested cross-validation{_times(validated)}." if validated.nested else "out-of-fold.")
            + (f" {_UNFINISHED}" if validated.unfinished else ""),
            "No row took part in fitting, weighing or calibrating the models that it is judged with; their parameters "
            f"were searched for on all rows{_among(validated)}."
            if validated.nested
            else "They may flatter a little, because choices were made on the same rows.",
        )  # fmt: skip


def _times(validated: Validated) -> str:
    return f", {count(validated.repeats, 'time')}" if validated.repeats > 1 else ""


def _among(validated: Validated) -> str:
    """What the choice was not made among, for want of time."""
    left_out = " and ".join(validated.left_out)
    return f"; there was no time to choose among {left_out} as well" if left_out else ""
