"""What step 1 leaves behind: the specification that every later step is held to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from tenfold.core import files
from tenfold.core.brief import Brief
from tenfold.core.units import written
from tenfold.steps.problem.config import Bounds, Problem


@dataclass(frozen=True)
class Gate:
    """A number that has to lie in a range, or the model is not released."""

    name: str
    minimum: float | None = None
    maximum: float | None = None

    def holds(self, value: float) -> bool:
        """Whether ``value`` lies in the range; NaN never does.

        >>> Gate("roc_auc", minimum=0.8).holds(0.84), Gate("roc_auc", minimum=0.8).holds(float("nan"))
        (True, False)
        """
        return (self.minimum is None or value >= self.minimum) and (self.maximum is None or value <= self.maximum)

    def __str__(self) -> str:
        parts = [f"≥ {written(self.minimum)}"] if self.minimum is not None else []
        parts += [f"≤ {written(self.maximum)}"] if self.maximum is not None else []
        return f"{self.name} {' and '.join(parts)}"


@dataclass(frozen=True, repr=False)
class Specification(Brief):
    """The checked question. ``problem`` is the section as written; gates are derived, so they cannot disagree."""

    problem: Problem

    @property
    def gates(self) -> tuple[Gate, ...]:
        """Every number that was promised, in one list: success, then fairness."""
        written: dict[str, Bounds] = {**self.problem.success, **self.problem.fairness.gates()}
        return tuple(Gate(name, bounds.min, bounds.max) for name, bounds in written.items())

    def save(self, folder: Path) -> None:
        files.write_json(folder / "specification.json", self.problem.model_dump(mode="json"))

    @classmethod
    def load(cls, folder: Path) -> Self:
        return cls(Problem.model_validate(files.read_json(folder / "specification.json")))
