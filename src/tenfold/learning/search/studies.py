"""Where new configurations come from: one Optuna study per candidate, asked and told in a fixed order."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import optuna
from optuna.trial import TrialState, create_trial

from tenfold.learning.candidates import Size, candidate
from tenfold.learning.question import Question
from tenfold.learning.scoring import gain
from tenfold.learning.search.given import Given
from tenfold.learning.search.grid import grid
from tenfold.learning.search.plan import Source
from tenfold.learning.search.portfolio import Known, Portfolio
from tenfold.learning.trials.trial import Trial

Method = Literal["bayesian", "random", "grid"]
#: The parameter that says whether a wordy candidate looks at texts, and what it may be.
TEXTS, LEFT_OUT, _IN = "texts", "left out", "as they are"
#: What Optuna calls an outcome; any other is a failure.
_STATES = {"done": TrialState.COMPLETE, "pruned": TrialState.PRUNED}


@dataclass
class Studies:
    """Proposes parameters, those of the portfolio first.

    The same seed and the same results told give the same proposals.
    ``ranked``: tunable candidates, the best first; ``fixed``: parameters by candidate that are the user's: no proposal
    changes them; ``wordy``: candidates that look at texts beside other columns: the parameter ``texts`` says whether a
    proposal is about the others only, since a text that says little costs time and accuracy.
    """

    question: Question
    size: Size
    ranked: Sequence[str]
    method: Method
    seed: int
    portfolio: Portfolio = field(default_factory=Portfolio.load)
    fixed: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    wordy: frozenset[str] = frozenset()
    _studies: dict[str, optuna.Study] = field(default_factory=dict, init=False)
    _grids: dict[str, list[dict[str, Any]]] = field(default_factory=dict, init=False)
    _asked: Counter[str] = field(default_factory=Counter, init=False)
    _open: dict[int, tuple[str, optuna.trial.Trial]] = field(default_factory=dict, init=False)
    _portfolios: dict[str, Sequence[Known]] = field(default_factory=dict, init=False)
    _sources: dict[int, Source] = field(default_factory=dict, init=False)
    _first: dict[str, Mapping[str, Any]] = field(default_factory=dict, init=False)  # what a candidate competes with

    def __post_init__(self) -> None:
        logging.getLogger("optuna").setLevel(logging.ERROR)
        for place, name in enumerate(self.ranked):
            study = optuna.create_study(direction="maximize", sampler=self._sampler(name, self.seed + place))
            first, *others = self.portfolio.of(name, self.question.task, self.size)
            self._first[name] = first.parameters
            self._portfolios[name] = self._portfolio(name, first, others) if self.method == "bayesian" else []
            for each in self._portfolios[name]:
                study.enqueue_trial(dict(each.parameters))
            self._studies[name] = study
            if self.method == "grid":
                fixed = self.fixed.get(name, {})
                self._grids[name] = grid(candidate(name), self.question.task, self.size, self.seed + place, fixed)

    def _portfolio(self, name: str, first: Known, others: Sequence[Known]) -> Sequence[Known]:
        """The candidate's configurations but the first, which has competed already; with texts, then without them."""
        if name not in self.wordy:
            return others
        without = replace(first, name=f"{first.name}, without texts", parameters={**first.parameters, TEXTS: LEFT_OUT})
        others = [replace(each, parameters={**each.parameters, TEXTS: _IN}) for each in others]
        return [without, *others]

    def _sampler(self, name: str, seed: int) -> optuna.samplers.BaseSampler:
        match self.method:
            case "random" | "grid":
                return optuna.samplers.RandomSampler(seed=seed)
            case _:
                return optuna.samplers.TPESampler(seed=seed, n_startup_trials=8, multivariate=True)

    def coming(self, name: str) -> Source:
        """Where the candidate's next configuration comes from."""
        return "portfolio" if self._asked[name] < len(self._portfolios[name]) else "search"

    def worth(self, name: str) -> float:
        """What the candidate's next configuration added on other data, if it comes from the portfolio; else 0."""
        known = self._portfolios[name]
        return known[self._asked[name]].gain if self._asked[name] < len(known) else 0.0

    def source(self, number: int) -> Source:
        """Where the configuration of trial ``number`` came from."""
        return self._sources[number]

    def exhausted(self, name: str) -> bool:
        """Whether a grid has been walked through, or enough trials of a small space were proposed."""
        enough = len(self._grids[name]) if name in self._grids else candidate(name).enough
        return self._asked[name] >= enough

    def ask(self, number: int, name: str) -> Mapping[str, Any]:
        """Parameters for trial ``number``; among them ``texts`` where the candidate is wordy."""
        if name in self._grids:  # a random study that is told which point comes next
            self._studies[name].enqueue_trial(self._grids[name][self._asked[name] % len(self._grids[name])])
        self._sources[number] = self.coming(name)
        base, fixed = self._base(name), self.fixed.get(name, {})
        self._asked[name] += 1
        trial = self._studies[name].ask()
        self._open[number] = (name, trial)
        proposed = candidate(name).space(Given(trial, fixed), self.question.task, self.size)
        about = {TEXTS: trial.suggest_categorical(TEXTS, [_IN, LEFT_OUT])} if name in self.wordy else {}
        outside = {each: value for each, value in base.items() if each not in trial.params}
        return {**proposed, **outside, **fixed, **about}

    def _base(self, name: str) -> Mapping[str, Any]:
        """Where what lies outside the space comes from: the configuration of the portfolio that is next, else the one
        that the candidate competes with."""
        known = self._portfolios[name]
        return known[self._asked[name]].parameters if self._asked[name] < len(known) else self._first[name]

    def tell(self, number: int, result: Trial) -> None:
        """What came of trial ``number``, by the parameters that ran: time may have made its steps larger."""
        name, trial = self._open.pop(number)
        study, state = self._studies[name], _STATES.get(result.outcome, TrialState.FAIL)
        ran = {each: result.parameters.get(each, value) for each, value in trial.params.items()}
        value = gain(self.question, result.fold_scores[0] if state == TrialState.PRUNED else result.score)
        if state != TrialState.FAIL and ran != trial.params:
            study.tell(trial, state=TrialState.FAIL)
            study.add_trial(_as_run(trial, ran, state, value))
            return
        if state == TrialState.PRUNED:
            trial.report(value, 0)
        study.tell(trial, value if state == TrialState.COMPLETE else None, state)


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
