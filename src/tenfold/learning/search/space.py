"""One axis of a search space, as a workflow file states it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Self

from pydantic import Field, model_validator

from tenfold.core.section import Section

_Number = int | float


class Axis(Section):
    """Where one parameter is searched: from `low` to `high`, or among `choices`.

    >>> leaves, criterion = Axis(low=4, high=64, log=True), Axis(choices=["gini", "entropy"])
    >>> leaves.held(255), leaves.held(None), criterion.held("entropy")
    (64, 16, 'entropy')
    """

    low: _Number | None = Field(None, allow_inf_nan=False)
    """The least value, with `high`. Between two whole numbers only whole numbers are tried."""
    high: _Number | None = Field(None, allow_inf_nan=False)
    """The greatest value, with `low`."""
    log: bool = False
    """From `low` to `high` by orders of magnitude: between 1 and 10 lies as much as between 10 and 100."""
    choices: tuple[bool | int | float | str | None, ...] = ()
    """The values to choose from, instead of two ends."""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.choices:
            if self.low is not None or self.high is not None or self.log:
                raise ValueError("either ends or choices; keep `low` and `high`, or `choices`")
        elif self.low is None or self.high is None:
            raise ValueError("an axis needs two ends or choices; write `{low: 1, high: 10}` or `{choices: [a, b]}`")
        elif not self.low < self.high:
            raise ValueError(f"{self.low:g} is not below {self.high:g}; to keep one value, use `modeling.parameters`")
        elif self.log and self.low <= 0:
            raise ValueError(f"orders of magnitude begin above 0, not at {self.low:g}; raise `low`, or drop `log`")
        return self

    @property
    def values(self) -> tuple[Any, ...]:
        """All that it may be told by: its choices, or its two ends."""
        return self.choices or (self.low, self.high)

    def held(self, usual: Any) -> Any:
        """The value of the axis that is nearest to the usual one: where there is none, a middle or the first."""
        if self.choices:
            return usual if usual in self.choices else self.choices[0]
        low, high = self._ends
        if isinstance(usual, bool) or not isinstance(usual, int | float):
            usual = math.sqrt(low * high) if self.log else (low + high) / 2
        value = min(high, max(low, usual))
        return round(value) if self._whole else float(value)

    def suggested(self, trial: Any, name: str) -> Any:
        """A value that an Optuna trial, or what stands in for one, chooses."""
        if self.choices:
            return trial.suggest_categorical(name, list(self.choices))
        suggest = trial.suggest_int if self._whole else trial.suggest_float
        return suggest(name, *self._ends, log=self.log)

    @property
    def _ends(self) -> tuple[_Number, _Number]:
        return (self.low or 0, self.high or 0)  # both are there, see _complete

    @property
    def _whole(self) -> bool:
        return isinstance(self.low, int) and isinstance(self.high, int)


#: Axes by the parameters of a candidate.
Axes = Mapping[str, Axis]
