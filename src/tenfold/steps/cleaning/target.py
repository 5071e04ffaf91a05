"""The target: which kind of problem it poses, its classes, and the positive one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from tenfold.core.errors import UserError
from tenfold.schema import Rule
from tenfold.schema.numbers import INFINITE, PLAIN
from tenfold.steps.cleaning import kinds, missing, numerals
from tenfold.steps.cleaning.guess import examples
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


def guess(profile: Profile, declared: Task | None) -> Asked:
    """The task, declared or by the target's values.

    Raises:
        UserError: when the target has no values, is constant, or contradicts the declared task.
    """
    typed_marks, marks = missing.found(profile.values, "number"), missing.found(profile.values, "category")
    values = kinds.without(profile.values, typed_marks)
    number = numerals.guess(values) if values else None
    if not kinds.without(profile.values, marks):
        raise _unusable(profile, "TF-CLEAN-031", "it has no value in any row", "name another target")
    if len(kinds.without(profile.values, marks)) == 1:
        raise _unusable(
            profile, "TF-CLEAN-032", f"it is constant ({examples(values or profile.values)})", "name another"
        )
    if declared == "regression" and values and all(re.fullmatch(INFINITE, value) for value in values):
        got = f"it has no finite value in any row ({examples(values)})"
        raise _unusable(profile, "TF-CLEAN-031", got, "name another target, or mend its values")
    labels = Rule(missing=marks)
    if declared is None:
        return _inferred(profile, values, number.rule if number else None, labels)
    if declared == "regression":
        if number is None:
            text = f"its values are not numbers ({examples(values)}), so it cannot be a regression"
            raise _unusable(profile, "TF-CLEAN-033", text, "set problem.task to binary or multiclass")
        return Asked("regression", "declared", _with_marks(number.rule, typed_marks))
    if declared == "binary" and len(kinds.without(profile.values, marks)) != 2:
        text = f"it has {profile.distinct - len(marks)} classes ({examples(values)} …), so it is not binary"
        raise _unusable(profile, "TF-CLEAN-034", text, "set problem.task to multiclass, or recode the target")
    return Asked(declared, "declared", labels)


def positive(classes: Mapping[str, int], declared: str | None) -> str:
    """The positive class of two: as declared, else a word for yes, else the rarer one.

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


def _inferred(profile: Profile, values: Mapping[str, int], number: Rule | None, labels: Rule) -> Asked:
    classes = profile.distinct - len(labels.missing)
    if classes == 2:
        return Asked("binary", f"the target has two values ({examples(profile.values, 4)})", labels)
    if number is None:
        return Asked("multiclass", f"the target has {classes} values that are not numbers ({examples(values)})", labels)
    whole = all(value.lstrip("+-").isdigit() for value in values)
    if whole and classes <= FEW and profile.present / classes >= 10:
        return Asked("multiclass", f"the target has only {classes} distinct whole numbers", labels)
    reason = f"the target has {classes:,} distinct numbers"
    return Asked("regression", reason, _with_marks(number, missing.found(profile.values, "number")))


def _with_marks(rule: Rule, marks: tuple[str, ...]) -> Rule:
    return replace(rule, missing=marks)


def _unusable(profile: Profile, code: str, got: str, do: str) -> UserError:
    return UserError.of(code, f"{profile.name!r} cannot be the target: {got}", "problem.target", do=do)
