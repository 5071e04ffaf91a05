"""Proposals and the journal."""

import json

import numpy as np
import pytest

from tenfold.learning.candidates import Size
from tenfold.learning.question import Question
from tenfold.learning.recipe import Recipe
from tenfold.learning.search.journal import Journal
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
