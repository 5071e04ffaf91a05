"""What step 5 leaves behind: findings, and what every column looks like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from tenfold.core import files
from tenfold.core.brief import Brief
from tenfold.core.chapter import Finding
from tenfold.schema import Kind
from tenfold.statistics.distribution import Distribution


@dataclass(frozen=True)
class Bars:
    """A distribution as bars: numbers between ``edges`` (one more than ``counts``) or ``levels``, most frequent first.

    ``by_class`` holds the counts of each class of the target, where it has few.
    """

    counts: tuple[int, ...]
    edges: tuple[float, ...] = ()
    levels: tuple[str, ...] = ()
    by_class: Mapping[str, tuple[int, ...]] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class ColumnSummary:
    """One column of the training rows. Shares are 0 to 1.

    ``score``: how well it predicts the target alone, out of fold (2·AUC − 1 or R², 0 to 1; None for text).
    ``explained_entropy``: share of the target's entropy that it explains (None for text). ``missing_score``: as
    ``score``, of whether the value is missing. ``distribution`` and ``outliers`` (share beyond three interquartile
    ranges) are for numbers and dates; ``words`` (tokens per row, mean) for text.
    """

    name: str
    kind: Kind
    missing: float
    distinct: int
    bars: Bars
    score: float | None = None
    explained_entropy: float | None = None
    missing_score: float = 0.0
    distribution: Distribution | None = None
    outliers: float = 0.0
    words: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready; by hand, for there may be thousands."""
        distribution = None if self.distribution is None else dict(vars(self.distribution))
        return {**vars(self), "bars": dict(vars(self.bars)), "distribution": distribution}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        bars, distribution = data["bars"], data["distribution"]
        lists = {key: tuple(bars[key]) for key in ("counts", "edges", "levels")}
        by_class = {label: tuple(counts) for label, counts in bars["by_class"].items()}
        rest = {key: value for key, value in data.items() if key not in ("bars", "distribution")}
        return cls(
            **rest,
            bars=Bars(**lists, by_class=by_class),
            distribution=None if distribution is None else Distribution(**distribution),
        )


@dataclass(frozen=True)
class Correlation:
    """Two columns that move together: Spearman's coefficient for numbers, Cramér's V for categories."""

    one: str
    other: str
    value: float


@dataclass(frozen=True)
class TargetSummary:
    """The target in the training rows."""

    name: str
    task: str
    bars: Bars
    distribution: Distribution | None = None


@dataclass(frozen=True, repr=False)
class Findings(Brief):
    """Step 5's value. ``rows`` were looked at, out of ``rows_train``."""

    findings: tuple[Finding, ...]
    columns: tuple[ColumnSummary, ...]
    target: TargetSummary
    correlations: tuple[Correlation, ...]
    rows: int
    rows_train: int

    def __getitem__(self, name: str) -> ColumnSummary:
        return self._by_name[name]

    @cached_property
    def _by_name(self) -> Mapping[str, ColumnSummary]:
        return {column.name: column for column in self.columns}

    def save(self, folder: Path) -> None:
        columns = [each.to_dict() for each in self.columns]
        rest = replace(self, columns=())
        files.write_json(folder / "findings.json", asdict(rest) | {"columns": columns})

    @classmethod
    def load(cls, folder: Path) -> Self:
        data = files.read_json(folder / "findings.json")
        target = data["target"]
        like_column = ColumnSummary.from_dict(
            {"name": "", "kind": "number", "missing": 0.0, "distinct": 0}
            | {key: target[key] for key in ("bars", "distribution")}
        )
        return cls(
            tuple(Finding(**each) for each in data["findings"]),
            tuple(ColumnSummary.from_dict(each) for each in data["columns"]),
            TargetSummary(target["name"], target["task"], like_column.bars, like_column.distribution),
            tuple(Correlation(**each) for each in data["correlations"]),
            data["rows"],
            data["rows_train"],
        )
