"""Proposals and the journal."""

import json

import numpy as np
import pytest

from tenfold.learning.candidates import Size
from tenfold.learning.question import Question
from tenfold.learning.recipe import Recipe
from tenfold.learning.search.journal import Journal
from tenfold.learning.search.portfolio import Known, Portfolio
from tenfold.learning.search.studies import Studies
from tenfold.learning.trials.trial import Trial


def test_what_has_texts_is_tried_without_them_first_and_then_both_ways():
    question = Question("binary", ("a", "b"))
    studies = Studies(question, Size(500, 5, 2), ["lightgbm", "linear"], "bayesian", 0, wordy=frozenset(["lightgbm"]))
    first = dict(studies.ask(100, "lightgbm"))
    defaults = studies.portfolio.of("lightgbm", "binary", Size(500, 5, 2))[0].parameters
    assert first.pop("texts") == "left out"
    assert first == dict(defaults)
    later = [studies.ask(number, "lightgbm")["texts"] for number in range(101, 130)]
    assert later[0] == "as they are"
    assert {*later} == {"left out", "as they are"}
    assert "texts" not in studies.ask(130, "linear")


def test_parameters_of_the_user_are_left_as_they_are():
    fixed = {"lightgbm": {"num_leaves": 7}}
    studies = Studies(Question("binary", ("a", "b")), Size(500, 5, 2), ["lightgbm"], "bayesian", 0, fixed=fixed)
    asked = [studies.ask(number, "lightgbm") for number in range(100, 112)]
    assert {each["num_leaves"] for each in asked} == {7}
    assert len({each["learning_rate"] for each in asked}) > 5


def walked(name, fixed):
    """All that a grid proposes."""
    studies = Studies(Question("binary", ("a", "b")), Size(500, 5, 2), [name], "grid", 0, fixed={name: fixed})
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
    studies = Studies(question, size, ["catboost"], "bayesian", 0, COARSE, wordy=frozenset(["catboost"]))
    asked = [dict(studies.ask(number, "catboost")) for number in range(4)]
    first, *others = (dict(each.parameters) for each in COARSE.of("catboost", "binary", size))
    assert asked[0] == first | {"texts": "left out"}
    assert asked[1:3] == [each | {"texts": "as they are"} for each in others]
    assert asked[3]["border_count"] == 64, "a proposal is, outside of the space, what the candidate competes with"
    plain = Studies(question, size, ["catboost"], "random", 0, COARSE, fixed={"catboost": {"border_count": 32}})
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
