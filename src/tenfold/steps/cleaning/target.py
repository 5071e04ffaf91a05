"""The target: which kind of problem it poses, its classes, and the positive one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from tenfold.core.errors import UserError
from tenfold.schema import Rule
from tenfold.schema.numbers import INFINITE, PLAIN
from tenfold.steps.cleaning import kinds, missing, numerals
from tenfold.steps.cleaning.config import ColumnRule
from tenfold.steps.cleaning.guess import examples
from tenfold.steps.cleaning.labels import Labels, labels, truths
from tenfold.steps.problem.config import Task
from tenfold.tables.profile import Profile

#: For docs/errors.md: code → (what it means, what to do), where both are put together at run time.
CODES = {
    "TF-CLEAN-031": (
        "the target has no usable value in any row",
        "name another target, or mend its values",
    ),
    "TF-CLEAN-032": (
        "the target is constant: there is nothing to predict",
        "name another target, or add rows with other outcomes",
    ),
    "TF-CLEAN-033": (
        "a regression is declared, but the target's values are not numbers",
        "set problem.task to binary or multiclass",
    ),
    "TF-CLEAN-034": (
        "a binary task is declared, but the target has not two classes",
        "set problem.task to multiclass, or recode the target",
    ),
    "TF-CLEAN-035": (
        "the label that `problem.positive` names is not a class of the target",
        "use one of those that the message lists",
    ),
    "TF-CLEAN-045": (
        "the declared kind of the target does not fit: a date cannot be predicted, or it contradicts problem.task",
        "declare another kind, or remove one of the two",
    ),
}

#: At most this many distinct whole numbers are classes rather than amounts, when nobody says.
FEW = 20
_POSITIVE = ("1", "1.0", "true", "yes", "y", "t", "positive", "pos", "+", "bad", "fraud", "spam")


@dataclass(frozen=True)
class Asked:
    """The task with its reason, and the rule by which the target is read."""

    task: Task
    reason: str
    rule: Rule


def guess(profile: Profile, task: Task | None, declared: ColumnRule | None = None) -> Asked:
    """The task, declared or by the target's values as its declared rule reads them.

    A declared kind settles what nobody asked for: a number regresses, a boolean has two classes, a category has classes
    even if they are numbers. A task that asks for classes takes numbers as the texts they are.

    Raises:
        UserError: when the target has no values, is constant, or contradicts the declared task or kind.
    """
    declared = declared or ColumnRule()
    _check_kind(profile, task, declared)
    marks = missing.found(profile.values, "number") if declared.missing is None else declared.missing
    values = kinds.without(profile.values, tuple(mark.strip() for mark in marks))
    found = labels(profile, declared)
    _check_classes(profile, values, found, declared)
    if task == "regression" or (task is None and declared.kind == "number"):
        return _regression(profile, values, marks, task, declared)
    if task is None:
        return _inferred(profile, values, marks, found, declared)
    if task == "binary" and found.distinct != 2:
        text = f"it has {found.distinct:,} classes ({_some(found.counts)}), so it is not binary"
        raise _unusable(profile, "TF-CLEAN-034", text, "set problem.task to multiclass, or recode the target")
    return Asked(task, "declared", found.rule)


def _check_kind(profile: Profile, task: Task | None, declared: ColumnRule) -> None:
    where = f"cleaning.columns.{profile.name}"
    if declared.kind == "date":
        raise UserError.of(
            "TF-CLEAN-045", f"{profile.name!r} cannot be the target: it is declared a date", where,
            expected="a target of numbers or classes", do="name another target, such as the days since a date",
        )  # fmt: skip
    if task == "regression" and declared.kind not in (None, "number"):
        raise UserError.of(
            "TF-CLEAN-045", f"the target {profile.name!r} is declared {declared.kind}, but the task regression", where,
            do="remove this kind, or set problem.task to binary or multiclass",
        )  # fmt: skip


def _check_classes(profile: Profile, values: Mapping[str, int], found: Labels, declared: ColumnRule) -> None:
    """Refuse a target without a value, or with one only."""
    if found.distinct == 0 and truths(found.rule) and values:
        got, where = f"its values are neither true nor false ({_some(values)})", f"cleaning.columns.{profile.name}"
        raise _unusable(profile, "TF-CLEAN-031", got, f"list the words in {where}: {{'true': [WORD], 'false': [WORD]}}")
    if found.distinct == 0 and declared.contract.allowed is not None and values:
        got, do = f"its contract allows none of its values ({_some(values)})", "correct `allowed`"
        raise _unusable(profile, "TF-CLEAN-031", got, do)
    if found.distinct == 0:
        raise _unusable(profile, "TF-CLEAN-031", "it has no value in any row", "name another target")
    if found.distinct == 1:
        raise constant(profile.name, examples(found.counts))


def constant(name: str, shown: str, do: str = "") -> UserError:
    """A target of one value."""
    got = f"{name!r} cannot be the target: it is constant ({shown})"
    return UserError.of("TF-CLEAN-032", got, "problem.target", do=do or "name another")


def _regression(
    profile: Profile, values: Mapping[str, int], marks: tuple[str, ...], task: Task | None, declared: ColumnRule
) -> Asked:
    if values and all(re.fullmatch(INFINITE, value) for value in values):
        got = f"it has no finite value in any row ({_some(values)})"
        raise _unusable(profile, "TF-CLEAN-031", got, "name another target, or mend its values")
    number = numerals.guess(values) if values else None
    rule = declared.over(_with_marks(number.rule if number else Rule(), marks))
    mostly = _written(declared) and 2 * len(numerals.unreadable(values, rule)) < len(values)
    if number is None and not mostly:
        text = f"its values are not numbers ({_some(values)}), so it cannot be a regression"
        raise _unusable(profile, "TF-CLEAN-033", text, "set problem.task to binary or multiclass")
    return Asked("regression", "declared" if task else "the target is declared a number", rule)


def positive(classes: Mapping[str, int], declared: str | None, rule: Rule | None = None) -> str:
    """The positive class of two: as declared, by itself or as the true one of a boolean; else a word for yes, else the
    rarer one.

    A declared number or truth value is the one class that equals it: ``1`` is ``1.0``, ``true`` is ``True``.

    Raises:
        UserError: when the declared one is not a class.

    >>> positive({"ham": 90, "spam": 10}, None), positive({"0": 1, "1": 2}, None)
    ('spam', '1')
    >>> positive({"0.0": 1, "1.0": 2}, "1"), positive({"False": 1, "True": 2}, "true")
    ('1.0', 'True')
    """
    if declared is not None:
        same = [name for name in classes if name == declared.strip()] or _equal(classes, declared)
        if len(same) != 1:
            raise UserError.of(
                "TF-CLEAN-035", f"{declared!r} is not a class of the target", "problem.positive",
                do=f"use one of {examples(classes)}",
            )  # fmt: skip
        return same[0]
    if rule is not None and truths(rule) and truths(rule)[0] in classes:
        return truths(rule)[0]
    words = [name for name in classes if name.lower() in _POSITIVE]
    return words[0] if len(words) == 1 else min(classes, key=lambda name: (classes[name], name))


def _equal(classes: Mapping[str, int], declared: str) -> list[str]:
    """Classes that are the same number, or the same truth value whatever its case."""
    if declared.lower() in ("true", "false"):
        return [name for name in classes if name.lower() == declared.lower()]
    try:
        number = float(declared)
    except ValueError:
        return []
    return [name for name in classes if re.fullmatch(PLAIN, name) and float(name) == number]


def _inferred(
    profile: Profile, values: Mapping[str, int], marks: tuple[str, ...], found: Labels, declared: ColumnRule
) -> Asked:
    classes = found.distinct
    if classes == 2:
        return Asked("binary", f"the target has two values ({examples(found.counts, 4)})", found.rule)
    if declared.kind is not None:
        return Asked("multiclass", f"the target is declared a {declared.kind} and has {classes:,} values", found.rule)
    # Numbers are never recoded, classes are.
    number = numerals.guess(values) if values and not declared.recode else None
    if number is None:
        text = f"the target has {classes:,} values that are not numbers ({_some(found.counts)})"
        return Asked("multiclass", text, found.rule)
    whole = all(value.lstrip("+-").isdigit() for value in values)
    if whole and classes <= FEW and sum(found.counts.values()) / classes >= 10:
        return Asked("multiclass", f"the target has only {classes} distinct whole numbers", found.rule)
    return Asked(
        "regression", f"the target has {classes:,} distinct numbers", declared.over(_with_marks(number.rule, marks))
    )


def _written(declared: ColumnRule) -> bool:
    """Whether somebody said that, or how, the values are numbers."""
    ways = (declared.decimal, declared.thousands, declared.affixes, declared.percent)
    return declared.kind == "number" or any(way is not None for way in ways)


def _some(values: Mapping[str, int]) -> str:
    return examples(values) + (" …" if len(values) > 3 else "")


def _with_marks(rule: Rule, marks: tuple[str, ...]) -> Rule:
    return replace(rule, missing=marks)


def _unusable(profile: Profile, code: str, got: str, do: str) -> UserError:
    return UserError.of(code, f"{profile.name!r} cannot be the target: {got}", "problem.target", do=do)
