"""Inference: a raw table's profiles and the user's declarations become a schema, with a reason per column."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, replace

from tenfold.core.errors import Problem, UserError, did_you_mean, raise_all
from tenfold.schema import Column, Role, Rule, Schema
from tenfold.steps.cleaning import dates, kinds, roles, target
from tenfold.steps.cleaning.config import Cleaning, ColumnRule
from tenfold.steps.cleaning.guess import Guess, examples
from tenfold.steps.problem.config import Problem as Question
from tenfold.tables.profile import Profile

_RULE_FIELDS = tuple(field.name for field in fields(Rule))


@dataclass(frozen=True)
class Inferred:
    """The schema, why each column is what it is, and the kind of problem the target poses."""

    schema: Schema
    reasons: Mapping[str, str]
    asked: target.Asked
    left_out: Mapping[str, str]  # column → why it was given a role other than feature
    gaps: Mapping[str, int]  # column → rows without a value
    remarks: Mapping[str, str]  # feature → what its values could mean otherwise


def infer(
    config: Cleaning, question: Question, profiles: Mapping[str, Profile], watched: Collection[str] = ()
) -> Inferred:
    """The schema of a table whose columns are profiled (in file order).

    ``watched``: columns whose groups validation compares; where no model sees them, their values are kept for it.

    Raises:
        UserError: for names that are not in the table, an unusable target, ambiguous dates: all at once.
    """
    _check_names(config, question, list(profiles), watched)
    asked = _asked(config, question, profiles[question.target])
    others = {name: profile for name, profile in profiles.items() if name != question.target}
    guesses = _guesses(config, others)
    given = _kept(_roles(config, others, guesses), watched)
    columns, reasons = [], {}
    for name, profile in profiles.items():
        if name == question.target:
            columns.append(_target_column(name, asked))
            reasons[name] = asked.reason
            continue
        columns.append(_column(profile, config, guesses[name], given[name].role))
        reasons[name] = given[name].reason or guesses[name].reason
    left_out = {name: role.reason for name, role in given.items() if role.reason and name not in config.roles}
    gaps = {column.name: _gaps(profiles[column.name], column.rule) for column in columns}
    schema = Schema(tuple(columns))
    remarks = {each.name: guesses[each.name].remark for each in schema.features if guesses[each.name].remark}
    return Inferred(schema, reasons, asked, left_out, gaps, remarks)


def pinned(rule: ColumnRule) -> bool:
    """Whether nothing about a column is left to infer, as after a run that wrote ``resolved.yaml``."""
    return rule.kind is not None and rule.optional is not None and rule.missing is not None


def _check_names(config: Cleaning, question: Question, known: list[str], watched: Collection[str]) -> None:
    keys = [("problem.target", question.target, "TF-CLEAN-030")]
    keys += [(f"cleaning.roles.{name}", name, "TF-CLEAN-040") for name in config.roles]
    keys += [(f"cleaning.columns.{name}", name, "TF-CLEAN-040") for name in config.columns]
    keys += [("problem.fairness.sensitive", name, "TF-CLEAN-040") for name in watched]
    problems = [
        Problem(code, f"{name!r} is not a column of the table", where, do=did_you_mean(name, known))
        for where, name, code in keys
        if name not in known
    ]
    targets = [name for name, role in config.roles.items() if role == "target" and name != question.target]
    several = [name for name, role in config.roles.items() if role == "key"]
    problems += [
        Problem("TF-CLEAN-041", f"{name!r} has the role target", f"cleaning.roles.{name}", do="use problem.target")
        for name in targets
    ]
    if len(several) > 1:
        got = f"{len(several)} columns are keys ({examples(several)})"
        problems.append(Problem("TF-CLEAN-042", got, "cleaning.roles", do="keep one as key, the others as ignored"))
    raise_all(problems)


def _asked(config: Cleaning, question: Question, profile: Profile) -> target.Asked:
    declared = config.rule(question.target)
    asked = target.guess(profile, question.task)
    return replace(asked, rule=_merged(asked.rule, declared))


def _target_column(name: str, asked: target.Asked) -> Column:
    return Column(name, "number" if asked.task == "regression" else "category", "target", asked.rule)


def _guesses(config: Cleaning, profiles: Mapping[str, Profile]) -> dict[str, Guess]:
    guesses: dict[str, Guess] = {}
    problems: list[Problem] = []
    for name, profile in profiles.items():
        declared = config.rule(name)
        if declared.kind is None and not config.infer:
            where, do = f"cleaning.columns.{name}", "declare it, or set cleaning.infer to true"
            problems.append(Problem("TF-CLEAN-043", "it has no declared kind and inference is off", where, do=do))
            continue
        try:
            guesses[name] = _guess(profile, declared, config.roles.get(name))
        except dates.AmbiguousDates as ambiguous:
            problems.append(_ambiguous(profile, ambiguous))
        except UserError as error:
            problems += [replace(each, where=f"cleaning.columns.{name}") for each in error.problems]
    raise_all(problems)
    return guesses


def _guess(profile: Profile, declared: ColumnRule, role: Role | None) -> Guess:
    if pinned(declared):
        assert declared.kind is not None
        return Guess(declared.kind, "pinned", _merged(Rule(), declared))
    if role in ("ignored", "audit", "key", "group") and declared.kind is None:
        return _unread(profile, role)
    if declared.kind is not None:
        whole = declared.kind != "date" or declared.formats is None
        found = kinds.of_kind(profile, declared.kind) if whole else Guess("date", "declared")
    else:
        found = kinds.guess(profile)
    return replace(found, rule=_merged(found.rule, declared))


def _unread(profile: Profile, role: Role) -> Guess:
    """A column that no model sees needs no exact kind, and its dates need not be understood."""
    try:
        found = kinds.guess(profile)
    except dates.AmbiguousDates:
        found = Guess("category", "")
    return Guess(found.kind if role in ("ignored", "audit") else "category", f"declared {role}", found.rule)


def _merged(rule: Rule, declared: ColumnRule) -> Rule:
    """What the user declares wins, field by field."""
    given = {name: getattr(declared, name) for name in _RULE_FIELDS if getattr(declared, name) is not None}
    return replace(rule, **given)


def _roles(
    config: Cleaning, profiles: Mapping[str, Profile], guesses: Mapping[str, Guess]
) -> dict[str, roles.RoleGuess]:
    """Declared roles, and guessed ones; the first guessed key is the key, unless one is declared."""
    given: dict[str, roles.RoleGuess] = {}
    has_key = "key" in config.roles.values() or any(pinned(config.rule(name)) for name in profiles)
    for name, profile in profiles.items():
        if name in config.roles:
            given[name] = roles.RoleGuess(config.roles[name])
        elif pinned(config.rule(name)) or not config.infer:
            given[name] = roles.RoleGuess()
        else:
            found = roles.guess(profile, guesses[name])
            if found.role == "key" and has_key:
                found = roles.RoleGuess("ignored", found.reason)
            has_key = has_key or found.role == "key"
            given[name] = found
    return given


def _kept(given: Mapping[str, roles.RoleGuess], watched: Collection[str]) -> dict[str, roles.RoleGuess]:
    """Roles, in which a watched column that no model sees is kept for validation."""
    audited = {name: replace(role, role="audit") for name, role in given.items() if role.role == "ignored"}
    return {name: audited.get(name, role) if name in watched else role for name, role in given.items()}


def _column(profile: Profile, config: Cleaning, found: Guess, role: Role) -> Column:
    declared = config.rule(profile.name)
    optional = _gaps(profile, found.rule) > 0 if declared.optional is None else declared.optional
    return Column(profile.name, found.kind, role, found.rule, optional)


def _gaps(profile: Profile, rule: Rule) -> int:
    """Rows without a value."""
    marked = sum(profile.values.get(mark.strip(), 0) for mark in rule.missing)
    return profile.rows - profile.present + marked


def _ambiguous(profile: Profile, found: dates.AmbiguousDates) -> Problem:
    rows = [f"{value!r} ({profile.values[value]} rows)" for value in found.values[:3]]
    choice = " or ".join(f"formats: [{form!r}]" for form in found.formats)
    return Problem(
        "TF-CLEAN-044", f"{found.why}, as in {', '.join(rows)}", f"column {profile.name!r}",
        expected="dates that one format reads", do=f"set cleaning.columns.{profile.name}: {{kind: date, {choice}}}",
    )  # fmt: skip
