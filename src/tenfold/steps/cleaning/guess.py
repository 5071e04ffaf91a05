"""What inference says about one column, and on what grounds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tenfold.schema import Kind, Rule


@dataclass(frozen=True)
class Guess:
    """A kind and a rule, with the reason in plain words; ``remark``: what could be meant otherwise."""

    kind: Kind
    reason: str
    rule: Rule = field(default_factory=Rule)
    remark: str = ""


def tolerable(junk: Mapping[str, int], values: Mapping[str, int]) -> bool:
    """Whether so few values do not fit that they are mistakes rather than another kind.

    At most 1 % of rows and either three distinct values or 1 % of them, in a column varied enough to judge.

    >>> tolerable({"abc": 1}, {str(number): 10 for number in range(50)})
    True
    >>> tolerable({"other": 10}, {"1": 50, "2": 50, "other": 10})
    False
    """
    if not junk:
        return True
    if len(values) < 20:
        return False
    few = len(junk) <= max(3, 0.01 * len(values))
    return few and sum(junk.values()) <= 0.01 * sum(values.values())


def examples(values: Iterable[str], count: int = 3) -> str:
    """A few values, for a sentence.

    >>> examples(["a", "b", "c", "d"])
    "'a', 'b', 'c'"
    """
    return ", ".join(repr(value if len(value) <= 30 else value[:30] + "…") for value in list(values)[:count])
