"""Proposals and the journal."""

import json

import numpy as np
import pytest

from tenfold.learning.candidates import Size
from tenfold.learning.question import Question
from tenfold.learning.recipe import Recipe
from tenfold.learning.search.journal import Journal
from tenfold.learning.search.portfolio import Known, Portfolio
from tenfold.learning.search.space import Axis
from tenfold.learning.search.stated import Stated
from tenfold.learning.search.studies import Studies
from tenfold.learning.search.variants import PAIRS, TEXTS
from tenfold.learning.trials.trial import Trial


def test_what_has_texts_is_tried_without_them_first_and_then_both_ways():
    question, looks = Question("binary", ("a", "b")), {"lightgbm": [TEXTS]}
    studies = Studies(question, Size(500, 5, 2), ["lightgbm", "linear"], "bayesian", 0, variants=looks)
    first = dict(studies.ask(100, "lightgbm"))
    defaults = studies.portfolio.of("lightgbm", "binary", Size(500, 5, 2))[0].parameters
    assert first.pop(TEXTS) == "left out"
    assert first == dict(defaults)
    later = [studies.ask(number, "lightgbm")[TEXTS] for number in range(101, 130)]
    assert later[0] == "as they are"
    assert {*later} == {"left out", "as they are"}
    assert TEXTS not in studies.ask(130, "linear")


def of_lightgbm(method, stated):
    return Studies(Question("binary", ("a", "b")), Size(500, 5, 2), ["lightgbm"], method, 0, stated=stated)


def test_parameters_of_the_user_are_left_as_they_are():
    studies = of_lightgbm("bayesian", Stated({"lightgbm": {"num_leaves": 7}}))
    asked = [studies.ask(number, "lightgbm") for number in range(100, 112)]
    assert {each["num_leaves"] for each in asked} == {7}
    assert len({each["learning_rate"] for each in asked}) > 5


NARROW = {
    "num_leaves": Axis(low=8, high=32, log=True),
    "extra_trees": Axis(choices=[True]),
    "max_bin": Axis(low=31, high=127),  # outside LightGBM's own space
}


@pytest.mark.parametrize("method", ["bayesian", "random"])
def test_a_search_keeps_to_the_axes_that_the_user_states(method):
    studies = of_lightgbm(method, Stated({"lightgbm": {"subsample": 0.9}}, {"lightgbm": NARROW}))
    asked = [studies.ask(number, "lightgbm") for number in range(60)]
    assert all(8 <= each["num_leaves"] <= 32 and 31 <= each["max_bin"] <= 127 for each in asked)
    assert {(each["extra_trees"], each["subsample"]) for each in asked} == {(True, 0.9)}
    assert min(len({each[name] for each in asked}) for name in ("num_leaves", "max_bin", "learning_rate")) > 10


def test_a_grid_walks_the_axes_that_the_user_states():
    stated = Stated({"lightgbm": {"subsample": 0.9}}, {"lightgbm": NARROW})
    found = of_lightgbm("grid", stated)._grids["lightgbm"]
    assert {each["num_leaves"] for each in found} == {8, 16, 32}
    assert {each["max_bin"] for each in found} == {31, 79, 127}
    assert {each["extra_trees"] for each in found} == {True}
    assert not any("subsample" in each for each in found)


def test_an_estimator_of_the_user_is_searched_where_axes_are_stated():
    name = "sklearn.neighbors:KNeighborsClassifier"
    axes = {"n_neighbors": Axis(low=3, high=30), "weights": Axis(choices=["uniform", "distance"])}
    stated = Stated(space={name: axes})
    assert not Stated().tunable(name)
    assert stated.tunable(name)
    assert stated.settled(name, {}) == {"n_neighbors": 16, "weights": "uniform"}
    studies = Studies(Question("binary", ("a", "b")), Size(500, 5, 2), [name], "bayesian", 0, stated=stated)
    asked = []
    while not studies.exhausted(name):
        asked.append(studies.ask(len(asked), name))
    assert len(asked) == 20
    assert {each["weights"] for each in asked} == {"uniform", "distance"}
    assert all({*each} == {*axes} for each in asked)


