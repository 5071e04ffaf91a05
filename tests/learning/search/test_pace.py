"""Steps as large as the time asks for."""

from types import SimpleNamespace

import pytest

from tenfold.learning.candidates import candidate
from tenfold.learning.recipe import Recipe
from tenfold.learning.search.pace import Pace, _unit
from tenfold.learning.trials.fitting import Configuration

BOOSTED = Configuration("lightgbm", Recipe("trees"), {"learning_rate": 0.05, "num_leaves": 16, "colsample_bytree": 0.7})
UNIT = 0.01 / (candidate("lightgbm").work(BOOSTED.parameters) * 0.05)  # a round of it takes a hundredth of a second
PACE = Pace({"lightgbm": UNIT})


def rate(seconds, configuration=BOOSTED, pace=PACE):
    return pace.within(configuration, seconds).parameters.get("learning_rate")


def test_with_time_enough_steps_stay_as_they_are():
    assert rate(None) == rate(60.0) == rate(0.1, pace=Pace()) == 0.05


def test_the_less_time_the_larger_the_steps_but_never_beyond_reason():
    rates = [rate(seconds) for seconds in (10.0, 5.0, 3.0, 1.0, 0.1)]
    assert rates == sorted(rates)
    assert 0.05 == rates[0] < rates[2] < rates[-1] == 0.2


def test_larger_trees_take_larger_steps_and_what_is_large_already_stays():
    deep = Configuration("lightgbm", Recipe("trees"), {**BOOSTED.parameters, "num_leaves": 100})
    assert rate(4.0, deep) > rate(4.0)
    steep = Configuration("lightgbm", Recipe("trees"), {**BOOSTED.parameters, "learning_rate": 0.3})
    assert rate(0.1, steep) == 0.3


def test_what_is_not_boosted_is_left_alone():
    linear = Configuration("linear", Recipe("linear"), {"C": 1.0})
    assert PACE.within(linear, 0.1) == linear


USUAL = {"n_estimators": 100, "max_features": 0.75, "num_leaves": 31, "colsample_bytree": 1.0, "learning_rate": 0.05,
         "depth": 6, "epochs": 64, "layers": 2, "width": 128}  # fmt: skip


@pytest.mark.parametrize("odd", ["sqrt", None, True, -1, 0, float("inf"), [1, 2]])
@pytest.mark.parametrize("name", ["lightgbm", "catboost", "extra_trees", "realmlp", "linear"])
def test_what_is_no_number_is_worked_with_as_usual(name, odd):
    model = candidate(name)
    assert model.work(dict.fromkeys(USUAL, odd)) == model.work({}) == model.work(USUAL) > 0
    assert model.leaves(dict.fromkeys(USUAL, odd), 2) == model.leaves(USUAL, 2)
    assert model.work(USUAL | {"max_features": 3}) == model.work(USUAL), "a number of columns is no share of them"


def test_the_pace_of_steps_that_are_no_number_is_that_of_usual_ones():
    took = SimpleNamespace(seconds=1.2, preparation=0.2, shared=0.0)
    found = [
        _unit(Configuration("catboost", Recipe("trees"), {"learning_rate": rate, "depth": 6}), took)
        for rate in (None, 0.05)
    ]
    assert found[0] == found[1] > 0
