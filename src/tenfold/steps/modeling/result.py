"""What step 7 leaves behind: a trial per candidate, judged on the same rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Self

from tenfold.core import files
from tenfold.core.brief import Brief
from tenfold.learning.folds import Design
from tenfold.learning.search.pace import Pace
from tenfold.learning.trials.bench import HANDED_ON
from tenfold.learning.trials.trial import Trial


@dataclass(frozen=True)
class Standing:
    """One line of the leaderboard. ``metrics``: out-of-fold, by name; ``fit``: over- or underfitting in words."""

    number: int
    name: str
    metrics: Mapping[str, float | None] = field(hash=False)
    outcome: str
    reason: str = ""
    spread: float | None = None
    train_score: float | None = None
    fit: str = ""
    seconds: float = 0.0
    peak_bytes: int = 0
    latency_ms: float | None = None
    size_bytes: int = 0


@dataclass(frozen=True)
class CurvePoint:
    """A score when learning from fewer rows."""

    rows: int
    score: float


@dataclass(frozen=True, repr=False)
class Modeled(Brief):
    """Trials (the dummy is number 0) and how they were judged.

    ``splits``: the folds that every finished trial was judged on; ``seconds_per_fold``: the limit on one boosting,
    None for none; ``leaderboard``: the best first; ``pace``: how fast boosting went here. ``bench``: the folder of the
    bench, if it is still there, for the next step to go on with. ``left_out``: candidates that did not compete, and
    why; ``passed_over``: those for which there was no time, or no library. ``weighted``: the column that says how much
    a row counts, if there is one.
    """

    trials: tuple[Trial, ...]
    design: Design
    splits: tuple[int, ...]
    leaderboard: tuple[Standing, ...]
    seconds_per_fold: float | None = None
    curve: tuple[CurvePoint, ...] = ()
    rows: int = 0
    folds: int = 0
    pace: Pace = field(default_factory=Pace, compare=False)
    bench: Path | None = field(default=None, compare=False)
    left_out: Mapping[str, str] = field(default_factory=dict, hash=False)
    weighted: str = ""
    passed_over: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def finished(self) -> tuple[Trial, ...]:
        """The trials that have out-of-fold predictions."""
        return tuple(trial for trial in self.trials if trial.out_of_fold is not None)

    def save(self, folder: Path) -> None:
        files.write_json(
            folder / "modeled.json",
            {
                "trials": [trial.save(folder) for trial in self.trials],
                "design": asdict(self.design),
                "splits": list(self.splits),
                "leaderboard": [asdict(each) for each in self.leaderboard],
                "seconds_per_fold": self.seconds_per_fold,
                "curve": [asdict(each) for each in self.curve],
                "rows": self.rows,
                "folds": self.folds,
                "pace": dict(self.pace.seconds),
                "left_out": dict(self.left_out),
                "weighted": self.weighted,
                "passed_over": dict(self.passed_over),
            },
        )

    @classmethod
    def load(cls, folder: Path) -> Self:
        data = files.read_json(folder / "modeled.json")
        return cls(
            tuple(Trial.load(folder, each) for each in data["trials"]),
            Design(**data["design"]),
            tuple(data["splits"]),
            tuple(Standing(**each) for each in data["leaderboard"]),
            data["seconds_per_fold"],
            tuple(CurvePoint(**each) for each in data["curve"]),
            data["rows"],
            data["folds"],
            Pace(data["pace"]),
            folder / HANDED_ON,
            data["left_out"],
            data["weighted"],
            data["passed_over"],
        )
