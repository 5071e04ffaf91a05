"""What is the user's is not searched: the sampler and the grid are not asked for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Given:
    """An Optuna trial, or what stands in for one, that is asked only for parameters that nobody has fixed.

    >>> class Low:
    ...     def suggest_int(self, name, low, high, *, log=False):
    ...         return low
    >>> trial = Given(Low(), {"depth": 8})
    >>> trial.suggest_int("depth", 1, 16), trial.suggest_int("leaves", 2, 64, log=True)
    (8, 2)
    """

    trial: Any
    fixed: Mapping[str, Any]

    def suggest_float(self, name: str, low: float, high: float, *, log: bool = False) -> Any:
        return self.fixed[name] if name in self.fixed else self.trial.suggest_float(name, low, high, log=log)

    def suggest_int(self, name: str, low: int, high: int, *, log: bool = False) -> Any:
        return self.fixed[name] if name in self.fixed else self.trial.suggest_int(name, low, high, log=log)

    def suggest_categorical(self, name: str, choices: Sequence[Any]) -> Any:
        return self.fixed[name] if name in self.fixed else self.trial.suggest_categorical(name, choices)
