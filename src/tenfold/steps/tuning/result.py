"""What step 8 leaves behind: the fitted composition, and the out-of-fold predictions that speak for it."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray

from tenfold.core import files
from tenfold.core.brief import Brief
from tenfold.core.units import finite
from tenfold.learning.composition import Composition
from tenfold.learning.recipe import Recipe
from tenfold.learning.search.plan import Entry
from tenfold.learning.trials.fitting import Configuration
from tenfold.steps.modeling.result import Standing

PLAN = "plan.json"


@dataclass(frozen=True)
class Part:
    """One member as it was decided on: what to fit, with which weight, and what came of its last fit.

    ``folds``: how many models it is the mean of, each without one fold of ``rows`` (0: a single one, of all of them).
    """

    name: str
    configuration: Configuration
    weight: float
    rows: int = 0
    seconds: float = 0.0
    note: str = ""
    folds: int = 0

    def to_dict(self) -> dict[str, Any]:
        known = self.configuration
        plain = {"candidate": known.candidate, "recipe": known.recipe.to_dict(), "parameters": dict(known.parameters)}
        return {"name": self.name, "weight": self.weight, "rows": self.rows, "seconds": self.seconds,
                "note": self.note, "folds": self.folds, "configuration": plain}  # fmt: skip

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Part:
        known = data["configuration"]
        configuration = Configuration(known["candidate"], Recipe.from_dict(known["recipe"]), known["parameters"])
        return cls(**{**data, "configuration": configuration})


@dataclass(frozen=True, repr=False)
class Tuned(Brief):
    """The model, and its evidence.

    ``parts`` say how each member of ``composition`` was fitted. ``out_of_fold``: [rows, classes] probabilities
    (calibrated) or [rows, 1] values of the whole ensemble; ``target``: labels or values of the same rows; ``rows``:
    their positions in ``train.parquet``; ``folds``: the fold that each was predicted in. ``score``: the metric over
    them. ``kind``: what the bundle can be. ``plan``: what was tried, and what was not, with the reasons.
    """

    composition: Composition = field(compare=False)
    parts: tuple[Part, ...]
    leaderboard: tuple[Standing, ...]
    out_of_fold: NDArray[np.float64] = field(compare=False, repr=False)
    target: NDArray[Any] = field(compare=False, repr=False)
    rows: NDArray[np.intp] = field(compare=False, repr=False)
    folds: NDArray[np.intp] = field(compare=False, repr=False)
    metric: str
    score: float
    kind: Literal["onnx", "python"] = "onnx"
    trials: int = 0
    plan: tuple[Entry, ...] = field(default=(), compare=False)

    def save(self, folder: Path) -> None:
        """Write everything. The pickle stays in the local cache; no bundle ever holds one."""
        (folder / "composition.pickle").write_bytes(pickle.dumps(self.composition))
        for name in ("out_of_fold", "rows", "folds"):
            np.save(folder / f"{name}.npy", getattr(self, name))
        numeric = self.target.dtype != object
        np.save(folder / "target.npy", self.target if numeric else self.target.astype(str))
        files.write_json(
            folder / "tuned.json",
            {
                "parts": [part.to_dict() for part in self.parts],
                "leaderboard": [asdict(each) for each in self.leaderboard],
                "metric": self.metric,
                "score": finite(self.score),
                "kind": self.kind,
                "trials": self.trials,
            },
        )
        files.write_json(folder / PLAN, [entry.to_dict() for entry in self.plan])

    @classmethod
    def load(cls, folder: Path) -> Self:
        data = files.read_json(folder / "tuned.json")
        arrays = {name: np.load(folder / f"{name}.npy") for name in ("out_of_fold", "rows", "folds", "target")}
        if arrays["target"].dtype.kind == "U":
            arrays["target"] = arrays["target"].astype(object)
        return cls(
            pickle.loads((folder / "composition.pickle").read_bytes()),
            tuple(Part.from_dict(each) for each in data["parts"]),
            tuple(Standing(**each) for each in data["leaderboard"]),
            **arrays,
            metric=data["metric"],
            score=float("nan") if data["score"] is None else data["score"],
            kind=data["kind"],
            trials=data["trials"],
            plan=tuple(map(Entry.from_dict, files.read_json(folder / PLAN))),
        )
