"""How fast boosting goes here, by a few rounds of each candidate, and the step size that the time allows.

A fit that time cuts off has learned less than one that took larger steps to the same moment. So where all rounds that
are usually needed would not fit, the learning rate is raised until they do; without a deadline it stays as it is.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from tenfold.core.clock import Deadline
from tenfold.learning.candidates import candidate
from tenfold.learning.candidates.candidate import USUAL_RATE, amount
from tenfold.learning.trials.bench import Bench
from tenfold.learning.trials.fitting import Configuration

#: Rounds of the probe, and the number of the first one on the bench.
_ROUNDS, _FIRST = 12, 900
#: Rounds times learning rate that boosting usually needs, and the largest learning rate that is worth taking.
_NEEDED, _LARGEST = 30.0, 0.2
#: Share of the time for a fold that rounds may be planned to take.
_PLANNED = 0.8


@dataclass(frozen=True)
class Pace:
    """Seconds that a unit of boosting's work takes, by candidate (see ``Candidate.work``); none: nothing is hurried."""

    seconds: Mapping[str, float] = field(default_factory=dict)

    def within(self, configuration: Configuration, seconds: float | None) -> Configuration:
        """The configuration with steps as large as it takes to be done with a fold in that time."""
        model, parameters = candidate(configuration.candidate), configuration.parameters
        unit, rate = self.seconds.get(configuration.candidate), parameters.get(model.rate)
        if seconds is None or unit is None or not isinstance(rate, float):
            return configuration
        round_ = unit * model.work(parameters) * rate  # work counts rounds as one over the rate
        least = _NEEDED * round_ / (_PLANNED * seconds)
        if least <= rate or rate >= _LARGEST:
            return configuration
        return replace(configuration, parameters={**parameters, model.rate: round(min(_LARGEST, least), 4)})


def probe(
    bench: Bench, configurations: Sequence[Configuration], deadline: Deadline, stopping: Callable[[], bool]
) -> Pace:
    """Measure the candidates that are boosted, on the first fold; what they transform for it is kept.

    A competition that was stopped goes on at the pace that it began with.
    """
    boosted = [each for each in configurations if candidate(each.candidate).rate]
    if math.isinf(deadline.at) or not boosted:
        return Pace()
    return Pace(bench.journal.pace(lambda: _measured(bench, boosted, deadline, stopping)))


def _measured(
    bench: Bench, boosted: Sequence[Configuration], deadline: Deadline, stopping: Callable[[], bool]
) -> dict[str, float]:
    asked: dict[int, Configuration] = {}
    for number, each in enumerate(boosted, _FIRST):
        rounds = {candidate(each.candidate).rounds: _ROUNDS}
        asked[number] = replace(each, parameters={**each.parameters, **rounds})
        bench.begin(number, asked[number])
        bench.submit(number, 0, None, deadline, keep=False)
    while bench.running:
        if deadline.passed() or stopping():
            bench.cancel()
            break
        bench.collect(min(0.2, deadline.left()))
    done = {number: bench.results(number)[0] for number in asked if 0 in bench.results(number)}
    return {asked[number].candidate: _unit(asked[number], result) for number, result in done.items()}


def _unit(configuration: Configuration, result: Any) -> float:
    model, parameters = candidate(configuration.candidate), configuration.parameters
    fitting = max(1e-4, result.seconds - (result.preparation - result.shared))
    return float(fitting / _ROUNDS / (model.work(parameters) * amount(parameters, model.rate, USUAL_RATE)))
