"""Which parameters a candidate takes, and that it keeps those that a user names."""

from __future__ import annotations

import numpy as np
import pytest

from tenfold.learning.candidates import Size, candidate, linear
from tenfold.metrics import Task

NAMES = ("linear", "lightgbm", "extra_trees", "catboost", "realmlp")


@pytest.mark.parametrize("task", ["binary", "regression"])
@pytest.mark.parametrize("name", NAMES)
def test_every_parameter_that_is_offered_can_be_given(name: str, task: Task) -> None:
    """Those that the run sets itself are not: an estimator made with them would get them twice."""
    model = candidate(name)
    offered = model.names(task)
    assert offered is not None
    assert ("target" in offered) is (task == "regression")
    for each in {*offered.values()} - {"target"}:
        model.estimator(task, {each: None}, seed=0)
    assert not {*offered} & {*model.reserved}


@pytest.mark.parametrize("task", ["binary", "regression"])
@pytest.mark.parametrize("name", NAMES)
def test_defaults_and_what_time_is_reckoned_with_are_among_them(name: str, task: Task) -> None:
    model = candidate(name)
    offered = {name for name, known in (model.names(task) or {}).items() if name == known}
    assert {*model.defaults(task, Size(500, 5, long_tailed=task == "regression"))} <= offered
    assert {*model.counted, *filter(None, (model.rounds, model.rate))} <= offered


def test_an_own_class_that_takes_anything_is_given_anything() -> None:
    assert candidate("lightgbm:LGBMClassifier").names("binary") is None


def test_iterations_that_the_user_names_are_kept_and_others_end_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linear, "_WORK", 1)  # as if there were very many cells
    X, y = np.random.default_rng(0).normal(size=(50, 2)), np.arange(50) % 2
    model = candidate("linear")
    for given, made in (({}, 30), ({"max_iter": 5000}, 5000), ({"max_iter": 300}, 300)):
        estimator = model.estimator("binary", given, seed=0)
        model.fit(estimator, X, y)
        assert estimator.max_iter == made


@pytest.mark.parametrize("looked", ["sqrt", None, 3, 0.5])
def test_work_is_reckoned_however_the_columns_of_a_split_are_given(looked: object) -> None:
    assert 0 < candidate("extra_trees").work({"n_estimators": 100, "max_features": looked}) <= 110


def test_lightgbm_drops_other_names_in_silence_which_is_why_they_are_refused() -> None:
    """Should it take them one day, they may pass."""
    X, y = np.random.default_rng(0).normal(size=(200, 2)), np.arange(200) % 2
    kept = candidate("lightgbm").estimator("binary", {"n_estimators": 3, "num_leaves": 4, "num_leaf": 31}, seed=0)
    candidate("lightgbm").fit(kept, X, y)
    leaves = [tree["num_leaves"] for tree in kept.booster_.dump_model()["tree_info"]]
    assert max(leaves) == 4
