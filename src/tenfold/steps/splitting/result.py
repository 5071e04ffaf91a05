"""What step 4 leaves behind: the training rows with their folds, and the whereabouts of the sealed ones."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Literal, Self

from tenfold.core import files
from tenfold.core.brief import Brief

TOO_FEW: Final = "none: too few rows"
Seal = Literal["sealed", "own test file", "none: too few rows", "none: test is 0"]


@dataclass(frozen=True)
class Overlap:
    """Test rows that also stand in the training part, in some sense; counts of rows."""

    exact: int = 0  # equal in every raw column but the key
    near: int = 0  # equal once numbers are rounded to 2 digits and text is reduced to letters and digits, beyond chance
    groups: int = 0  # share a value of the group column


@dataclass(frozen=True)
class Assignment:
    """Who is tested, in one table's content: ``__key, part`` rows in a Parquet file."""

    path: Path
    seal: Seal
    content: str  # SHA-256 of the file; empty when nothing is sealed


@dataclass(frozen=True, repr=False)
class Parts(Brief):
    """Training rows (``train.parquet``, with ``__fold``) and what is known of the sealed ones.

    ``repeated``: training rows that say what an earlier one says, key aside.
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

    def save(self, folder: Path) -> None:
        files.write_json(folder / "parts.json", {**asdict(self), "train": self.train.name, "by": list(self.by)})

    @classmethod
    def load(cls, folder: Path) -> Self:
        data = files.read_json(folder / "parts.json")
        overlap = Overlap(**data.pop("overlap"))
        return cls(**{**data, "train": folder / data["train"], "by": tuple(data["by"]), "overlap": overlap})
