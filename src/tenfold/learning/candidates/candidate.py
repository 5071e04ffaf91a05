"""What a model has to say about itself to compete."""

from __future__ import annotations

import importlib
import inspect
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from tenfold.learning.recipe import Family
from tenfold.metrics import Task

Parameters = Mapping[str, Any]


@dataclass(frozen=True)
class Size:
    """How much there is to learn from: rows (before a fold is set aside), raw columns, and scores per row.

    ``long_tailed``: whether values are none below 0 and have a long tail, so that their logarithms are worth a try;
    ``texts``: whether there are texts among the columns.
    """

    rows: int
    columns: int
    outputs: int = 1
    long_tailed: bool = False
    texts: bool = False


@dataclass(frozen=True)
class Watch:
    """What boosting, or a network's training, stops by: rows that are not trained on (None: no such rows), with their
    weights (None: all count alike), and seconds (None: no limit)."""

    X: Any = None
    y: Any = None
    seconds: float | None = None
    weights: Any = None


class Candidate(Protocol):
    """A kind of model. Its parameters are plain JSON values, those of the estimator it makes."""

    name: str
    family: Family
    dense: bool  # whether it needs plain arrays where its family gets sparse ones (trees never do)
    tunable: bool
    rounds: str  # the parameter that says for how many rounds it is boosted, or trained; "" when it isn't
    rate: str  # the parameter that says how large its steps are; "" when it isn't boosted
    stops_early: bool  # whether boosting ends by the rows that it is scored on (``Watch.X``)
    bagged: bool  # whether the models of the folds are averaged, rather than one fitted on all rows
    monotone: bool  # whether it can promise which way its answer goes with a column
    weighted: bool  # whether its fits take weights of rows
    missing: str  # the extra of Tenfold that has to be installed for it; "" when all is there
    enough: int  # trials after which a search of its space has little left to find
    counted: tuple[str, ...]  # parameters that work, rounds and leaves are reckoned with: numbers above 0
    reserved: tuple[str, ...]  # parameters that are the run's own: its seed, its threads, what is printed
    lists: bool  # whether parameters may be lists

    def defaults(self, task: Task, size: Size) -> Parameters:
        """Good parameters for data of this size."""

    def names(self, task: Task) -> Mapping[str, str] | None:
        """The parameters that a user may give it, each with the name that it goes by; None where it takes any."""

    def fitting(self, parameters: Parameters, size: Size) -> Parameters:
        """Parameters of the portfolio as they suit data of this size."""

    def unsuited(self, task: Task, size: Size, seconds: float | None) -> str:
        """Why it had better not compete on data of this size with so many seconds for a fold (None: no limit)."""

    def load(self) -> None:
        """Import what its fits need, so that no fit's time is spent on that."""

    def space(self, trial: Any, task: Task, size: Size) -> Parameters:
        """Parameters suggested by an Optuna trial, on top of the defaults."""

    def estimator(self, task: Task, parameters: Parameters, seed: int, threads: int = 1) -> Any:
        """An unfitted scikit-learn estimator."""

    def directions(self, first: Sequence[int], columns: int) -> Parameters:
        """The parameters that promise them of the first columns (1 up, −1 down), of so many."""

    def leaves(self, parameters: Parameters, outputs: int) -> int:
        """Leaves of one value that a round adds at most, for so many scores per row; 0 for what isn't boosted."""

    def work(self, parameters: Parameters) -> float:
        """How much work a fit with these parameters is, in any unit: what takes twice as long is twice as much."""

    def fit(self, estimator: Any, X: Any, y: Any, watch: Watch | None = None, weights: Any = None) -> int:
        """Fit in place; returns the best round when it was watched and boosted, else 0. ``weights`` [N]: the rows'."""


#: The learning rate of boosting where none is said.
USUAL_RATE = 0.05


