"""What a report is made of, before it is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from tenfold.core.chapter import Chapter, Finding

#: The ten steps in order, with the names a reader sees.
STEPS: Mapping[str, str] = {
    "problem": "Problem",
    "data": "Data",
    "cleaning": "Cleaning",
    "splitting": "Splitting",
    "exploration": "Exploration",
    "features": "Features",
    "modeling": "Modeling",
    "tuning": "Tuning",
    "validation": "Validation",
    "release": "Release",
}
SEVERITIES = ("problem", "warning", "note")


@dataclass(frozen=True)
class Verdict:
    """The answer of a run in one line.

    ``state``: ``released``, ``refused`` (a gate or a proof failed), ``unreleased`` (validated, not released),
    ``out-of-fold`` (steps 1-8 only: the test rows are still sealed), or ``partial`` (stopped early).
    """

    state: Literal["released", "refused", "unreleased", "out-of-fold", "partial"]
    headline: str
    sentence: str = ""


@dataclass(frozen=True)
class Measure:
    """A number that matters, with its interval and its gate.

    ``value`` is None where it cannot be told; ``low`` and ``high`` are the ends of the 95 % interval; ``gate`` is the
    rule in words ("at least 0.83"), ``holds`` whether it is kept (``None``: no gate), ``accepted`` why it need not be.
    """

    name: str
    value: float | None
    low: float | None = None
    high: float | None = None
    gate: str = ""
    holds: bool | None = None
    unit: str = ""
    note: str = ""
    accepted: str = ""

    @property
    def promise(self) -> str:
        """The gate in words, and why the model was released although it fails."""
        return f"{self.gate}; accepted: {self.accepted}" if self.accepted else self.gate


@dataclass(frozen=True)
class Report:
    """A run as its reader meets it: verdict first, then the numbers, what to know, and ten chapters.

    ``facts`` describe the run itself (identity, time, versions); ``seconds`` maps steps to the time they took
    (0 for a cached one); ``commands`` are the next things to type.

    >>> report = Report("telco-churn", Verdict("out-of-fold", "Not released yet"), chapters=())
    >>> report.findings
    ()
    """

    title: str
    verdict: Verdict
    subtitle: str = ""
    summary: tuple[tuple[str, str], ...] = ()
    measures: tuple[Measure, ...] = ()
    chapters: tuple[Chapter, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    commands: tuple[str, ...] = ()
    seconds: Mapping[str, float] = field(default_factory=dict, hash=False)

    @property
    def findings(self) -> tuple[tuple[str, Finding], ...]:
        """Every finding with its step: problems first, then warnings, then notes; in the order of the steps."""
        found = [(chapter.step, each) for chapter in self.chapters for each in chapter.findings]
        return tuple(sorted(found, key=lambda pair: SEVERITIES.index(pair[1].severity)))