@pytest.mark.parametrize("method", ["bayesian", "random", "grid"])
def test_choices_of_an_estimator_of_the_user_are_all_tried(method):
    name = "sklearn.neighbors:KNeighborsClassifier"
    axes = {"weights": Axis(choices=["uniform", "distance"]), "p": Axis(choices=[1, 2])}
    stated, question = Stated(space={name: axes}), Question("binary", ("a", "b"))
    studies = Studies(question, Size(500, 5, 2), [name], method, 0, stated=stated, variants={name: [TEXTS]})
    asked = []
    while not studies.exhausted(name):
        asked.append(dict(studies.ask(len(asked), name)))
    assert {each.pop(TEXTS) for each in asked} == {"as they are"}
    assert sorted((each["weights"], each["p"]) for each in asked) == [
        ("distance", 1), ("distance", 2), ("uniform", 1), ("uniform", 2)
    ]  # fmt: skip


def test_points_of_a_grid_look_at_the_same_columns():
    looks = {"extra_trees": [TEXTS, PAIRS]}
    studies = Studies(Question("binary", ("a", "b")), Size(500, 5, 2), ["extra_trees"], "grid", 0, variants=looks)
    asked = [studies.ask(number, "extra_trees") for number in range(9)]
    assert {(each[TEXTS], each[PAIRS]) for each in asked} == {("as they are", "none")}


def walked(name, fixed):
    """All that a grid proposes."""
    studies = Studies(Question("binary", ("a", "b")), Size(500, 5, 2), [name], "grid", 0, stated=Stated({name: fixed}))
    found = []
    while not studies.exhausted(name):
        found.append(dict(studies.ask(len(found), name)))
    return found


def test_a_grid_has_no_axis_for_what_the_user_fixed():
    free, fixed = walked("extra_trees", {}), walked("extra_trees", {"max_features": "sqrt"})
    assert len(free) == 3 * len(fixed)
    assert {each["max_features"] for each in fixed} == {"sqrt"}
    assert len({json.dumps(each, sort_keys=True) for each in fixed}) == len(fixed)
    assert walked("linear", {"C": 2.0}) == [{"C": 2.0}]


def looked(*told):
    """What LightGBM looks at, trial by trial, where some of them have been told of."""
    looks, reached = {"lightgbm": [TEXTS, PAIRS]}, {"lightgbm": 0.7}
    studies = Studies(
        Question("binary", ("a", "b")), Size(500, 5, 2), ["lightgbm"], "bayesian", 0, variants=looks, reached=reached
    )
    found = []
    for number in range(5):
        asked = studies.ask(number, "lightgbm")
        found.append((asked[TEXTS], asked[PAIRS]))
        if number < len(told):
            outcome, score = told[number]
            studies.tell(number, Trial(number, "lightgbm", Recipe("trees"), asked, outcome, "", score, (score,)))
    return found


@pytest.mark.parametrize(
    ("told", "then"),
    [
        ([], ("as they are", "none")),
        ([("done", 0.6), ("done", 0.65)], ("as they are", "none")),
        ([("done", 0.6), ("done", 0.75)], ("as they are", "made")),
        ([("done", 0.8), ("done", 0.75)], ("left out", "none")),
        ([("done", 0.8), ("done", 0.85)], ("left out", "made")),
        ([("pruned", 0.8), ("failed", 0.9)], ("as they are", "none")),
    ],
)
def test_a_variant_that_does_better_is_what_comes_next(told, then):
    first, second, *later = looked(*told)
    assert first == ("left out", "none")
    assert second == ("left out" if told and told[0] == ("done", 0.8) else "as they are", "made")
    assert {*later} == {then}


COARSE = Portfolio({
    "classes": {
        "catboost": [
            Known("coarse", {"border_count": 64}, 0.0),
            Known("own defaults", {}, 0.0),
            Known("finer", {"border_count": 128, "depth": 5}, 0.0),
        ]
    }
})  # fmt: skip


def test_a_portfolios_configuration_runs_as_it_stands_there():
    question, size = Question("binary", ("a", "b")), Size(500, 5, 2)
    studies = Studies(question, size, ["catboost"], "bayesian", 0, COARSE, variants={"catboost": [TEXTS]})
    asked = [dict(studies.ask(number, "catboost")) for number in range(4)]
    first, *others = (dict(each.parameters) for each in COARSE.of("catboost", "binary", size))
    assert asked[0] == first | {TEXTS: "left out"}
    assert asked[1:3] == [each | {TEXTS: "as they are"} for each in others]
    assert asked[3]["border_count"] == 64, "a proposal is, outside of the space, what the candidate competes with"
    plain = Studies(question, size, ["catboost"], "random", 0, COARSE, Stated({"catboost": {"border_count": 32}}))
    assert plain.ask(0, "catboost")["border_count"] == 32


