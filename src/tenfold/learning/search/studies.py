"""Where new configurations come from: one Optuna study per candidate, asked and told in a fixed order."""

from __future__ import annotations

import logging
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import optuna
from optuna.trial import TrialState, create_trial

from tenfold.learning.candidates import Size, candidate
from tenfold.learning.question import Question
from tenfold.learning.scoring import gain
from tenfold.learning.search.grid import grid
from tenfold.learning.search.plan import Source
from tenfold.learning.search.portfolio import Known, Portfolio
from tenfold.learning.search.stated import Stated
from tenfold.learning.search.variants import OTHER, USUAL
from tenfold.learning.trials.trial import Trial

Method = Literal["bayesian", "random", "grid"]
#: What Optuna calls an outcome; any other is a failure.
_STATES = {"done": TrialState.COMPLETE, "pruned": TrialState.PRUNED}


@dataclass
class Studies:
    """Proposes parameters, those of the portfolio first.

    The same seed and the same results told give the same proposals.
    ``ranked``: tunable candidates, the best first; ``stated``: what the user says of their parameters; ``variants``: by
    candidate, what it may look at instead (:mod:`variants`); ``reached``: the gain of each candidate's own trial, with
    the first configuration of its portfolio, all as usual.
    """

    question: Question
    size: Size
    ranked: Sequence[str]
    method: Method
    seed: int
    portfolio: Portfolio = field(default_factory=Portfolio.load)
    stated: Stated = field(default_factory=Stated)
    variants: Mapping[str, Sequence[str]] = field(default_factory=dict)
    reached: Mapping[str, float] = field(default_factory=dict)
    _studies: dict[str, optuna.Study] = field(default_factory=dict, init=False)
    _grids: dict[str, list[dict[str, Any]]] = field(default_factory=dict, init=False)
    _asked: Counter[str] = field(default_factory=Counter, init=False)
    _open: dict[int, tuple[str, optuna.trial.Trial]] = field(default_factory=dict, init=False)
    _planned: dict[str, list[_Planned]] = field(default_factory=dict, init=False)
    _tried: dict[int, str] = field(default_factory=dict, init=False)  # by trial: the variant that it tries
    _looks: dict[str, _Looks] = field(default_factory=dict, init=False)
    _sources: dict[int, Source] = field(default_factory=dict, init=False)
    _first: dict[str, Mapping[str, Any]] = field(default_factory=dict, init=False)  # what a candidate competes with

    def __post_init__(self) -> None:
        logging.getLogger("optuna").setLevel(logging.ERROR)
        for place, name in enumerate(self.ranked):
            self._studies[name] = optuna.create_study(
                direction="maximize", sampler=self._sampler(name, self.seed + place)
            )
            first, *others = self._known(name)
            self._first[name] = first.parameters
            self._looks[name] = _Looks(self.variants.get(name, ()), self.reached.get(name, math.inf))
            walked = self.method != "bayesian" or self.stated.countable(name)
            self._planned[name] = [] if walked else self._plan(name, first, others)
            if self.method == "grid" or self.stated.countable(name):
                self._grids[name] = grid(candidate(name), self.question.task, self.size, self.seed + place, self.stated)

    def _known(self, name: str) -> list[Known]:
        """The candidate's configurations in the portfolio, as they may run here."""
        known = self.portfolio.of(name, self.question.task, self.size)
        return [replace(each, parameters=self.stated.settled(name, each.parameters)) for each in known]

    def _plan(self, name: str, first: Known, others: Sequence[Known]) -> list[_Planned]:
        """The first configuration, which has competed already, in each variant; then the others."""
        return [*(_Planned(first, variant) for variant in self._looks[name].variants), *map(_Planned, others)]

    def _sampler(self, name: str, seed: int) -> optuna.samplers.BaseSampler:
        match self.method:
            case "random" | "grid":
                return optuna.samplers.RandomSampler(seed=seed)
            case _:
                return optuna.samplers.TPESampler(seed=seed, n_startup_trials=8, multivariate=True)

    def _next(self, name: str) -> _Planned | None:
        """What is planned next; None where it is for the sampler, or the grid, to say."""
        planned, place = self._planned[name], self._asked[name]
        return planned[place] if place < len(planned) else None

    def coming(self, name: str) -> Source:
        """Where the candidate's next configuration comes from."""
        return "portfolio" if self._next(name) else "search"

    def worth(self, name: str) -> float:
        """What the candidate's next configuration added on other data, if it comes from the portfolio; else 0."""
        planned = self._next(name)
        return planned.known.gain if planned else 0.0

    def source(self, number: int) -> Source:
        """Where the configuration of trial ``number`` came from."""
        return self._sources[number]

    def exhausted(self, name: str) -> bool:
        """Whether a grid has been walked through, or enough trials of a small space were proposed."""
        enough = len(self._grids[name]) if name in self._grids else self.stated.enough(name)
        return self._asked[name] >= enough

    def ask(self, number: int, name: str) -> Mapping[str, Any]:
        """Parameters for trial ``number``; among them how it looks at columns, where there are variants."""
        study, looks, planned = self._studies[name], self._looks[name], self._next(name)
        if name in self._grids:  # a random study that is told which point comes next
            study.enqueue_trial({**self._grids[name][self._asked[name] % len(self._grids[name])], **looks.now})
        if planned:
            study.enqueue_trial({**planned.known.parameters, **looks.now, **looks.other(planned.variant)})
            self._tried[number] = planned.variant
        self._sources[number] = self.coming(name)
        self._asked[name] += 1
        trial = study.ask()
        self._open[number] = (name, trial)
        proposed = self.stated.proposed(candidate(name), trial, self.question.task, self.size)
        look = {each: trial.suggest_categorical(each, [USUAL[each], OTHER[each]]) for each in looks.variants}
        # What lies outside the space is as in the portfolio's configuration, else as in the one it competes with.
        base = planned.known.parameters if planned else self._first[name]
        outside = {each: value for each, value in base.items() if each not in trial.params}
        return {**proposed, **outside, **look}

    def tell(self, number: int, result: Trial) -> None:
        """What came of trial ``number``, by the parameters that ran: time may have made its steps larger."""
        name, trial = self._open.pop(number)
        study, state = self._studies[name], _STATES.get(result.outcome, TrialState.FAIL)
        ran = {each: result.parameters.get(each, value) for each, value in trial.params.items()}
        value = gain(self.question, result.fold_scores[0] if state == TrialState.PRUNED else result.score)
        if state == TrialState.COMPLETE:
            self._looks[name].learn(self._tried.get(number, ""), value)
        if state != TrialState.FAIL and ran != trial.params:
            study.tell(trial, state=TrialState.FAIL)
            study.add_trial(_as_run(trial, ran, state, value))
            return
        if state == TrialState.PRUNED:
            trial.report(value, 0)
        study.tell(trial, value if state == TrialState.COMPLETE else None, state)


