"""What step 4 leaves behind: the training rows with their folds, and the whereabouts of the sealed ones."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Literal, Self

from tenfold.core import files
from tenfold.core.brief import Brief

#: Training rows, and rows that are too near before the test rows to be among them.
TRAIN, BETWEEN = "train.parquet", "gap.parquet"
TOO_FEW: Final = "none: too few rows"
Seal = Literal["sealed", "own test file", "none: too few rows", "none: test is 0"]


@dataclass(frozen=True)
class Overlap:
    """Test rows that also stand in the training part, in some sense; counts of rows."""

    exact: int = 0  # equal in every raw column but the key
    near: int = 0  # equal once numbers are rounded to 2 digits and text is reduced to letters and digits, beyond chance
    groups: int = 0  # share a value of the group column


@dataclass(frozen=True)
class Spacing:
    """What a gap does to one fold; counts of rows. ``left_out``: they come before the fold, and are too near to it."""

    judged: int
    learned: int
    left_out: int


@dataclass(frozen=True)
class Assignment:
    """Who is tested, in one table's content: ``__key, part`` rows in a Parquet file."""

    path: Path
    seal: Seal
    content: str  # SHA-256 of the file; empty when nothing is sealed


@dataclass(frozen=True, repr=False)
class Parts(Brief):
    """Training rows (``train.parquet``, with ``__fold``) and what is known of the sealed ones.

    ``repeated``: training rows that say what an earlier one says, key aside. ``gap``: as it was written; with one,
    ``rows_gap`` rows lie nearer than it before the test rows and are in neither part, ``spacing`` says what it does to
    each fold, and ``unused`` training rows are too near to every fold and judged by none (the final model learns from
    them).
    """

    train: Path
    strategy: str
    by: tuple[str, ...]
    folds: int
    time_ordered: bool
    seal: Seal
    test_set: str
    rows_train: int
    rows_test: int
    overlap: Overlap
    repeated: int = 0
    gap: str = ""
    rows_gap: int = 0
    spacing: tuple[Spacing, ...] = ()
    unused: int = 0

    @property
    def between(self) -> Path | None:
        """The rows that are in neither part for the gap's sake, where there are any."""
        return self.train.with_name(BETWEEN) if self.rows_gap else None

    def save(self, folder: Path) -> None:
        files.write_json(folder / "parts.json", {**asdict(self), "train": self.train.name, "by": list(self.by)})

    @classmethod
    def load(cls, folder: Path) -> Self:
        data = files.read_json(folder / "parts.json")
        overlap = Overlap(**data.pop("overlap"))
        spacing = tuple(Spacing(**each) for each in data.pop("spacing"))
        changed = {"train": folder / data["train"], "by": tuple(data["by"]), "overlap": overlap, "spacing": spacing}
        return cls(**{**data, **changed})
