"""The plan of a search as it was carried out: what ran, what it promised and what came of it, and what was skipped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from tenfold.core.units import finite
from tenfold.learning.trials.trial import Trial

#: Where a configuration comes from: a candidate's own defaults, the portfolio, the search; ``user`` said so.
Source = Literal["default", "portfolio", "search"]


@dataclass(frozen=True)
class Entry:
    """One configuration that was run, or could have been.

    ``gain`` and ``added``: what it was expected to add to the ensemble and what it did, as shares of the way from the
    dummy to the best trial; ``expected`` and ``seconds``: what it was expected to take and took. None: not known.
    """

    name: str
    source: Source
    outcome: str
    why: str
    gain: float | None = None
    expected: float | None = None
    added: float | None = None
    seconds: float | None = None
    folds: int = 0
    score: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready; what is not known is None."""
        return {name: finite(value) if isinstance(value, float) else value for name, value in asdict(self).items()}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Entry:
        return cls(**data)


def entry(trial: Trial, source: Source, why: str, **known: float | None) -> Entry:
    """The line of a trial; ``known``: what was expected of it and what it added."""
    folds = len(trial.fold_scores)
    said = f"{why}; {trial.reason}" if trial.reason else why
    made = Entry(
        trial.name, source, trial.outcome, said, seconds=trial.seconds, folds=folds, score=finite(trial.score)
    )  # fmt: skip
    return replace(made, **known)  # type: ignore[arg-type]


def skipped(name: str, source: Source, why: str, **known: float | None) -> Entry:
    """The line of what was not run."""
    return replace(Entry(name, source, "skipped", why), **known)  # type: ignore[arg-type]
