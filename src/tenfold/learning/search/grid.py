"""A grid over a candidate's space: a few values per parameter, evenly spaced on the parameter's own scale."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from tenfold.learning.candidates import Candidate, Size
from tenfold.learning.search.stated import Stated
from tenfold.metrics import Task

_POINTS = 3
_FREE = Stated()


class _Recorder:
    """Stands in for an Optuna trial and writes down what it is asked."""

    def __init__(self) -> None:
        self.axes: dict[str, list[Any]] = {}

    def suggest_float(self, name: str, low: float, high: float, *, log: bool = False) -> float:
        self.axes[name] = [float(value) for value in _spaced(low, high, log)]
        return low

    def suggest_int(self, name: str, low: int, high: int, *, log: bool = False) -> int:
        self.axes[name] = sorted({round(value) for value in _spaced(low, high, log)})
        return low

    def suggest_categorical(self, name: str, choices: Sequence[Any]) -> Any:
        self.axes[name] = list(choices)
        return choices[0]


def _spaced(low: float, high: float, log: bool) -> list[float]:
    values = np.geomspace(low, high, _POINTS) if log else np.linspace(low, high, _POINTS)
    return [min(high, max(low, float(value))) for value in values]


def axes(model: Candidate, task: Task, size: Size, stated: Stated = _FREE) -> Mapping[str, Sequence[Any]]:
    """Parameter → values to try; those that the user fixed have no axis.

    >>> from tenfold.learning.candidates import candidate
    >>> [round(value, 2) for value in axes(candidate("linear"), "regression", Size(100, 2))["alpha"]]
    [0.01, 3.16, 1000.0]
    """
    recorder = _Recorder()
    stated.proposed(model, recorder, task, size)
    return recorder.axes


def grid(model: Candidate, task: Task, size: Size, seed: int, stated: Stated = _FREE) -> list[dict[str, Any]]:
    """Every point of the grid, in an order drawn with the seed."""
    named = axes(model, task, size, stated)
    points = [dict(zip(named, values, strict=True)) for values in itertools.product(*named.values())]
    return [points[place] for place in np.random.default_rng(seed).permutation(len(points))]
