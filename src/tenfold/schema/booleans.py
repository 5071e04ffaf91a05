"""Booleans: the spellings of yes and no, and the native ones."""

from __future__ import annotations

from tenfold.schema import text
from tenfold.schema.columns import Rule
from tenfold.schema.trouble import UNREADABLE_BOOLEAN, Read, Trouble, shown


def spellings(rule: Rule) -> dict[str, float]:
    """Every text that is read, with its value: the rule's own words in their usual cases, then ``true`` / ``false``.

    Cases are spelt out rather than folded, because engines fold Unicode differently.

    >>> sorted(spellings(Rule(true=("J",), false=("N",))))
    ['FALSE', 'False', 'J', 'N', 'TRUE', 'True', 'false', 'j', 'n', 'true']
    """
    known: dict[str, float] = {}
    for words, value in ((rule.true, 1.0), (rule.false, 0.0)):
        known.update({word.strip(): value for word in words})
    for words, value in (((*rule.true, "true"), 1.0), ((*rule.false, "false"), 0.0)):
        for word in (each.strip() for each in words):
            for case in (word.lower(), word.upper(), word.capitalize()):
                known.setdefault(case, value)
    return known


def reader(rule: Rule) -> Read:
    """Reads one raw value as 1.0 or 0.0."""
    known = spellings(rule)
    words = ", ".join(sorted({*rule.true, *rule.false} or {"true", "false"}))

    def of_text(stripped: str) -> float | Trouble:
        value = known.get(stripped)
        return Trouble(UNREADABLE_BOOLEAN, f"{shown(stripped)} is none of {words}") if value is None else value

    return text.reader(rule, of_text)