@dataclass(frozen=True)
class _Planned:
    """A configuration of the portfolio, and the variant that it tries, if it tries one."""

    known: Known
    variant: str = ""


@dataclass
class _Looks:
    """How a candidate looks at columns: as usual, but for variants that did better than what was ``reached``."""

    variants: Sequence[str]
    reached: float
    now: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.now = {each: USUAL[each] for each in self.variants}

    def other(self, variant: str) -> dict[str, str]:
        return {variant: OTHER[variant]} if variant else {}

    def learn(self, variant: str, value: float) -> None:
        """A trial of a variant reached so much."""
        if variant and value > self.reached:
            self.now[variant], self.reached = OTHER[variant], value


def _as_run(trial: optuna.trial.Trial, ran: Mapping[str, Any], state: TrialState, value: float) -> Any:
    """A proposal as it ran, in Optuna's terms: what is larger than the space allows ends where that does."""
    params = {name: _held(value, trial.distributions[name]) for name, value in ran.items()}
    steps = {0: value} if state == TrialState.PRUNED else {}
    return create_trial(
        state=state, value=value, params=params, distributions=trial.distributions, intermediate_values=steps
    )


def _held(value: Any, distribution: Any) -> Any:
    ordered = hasattr(distribution, "low")
    return min(distribution.high, max(distribution.low, value)) if ordered else value