def amount(parameters: Parameters, name: str, usual: float) -> float:
    """A parameter that work is calculated with; what is no number above 0 (``sqrt``, ``null``) counts as the usual one.

    >>> amount({"depth": 8}, "depth", 6.0), amount({"depth": None}, "depth", 6.0), amount({}, "depth", 6.0)
    (8.0, 6.0, 6.0)
    """
    value: Any = parameters.get(name)
    numeric = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if numeric and 0 < value < math.inf else usual


def target(trial: Any, size: Size) -> Parameters:
    """The part of every regressor's space that is about the target."""
    return {"target": trial.suggest_categorical("target", ["as it is", "log"])} if size.long_tailed else {}


def as_it_is(size: Size) -> Parameters:
    """The part of the defaults that is about the target."""
    return {"target": "as it is"} if size.long_tailed else {}


class Plain:
    """The parts that most candidates share: nothing to tune, nothing to watch."""

    dense = False
    tunable = False
    rounds = ""
    rate = ""
    stops_early = False
    bagged = False
    monotone = False
    weighted = True
    missing = ""
    enough = 10
    counted: tuple[str, ...] = ()
    reserved: tuple[str, ...] = ()
    lists = True

    def defaults(self, task: Task, size: Size) -> Parameters:
        return {}

    def names(self, task: Task) -> Mapping[str, str] | None:
        return accepted(type(self.estimator(task, {}, 0)), task, self.reserved)

    def estimator(self, task: Task, parameters: Parameters, seed: int, threads: int = 1) -> Any:
        raise NotImplementedError

    def fitting(self, parameters: Parameters, size: Size) -> Parameters:
        return parameters

    def unsuited(self, task: Task, size: Size, seconds: float | None) -> str:
        return ""

    def load(self) -> None:
        pass

    def space(self, trial: Any, task: Task, size: Size) -> Parameters:
        return {}

    def directions(self, first: Sequence[int], columns: int) -> Parameters:
        return {}

    def leaves(self, parameters: Parameters, outputs: int) -> int:
        return 0

    def work(self, parameters: Parameters) -> float:
        return 1.0

    def fit(self, estimator: Any, X: Any, y: Any, watch: Watch | None = None, weights: Any = None) -> int:
        estimator.fit(X, y, **weighing(weights))
        return 0


def accepted(kind: Any, task: Task, reserved: Sequence[str] = ()) -> dict[str, str] | None:
    """The parameters that a class is made with, but for reserved ones, and `target` of regressors; None: it takes any.

    >>> from sklearn.dummy import DummyRegressor
    >>> sorted(accepted(DummyRegressor, "regression", ["strategy"]) or ())
    ['constant', 'quantile', 'target']
    """
    try:
        known = inspect.signature(kind).parameters
    except (TypeError, ValueError):  # a class that does not say
        return None
    if any(each.kind is inspect.Parameter.VAR_KEYWORD for each in known.values()):
        return None
    return {name: name for name in [*known, *of_task(task)] if name not in reserved}


def of_task(task: Task) -> tuple[str, ...]:
    """What every regressor has besides its own: see ``learning.trials.fitting.Configuration``."""
    return ("target",) if task == "regression" else ()


def widened(directions: Sequence[int], columns: int) -> list[int]:
    """A direction for each of so many columns, 0 for those that are free.

    >>> widened([1, -1], 4), widened([1, -1, 0, 0], 3)
    ([1, -1, 0, 0], [1, -1, 0])
    """
    return [*directions, *([0] * columns)][:columns]


def weighing(weights: Any) -> dict[str, Any]:
    """The argument by which scikit-learn's fits take weights of rows; none where all count alike."""
    return {} if weights is None else {"sample_weight": weights}


def candidate(name: str) -> Candidate:
    """The candidate of that name, or the user's own estimator by import path (``my_module:MyClassifier``).

    >>> candidate("linear").family
    'linear'
    """
    if ":" in name:
        own = importlib.import_module("tenfold.learning.candidates.own")
        made: Candidate = own.Own(name)
        return made
    module = importlib.import_module(f"tenfold.learning.candidates.{name}")
    found: Candidate = module.CANDIDATE
    return found
