"""Inference: a raw table's profiles and the user's declarations become a schema, with a reason per column."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from tenfold.core import units
from tenfold.core.chapter import Finding
from tenfold.core.errors import Problem, UserError, did_you_mean, raise_all
from tenfold.schema import Column, Role, Rule, Schema
from tenfold.schema.finish import NUMBER_KINDS
from tenfold.steps.cleaning import dates, kinds, roles
from tenfold.steps.cleaning import target as target_kind
from tenfold.steps.cleaning.config import Cleaning, ColumnRule, Contract
from tenfold.steps.cleaning.guess import Guess, examples
from tenfold.steps.cleaning.oddities import oddities
from tenfold.steps.problem.config import Problem as Question
from tenfold.tables.profile import Profile

#: For docs/errors.md: code → (what it means, what to do, what it ends with where the call does not tell).
CODES = {
    "TF-CLEAN-030": (
        "the target is not a column of the table",
        "correct problem.target; the message names the nearest column",
        "2",
    ),
    "TF-CLEAN-040": (
        "a column named in the workflow file is not in the table",
        "correct the name, or remove the key; the message names the nearest column",
        "2",
    ),
    "TF-CLEAN-041": (
        "a column other than `problem.target` has the role target",
        "use problem.target",
    ),
    "TF-CLEAN-042": (
        "several columns have the role key",
        "keep one as key, the others as ignored",
    ),
    "TF-CLEAN-044": (
        "whether the day or the month comes first in a column's dates cannot be told, or both occur",
        "say which it is: cleaning.columns.COLUMN: {kind: date, formats: [...]}; the message has the formats",
    ),
    "TF-CLEAN-046": (
        "a contract has `min` or `max`, but its column is read as words",
        "remove them, or declare the column's kind (for the target, the task)",
    ),
    "TF-CLEAN-047": (
        "several columns have the role weight",
        "make one of them (`data.combine`)",
    ),
    "TF-CLEAN-048": (
        "a column with the role weight is declared to be something else than a number",
        "leave the kind out, or take away the role",
    ),
    "TF-CLEAN-050": (
        "several columns have the role group",
        "keep one as group, or make one column of them (`data.combine`)",
    ),
}

#: The key under which the rule of a column stands.
COLUMNS = "cleaning.columns."


@dataclass(frozen=True)
class Inferred:
    """The schema, why each column is what it is, and the kind of problem the target poses."""

    schema: Schema
    reasons: Mapping[str, str]
    asked: target_kind.Asked
    left_out: Mapping[str, str]  # column → why it was given a role other than feature
    gaps: Mapping[str, int]  # column → rows without a value
    odd: tuple[Finding, ...] = ()  # what is not read quite as it is written


def infer(
    config: Cleaning, question: Question, names: Sequence[str], profiles: Iterable[Profile],
    watched: Collection[str] = (),
) -> Inferred:  # fmt: skip
    """The schema of a table of these columns, profiled in the same order. Each profile is looked at once and let go.

    ``watched``: columns whose groups validation compares; where no model sees them, their values are kept for it.

    Raises:
        UserError: for names that are not in the table, an unusable target, ambiguous dates: all at once.
    """
    _check_names(config, question, names, watched)
    found = _Found(names, config, question.target, watched)
    for profile in profiles:
        if profile.name == question.target:
            found.target(target_kind.guess(profile, question.task, config.rule(profile.name)), profile)
        else:
            found.other(profile)
    raise_all(found.problems)
    assert found.asked is not None
    schema = Schema(tuple(found.columns))
    return Inferred(schema, found.reasons, found.asked, found.left_out, found.gaps, tuple(found.odd))


class _Found:
    """What the columns looked at so far are, and what is wrong with them."""

    def __init__(self, names: Sequence[str], config: Cleaning, target: str, watched: Collection[str]) -> None:
        self.config, self.name, self.watched = config, target, watched
        self.columns: list[Column] = []
        self.reasons: dict[str, str] = {}
        self.left_out: dict[str, str] = {}
        self.gaps: dict[str, int] = {}
        self.odd: list[Finding] = []
        self.problems: list[Problem] = []
        self.asked: target_kind.Asked | None = None
        others = {*names} - {target}
        again = any(pinned(rule) for name, rule in config.columns.items() if name in others)
        self.has_key = "key" in config.roles.values() or again  # else the first that is guessed to be one

    def target(self, asked: target_kind.Asked, profile: Profile) -> None:
        self.asked = asked
        self._add(_target_column(self.name, asked), profile)
        self.reasons[self.name] = asked.reason

    def other(self, profile: Profile) -> None:
        name = profile.name
        guess = _tried(self.config, profile, self.problems)
        if guess is None:
            return
        role = _role(self.config, profile, guess, self.has_key)
        self.has_key = self.has_key or role.role == "key"
        if role.role == "ignored" and name in self.watched:
            role = replace(role, role="audit")
        self._add(_column(profile, self.config, guess, role.role), profile)
        self.reasons[name] = role.reason or guess.reason
        if role.reason and name not in self.config.roles:
            self.left_out[name] = role.reason

    def _add(self, column: Column, profile: Profile) -> None:
        self.columns.append(column)
        self.gaps[column.name] = _gaps(profile, column.rule)
        self.odd += oddities(
            column, profile, declared=column.name in self.config.roles, grouped="group" in self.config.roles.values()
        )
        self.problems += _pointless(column, self.config.rule(column.name).contract)


def pinned(rule: ColumnRule) -> bool:
    """Whether nothing about a column is left to infer, as after a run that wrote ``resolved.yaml``."""
    return rule.kind is not None and rule.optional is not None and rule.missing is not None


def _check_names(config: Cleaning, question: Question, names: Sequence[str], watched: Collection[str]) -> None:
    known = dict.fromkeys(names)
    keys = [("problem.target", question.target, "TF-CLEAN-030")]
    keys += [(f"cleaning.roles.{name}", name, "TF-CLEAN-040") for name in config.roles]
    keys += [(f"cleaning.columns.{name}", name, "TF-CLEAN-040") for name in config.columns]
    keys += [("problem.fairness.sensitive", name, "TF-CLEAN-040") for name in watched]
    problems = [
        Problem(code, f"{name!r} is not a column of the table", where, do=_nearest(name, names))
        for where, name, code in keys
        if name not in known
    ]
    targets = [name for name, role in config.roles.items() if role == "target" and name != question.target]
    problems += [
        Problem("TF-CLEAN-041", f"{name!r} has the role target", f"cleaning.roles.{name}", do="use problem.target")
        for name in targets
    ]
    problems += _several(config)
    problems += [
        Problem("TF-CLEAN-048", f"{name!r} is a weight, and its kind is {kind}", f"cleaning.columns.{name}.kind",
                expected="a number", do="leave the kind out, or take away the role")
        for name in _with_role(config, "weight")
        if (kind := config.rule(name).kind) not in (None, "number")
    ]  # fmt: skip
    raise_all(problems)


def _with_role(config: Cleaning, role: Role) -> list[str]:
    return [name for name, each in config.roles.items() if each == role]


def _several(config: Cleaning) -> list[Problem]:
    """Roles that one column alone can have, and that several were given."""
    keys, groups, weights = (_with_role(config, role) for role in ("key", "group", "weight"))
    where, problems = "cleaning.roles", []
    if len(keys) > 1:
        got = f"{len(keys)} columns are keys ({examples(keys)})"
        problems.append(Problem("TF-CLEAN-042", got, where, do="keep one as key, the others as ignored"))
    if len(groups) > 1:
        got = f"{len(groups)} columns are groups ({examples(groups)})"
        do = "keep one as group, or make one column of them (`data.combine`)"
        problems.append(Problem("TF-CLEAN-050", got, where, "one group for each row", do))
    if len(weights) > 1:
        got = f"{len(weights)} columns are weights ({examples(weights)})"
        problems.append(
            Problem("TF-CLEAN-047", got, where, "one weight for each row", "make one of them (`data.combine`)")
        )
    return problems


def _nearest(name: str, names: Sequence[str]) -> str:
    """The nearest name; where step 2 found no header and counted the columns, that this may be a mistake."""
    counted = all(each == f"c{place}" for place, each in enumerate(names, start=1))
    remedy = did_you_mean(name, names)
    return f"{remedy}; if the first row holds the names, say `header: true` for its source" if counted else remedy


def _target_column(name: str, asked: target_kind.Asked) -> Column:
    return Column(name, "number" if asked.task == "regression" else "category", "target", asked.rule)


def _tried(config: Cleaning, profile: Profile, problems: list[Problem]) -> Guess | None:
    """What a column is, or ``None`` and one more problem."""
    name, declared = profile.name, config.rule(profile.name)
    if declared.kind is None and not config.infer:
        where, do = f"cleaning.columns.{name}", "declare it, or set cleaning.infer to true"
        problems.append(Problem("TF-CLEAN-043", "it has no declared kind and inference is off", where, do=do))
        return None
    try:
        return _guess(profile, declared, config.roles.get(name))
    except dates.AmbiguousDates as ambiguous:
        problems.append(_ambiguous(profile, ambiguous))
    except UserError as error:
        problems += [replace(each, where=f"cleaning.columns.{name}") for each in error.problems]
    return None


def _guess(profile: Profile, declared: ColumnRule, role: Role | None) -> Guess:
    if pinned(declared):
        assert declared.kind is not None
        return Guess(declared.kind, "pinned", declared.over(Rule()))
    if role in ("ignored", "audit", "key", "group") and declared.kind is None:
        return _unread(profile, role)
    if role == "weight":
        found = kinds.of_kind(profile, "number")
    elif declared.kind is not None:
        whole = declared.kind != "date" or declared.formats is None
        found = kinds.of_kind(profile, declared.kind) if whole else Guess("date", "declared")
    else:
        found = kinds.guess(profile)
    return Guess(found.kind, found.reason, declared.over(found.rule))


def _unread(profile: Profile, role: Role) -> Guess:
    """A column that no model sees needs no exact kind, and its dates need not be understood."""
    try:
        found = kinds.guess(profile)
    except dates.AmbiguousDates:
        found = Guess("category", "")
    return Guess(found.kind if role in ("ignored", "audit") else "category", f"declared {role}", found.rule)


def _role(config: Cleaning, profile: Profile, found: Guess, has_key: bool) -> roles.RoleGuess:
    """The declared role, or a guessed one."""
    name = profile.name
    if name in config.roles:
        return roles.RoleGuess(config.roles[name])
    if pinned(config.rule(name)) or not config.infer:
        return roles.RoleGuess()
    role = roles.guess(profile, found)
    return roles.RoleGuess("ignored", role.reason) if role.role == "key" and has_key else role


def _column(profile: Profile, config: Cleaning, found: Guess, role: Role) -> Column:
    declared = config.rule(profile.name)
    optional = _gaps(profile, found.rule) > 0 if declared.optional is None else declared.optional
    return Column(profile.name, found.kind, role, found.rule, optional)


def _gaps(profile: Profile, rule: Rule) -> int:
    """Rows without a value."""
    marked = sum(profile.values.get(mark.strip(), 0) for mark in rule.missing)
    return profile.rows - profile.present + marked


def _pointless(column: Column, contract: Contract) -> list[Problem]:
    """Bounds that nothing can be compared with, for the column is read as words."""
    bounds = [name for name in ("min", "max") if getattr(contract, name) is not None]
    if column.kind in NUMBER_KINDS or not bounds:
        return []
    return [
        Problem(
            "TF-CLEAN-046", f"its contract has {' and '.join(bounds)}, but its kind is {column.kind}",
            f"cleaning.columns.{column.name}.contract", expected="bounds of a number or a date only",
            do="remove them, or declare its kind" + (" or the task" if column.role == "target" else ""),
        )
    ]  # fmt: skip


def _ambiguous(profile: Profile, found: dates.AmbiguousDates) -> Problem:
    rows = [f"{value!r} ({units.count(profile.values[value], 'row')})" for value in found.values[:3]]
    choice = " or ".join(f"formats: [{form!r}]" for form in found.formats)
    return Problem(
        "TF-CLEAN-044", f"{found.why}, as in {', '.join(rows)}", f"column {profile.name!r}",
        expected="dates that one format reads", do=f"set cleaning.columns.{profile.name}: {{kind: date, {choice}}}",
        choices=tuple({f"{COLUMNS}{profile.name}": {"kind": "date", "formats": [each]}} for each in found.formats),
    )  # fmt: skip
