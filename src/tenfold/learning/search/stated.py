"""What the user states of candidates' parameters: some are fixed, of others it is said where they are searched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tenfold.learning.candidates import Candidate, Size, candidate
from tenfold.learning.search.space import Axes
from tenfold.metrics import Task

#: Trials for each stated axis, from which a search of them has little left to find.
_AN_AXIS = 10


@dataclass(frozen=True)
class Stated:
    """By candidate. ``fixed``: parameter → its value, which no proposal changes; ``space``: parameter → its axis, in
    place of the candidate's own or beside those."""

    fixed: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, hash=False)
    space: Mapping[str, Axes] = field(default_factory=dict, hash=False)

    def tunable(self, name: str) -> bool:
        """Whether there is anything to search for."""
        return candidate(name).tunable or bool(self.space.get(name))

    def countable(self, name: str) -> bool:
        """Whether its space is nothing but choices, all of which can be tried."""
        axes = self.space.get(name, {})
        return bool(axes) and not candidate(name).tunable and all(axis.choices for axis in axes.values())

    def enough(self, name: str) -> int:
        """Trials after which a search of the candidate's space has little left to find."""
        return max(candidate(name).enough, _AN_AXIS * len(self.space.get(name, {})))

    def settled(self, name: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """A configuration as it may run: each parameter on its axis, the fixed ones as they are."""
        on_axes = {each: axis.held(parameters.get(each)) for each, axis in self.space.get(name, {}).items()}
        return {**parameters, **on_axes, **self.fixed.get(name, {})}

    def proposed(self, model: Candidate, trial: Any, task: Task, size: Size) -> dict[str, Any]:
        """Parameters that an Optuna trial, or what stands in for one, suggests; the fixed ones among them."""
        fixed, axes = self.fixed.get(model.name, {}), self.space.get(model.name, {})
        known = dict(fixed) | {name: axis.suggested(trial, name) for name, axis in axes.items()}
        return {**model.space(_Asked(trial, known), task, size), **known}


@dataclass(frozen=True)
class _Asked:
    """An Optuna trial that a candidate's space asks; what is known already it is not asked for."""

    trial: Any
    known: Mapping[str, Any]

    def suggest_float(self, name: str, low: float, high: float, *, log: bool = False) -> Any:
        return self.known[name] if name in self.known else self.trial.suggest_float(name, low, high, log=log)

    def suggest_int(self, name: str, low: int, high: int, *, log: bool = False) -> Any:
        return self.known[name] if name in self.known else self.trial.suggest_int(name, low, high, log=log)

    def suggest_categorical(self, name: str, choices: Sequence[Any]) -> Any:
        return self.known[name] if name in self.known else self.trial.suggest_categorical(name, choices)
