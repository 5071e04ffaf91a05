"""The ``modeling`` section of the workflow file."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, ValidationInfo, field_validator

from tenfold.core.errors import did_you_mean
from tenfold.core.section import Section

#: Candidates by name, cheapest first. Others are the user's own, by import path.
CANDIDATES = ("dummy", "linear", "lightgbm", "extra_trees", "catboost", "realmlp")

_Value = bool | int | float | str | None


class Modeling(Section):
    """Which models compete. The dummy always does; so does the linear one unless candidates are named."""

    candidates: Literal["auto"] | tuple[str, ...] = "auto"
    """`auto`, or names (`dummy`, `linear`, `lightgbm`, `extra_trees`, `catboost`, `realmlp`) and your own estimators by
    import path, `my_module:MyClassifier` (a scikit-learn estimator; released as a bundle of kind `python`). `realmlp`,
    a neural network, needs `pip install 'tenfold[torch]'`; `auto` takes it where that is there and time allows."""
    parameters: dict[str, dict[str, _Value | list[_Value] | list[list[_Value]]]] = Field(default_factory=dict)
    """Parameters by candidate, on top of its defaults, by the names of its library: `{lightgbm: {num_leaves: 31}}`.
    Tuning leaves them as they are; only a learning rate is raised where the budget is too short for it."""
    portfolio: str | None = None
    """A table of configurations to begin with, as `benchmarks/portfolio/learn.py` writes it, relative to the workflow
    file; the one that comes with Tenfold when left out."""
    simple_margin: float = Field(0.01, ge=0, le=1)
    """Where explainability is preferred, the linear model wins if it is surely (95 %) not worse by more than this share
    of the distance from the dummy to the best."""

    @field_validator("candidates")
    @classmethod
    def _known(cls, candidates: str | tuple[str, ...]) -> str | tuple[str, ...]:
        if not candidates:
            raise ValueError("an empty list leaves nobody to compete; name candidates, or write `auto`")
        for name in () if isinstance(candidates, str) else candidates:
            if name not in CANDIDATES and name.count(":") != 1:
                raise ValueError(f"no candidate is named {name!r}; {did_you_mean(name, CANDIDATES)}")
        return candidates

    @field_validator("parameters")
    @classmethod
    def _competing(cls, parameters: dict[str, dict[str, object]], info: ValidationInfo) -> dict[str, dict[str, object]]:
        candidates = info.data.get("candidates") or ()  # absent where it is a mistake itself
        competing: tuple[str, ...] = CANDIDATES if candidates == "auto" else candidates
        for name in parameters if competing else ():
            if name not in competing:
                known = name in CANDIDATES or name.count(":") == 1
                said = f"{name} does not compete" if known else f"no candidate is named {name!r}"
                raise ValueError(f"{said}; {did_you_mean(name, competing)}")
        return parameters

    @property
    def names(self) -> tuple[str, ...]:
        """The candidates that compete, the dummy first."""
        chosen = CANDIDATES if self.candidates == "auto" else self.candidates
        return ("dummy", *(name for name in chosen if name != "dummy"))
