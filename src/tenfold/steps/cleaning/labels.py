"""The classes of a target as they are read: which texts mean missing, what they are recoded to, which words say yes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from tenfold.schema import Column, Rule, booleans
from tenfold.schema.reader import read_value
from tenfold.steps.cleaning import kinds, missing
from tenfold.steps.cleaning.config import ColumnRule
from tenfold.tables.profile import Profile


@dataclass(frozen=True)
class Labels:
    """The rule of a target of classes, its classes with their rows (of the values that the profile knows), and how
    many classes there are in all."""

    rule: Rule
    counts: dict[str, int]
    distinct: int


def labels(profile: Profile, declared: ColumnRule) -> Labels:
    """The classes as the declared rule and contract leave them."""
    rule = _rule(profile, declared)
    read = read_value(Column(profile.name, "category", "target", rule))
    counts: Counter[str] = Counter()
    for text, rows in profile.values.items():
        label = read(text)
        if isinstance(label, str):
            counts[label] += rows
    closed = [each for each in (truths(rule) or None, declared.contract.allowed) if each is not None]
    kept = {label: rows for label, rows in counts.items() if all(label in each for each in closed)}
    unknown = 0 if closed else profile.distinct - len(profile.values)
    return Labels(rule, kept, len(kept) + max(0, unknown))


def truths(rule: Rule) -> tuple[str, ...]:
    """The class for yes and the class for no of a target that is declared boolean; nothing for any other.

    >>> truths(Rule(true=("ja", "j"), false=("nein", "n"))), truths(Rule())
    (('ja', 'nein'), ())
    """
    return (rule.true[0].strip(), rule.false[0].strip()) if rule.true and rule.false else ()


def _rule(profile: Profile, declared: ColumnRule) -> Rule:
    boolean = declared.kind == "boolean" or bool(declared.true or declared.false)
    marks = missing.found(profile.values, "boolean" if boolean else "category")
    rule = declared.over(Rule(missing=marks))
    return _boolean(profile, rule) if boolean else rule


def _boolean(profile: Profile, rule: Rule) -> Rule:
    """A target has classes, so a boolean one is recoded to two: the first word for yes and the first one for no."""
    found = kinds.boolean(profile.name, kinds.without(profile.values, rule.missing), declared=True)
    usual = found.rule if found else Rule()
    spelt = replace(rule, true=rule.true or usual.true or ("true",), false=rule.false or usual.false or ("false",))
    yes, no = truths(spelt)
    recode = {word: yes if value else no for word, value in booleans.spellings(spelt).items()}
    return replace(spelt, recode={word: label for word, label in sorted(recode.items()) if word != label})
