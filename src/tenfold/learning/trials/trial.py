"""A trial: one configuration, judged on rows that it was not trained on."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from tenfold.core import files
from tenfold.core.units import finite
from tenfold.learning.recipe import Recipe

TrialOutcome = Literal["done", "pruned", "failed", "timeout", "memory", "killed", "cancelled", "unfinished", "skipped"]
#: Outcomes that more time would not mend.
BROKEN = ("failed", "memory", "killed")
_ARRAYS = ("out_of_fold",)


@dataclass(frozen=True)
class Trial:
    """What is known of one configuration.

    ``out_of_fold``: [rows, classes] probabilities or [rows, 1] values of the validation rows, in the order of the
    folds (see :class:`tenfold.learning.folds.Design`); None unless ``outcome`` is ``done``. ``score`` is the metric
    over all of them at once (:func:`tenfold.learning.scoring.score`), ``fold_scores`` over each fold. ``rounds`` are
    the best rounds of boosting, per fold; ``raised``: what logarithms of the target were raised by
    (:func:`tenfold.learning.targets.smearing`), per fold.
    """

    number: int
    candidate: str
    recipe: Recipe
    parameters: Mapping[str, Any] = field(default_factory=dict, hash=False)
    outcome: TrialOutcome = "done"
    reason: str = ""
    score: float = math.nan
    fold_scores: tuple[float, ...] = ()
    out_of_fold: NDArray[np.float64] | None = field(default=None, compare=False, repr=False)
    rounds: tuple[int, ...] = ()
    raised: tuple[float, ...] = ()
    seconds: float = 0.0  # of fitting, all folds together
    peak_bytes: int = 0
    latency_ms: float = math.nan
    size_bytes: int = 0
    train_score: float = math.nan
    preparation: float = 0.0  # seconds that the transformation of a fold took, whoever made it
    applying: float = 0.0  # seconds that it takes for a row, once it is fitted
    shared: float = 0.0  # those of transformations that other trials had made, all folds together

    @property
    def family(self) -> str:
        return self.recipe.family

    @property
    def name(self) -> str:
        """Candidate and number: what a person calls it."""
        return f"{self.candidate}-{self.number}"

    @property
    def predictions(self) -> NDArray[np.float64]:
        """Its out-of-fold scores [judged rows, outputs]. ``ValueError`` where it was not judged."""
        if self.out_of_fold is None:
            raise ValueError(f"trial {self.name} has no out-of-fold predictions")
        return self.out_of_fold

    @property
    def spread(self) -> float:
        """Standard deviation of the fold scores; NaN for fewer than two folds."""
        return float(np.std(self.fold_scores, ddof=1)) if len(self.fold_scores) > 1 else math.nan

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready, without the arrays; NaN becomes None."""
        plain = {name: getattr(self, name) for name in self.__dataclass_fields__ if name not in _ARRAYS}
        plain |= {"recipe": self.recipe.to_dict(), "parameters": dict(self.parameters)}
        plain |= {"fold_scores": [finite(score) for score in self.fold_scores]}
        plain |= {"rounds": list(self.rounds), "raised": list(self.raised)}
        return {name: finite(value) if isinstance(value, float) else value for name, value in plain.items()}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], out_of_fold: NDArray[np.float64] | None = None) -> Trial:
        named: dict[str, Any] = {name: math.nan if value is None else value for name, value in data.items()}
        scores = tuple(math.nan if score is None else score for score in data["fold_scores"])
        changed: dict[str, Any] = {
            "recipe": Recipe.from_dict(data["recipe"]),
            "fold_scores": scores,
            "rounds": tuple(data["rounds"]),
            "raised": tuple(data["raised"]),
        }
        return cls(**{**named, **changed}, out_of_fold=out_of_fold)

    def save(self, folder: Path) -> dict[str, Any]:
        """Write the arrays into a folder; returns what :meth:`to_dict` does."""
        if self.out_of_fold is not None:
            target = folder / f"out-of-fold-{self.number}.npy"
            with files.replacing(target) as temporary, temporary.open("wb") as stream:
                np.save(stream, self.out_of_fold)
        return self.to_dict()

    @classmethod
    def load(cls, folder: Path, data: Mapping[str, Any]) -> Trial:
        path = folder / f"out-of-fold-{data['number']}.npy"
        return cls.from_dict(data, np.load(path) if path.exists() else None)
