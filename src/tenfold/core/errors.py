"""Errors that say what was got, what was expected and what to do, with a stable code.

>>> problem = Problem("TF-DATA-003", "2 columns are both named 'age'", "customers.csv, line 1",
...                   do="rename one of them")
>>> print(problem)
TF-DATA-003  customers.csv, line 1: 2 columns are both named 'age'. To do: rename one of them.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import IntEnum
from typing import Any, Self


class ExitStatus(IntEnum):
    """What the command line returns to its caller."""

    OK = 0
    GATE_FAILED = 1
    USER_MISTAKE = 2
    OUR_FAULT = 3


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, and its remedy.

    ``code`` is stable (``TF-<AREA>-<number>``, listed in ``docs/errors.md``); ``where`` names the file,
    the line or row, and the column or key. ``choices``: where the user has to decide between a few settings of the
    workflow file, each of them as dotted keys with their values; any one settles it.
    """

    code: str
    got: str
    where: str = ""
    expected: str = ""
    do: str = ""
    choices: tuple[Mapping[str, Any], ...] = field(default=(), compare=False)

    def __str__(self) -> str:
        parts = [f"{self.where}: {self.got}" if self.where else self.got]
        parts += [f"Expected: {self.expected}"] if self.expected else []
        parts += [f"To do: {self.do}"] if self.do else []
        sentences = [part if part.endswith((".", "?", "!")) else f"{part}." for part in parts]
        return f"{self.code}  {' '.join(sentences)}"

    def to_dict(self) -> dict[str, str]:
        return {key: str(value) for key, value in asdict(self).items() if key != "choices"}


class TenfoldError(Exception):
    """The base of every error raised on purpose; carries all the problems found, not just the first."""

    exit_status = ExitStatus.OUR_FAULT

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))

    @classmethod
    def of(cls, code: str, got: str, where: str = "", *, expected: str = "", do: str = "") -> Self:
        """An error with a single problem."""
        return cls(Problem(code, got, where, expected, do))

    def __reduce__(self) -> tuple[type[TenfoldError], tuple[Problem, ...]]:
        return type(self), self.problems  # so that it survives the way back from a trial's process


class UserError(TenfoldError):
    """The user's mistake: wrong file, wrong key, unusable data. Shown without a traceback."""

    exit_status = ExitStatus.USER_MISTAKE


class Fault(TenfoldError):
    """A promise of ours was broken (rows lost, a proof that fails after it passed)."""


def raise_all(problems: Iterable[Problem]) -> None:
    """Raise one :class:`UserError` with every problem, or nothing when there is none."""
    found = tuple(problems)
    if found:
        raise UserError(*found)


def did_you_mean(name: str, known: Sequence[str]) -> str:
    """The remedy for a misspelt name.

    >>> did_you_mean("agee", ["Age", "job"])
    "did you mean 'Age'?"
    >>> did_you_mean("zzz", ["Age", "job"])
    "use one of 'Age', 'job'"
    >>> did_you_mean("zzz", [])
    'remove it'
    """
    if not known:
        return "remove it"
    folded = {each.casefold(): each for each in known}
    near = difflib.get_close_matches(name.casefold(), folded, n=1, cutoff=0.6)
    if near:
        return f"did you mean {folded[near[0]]!r}?"
    shown = ", ".join(repr(each) for each in list(known)[:12])
    return f"use one of {shown}" + (f" … ({len(known)} in all)" if len(known) > 12 else "")