def hurried(outcome, count=14):
    """A study of trials that ran with larger steps than proposed, and what is proposed meanwhile."""
    studies = Studies(Question("binary", ("a", "b")), Size(500, 5, 2), ["lightgbm"], "bayesian", 0, Portfolio({}))
    proposed, ran = [], []
    for number in range(count):
        proposed.append(dict(studies.ask(number, "lightgbm")))
        ran.append({**proposed[-1], "learning_rate": 0.15 + 0.01 * number})  # the space ends at 0.2
        score = 0.6 + 0.01 * (number % 5)
        studies.tell(
            number, Trial(number, "lightgbm", Recipe("trees"), ran[-1], outcome, score=score, fold_scores=(score,))
        )
    return studies._studies["lightgbm"].get_trials(deepcopy=False), proposed, ran


@pytest.mark.parametrize(("outcome", "state"), [("done", "COMPLETE"), ("pruned", "PRUNED")])
def test_a_study_learns_from_what_ran_rather_than_from_what_was_proposed(outcome, state):
    known, proposed, ran = hurried(outcome)
    told = [each for each in known if each.state.name == state]
    assert len(told) == len(ran)
    assert [each.params["learning_rate"] for each in told] == [min(0.2, each["learning_rate"]) for each in ran]
    assert [each.params["num_leaves"] for each in told] == [each["num_leaves"] for each in ran]
    assert [each.value for each in told] == [0.6 + 0.01 * (number % 5) for number in range(len(ran))]
    assert {each.state.name for each in known} == {state, "FAIL"}, "none of them counts twice"
    assert hurried(outcome)[1] == proposed


def proposals(method, seed=0, count=12):
    studies = Studies(Question("binary", ("a", "b")), Size(500, 5, 2), ["lightgbm", "linear"], method, seed)
    found = []
    for number in range(count):
        name = studies.ranked[number % 2]
        parameters = dict(studies.ask(number, name))
        found.append((name, parameters))
        studies.tell(number, Trial(number, name, Recipe("trees"), parameters, score=0.5 + 0.01 * (number % 7)))
    return found


@pytest.mark.parametrize("method", ["bayesian", "random", "grid"])
def test_a_seed_proposes_the_same_again(method):
    assert proposals(method) == proposals(method)
    assert proposals(method) != proposals(method, seed=1)


def test_a_small_space_is_enough_after_a_few_trials():
    studies = Studies(Question("regression"), Size(500, 5), ["linear"], "random", 0)
    for number in range(6):
        assert not studies.exhausted("linear")
        studies.ask(number, "linear")
    assert studies.exhausted("linear")


def test_failed_and_pruned_trials_do_not_stop_a_search():
    studies = Studies(Question("binary", ("a", "b")), Size(500, 5, 2), ["lightgbm"], "bayesian", 0)
    outcomes = ("failed", "pruned", "done", "memory")
    for number, outcome in enumerate(outcomes):
        studies.ask(number, "lightgbm")
        studies.tell(number, Trial(number, "lightgbm", Recipe("trees"), outcome=outcome, score=0.6, fold_scores=(0.6,)))
    assert studies.ask(4, "lightgbm")


def test_a_journal_gives_back_what_was_written_and_ignores_a_torn_line(tmp_path):
    journal = Journal(tmp_path, "identity")
    trial = Trial(100, "linear", Recipe("linear"), {"C": 1.0}, score=0.8, fold_scores=(0.8, float("nan")),
                  out_of_fold=np.array([[0.1, 0.9]]))  # fmt: skip
    journal.write(trial)
    journal.write(Trial(101, "linear", Recipe("linear"), outcome="pruned"))
    with (tmp_path / "identity" / "trials.jsonl").open("a") as stream:
        stream.write(json.dumps({"number": 102})[:-3])
    found = Journal(tmp_path, "identity").read()
    assert sorted(found) == [100, 101]
    assert np.array_equal(found[100].out_of_fold, trial.out_of_fold)
    assert found[100].parameters == {"C": 1.0}
    assert Journal(tmp_path, "another").read() == {}
    assert Journal(None, "identity").read() == {}
