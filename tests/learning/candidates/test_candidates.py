"""Every candidate fits, repeats itself, and stops when its time is up."""

import itertools
import time
from types import SimpleNamespace

import numpy as np
import optuna
import pytest
from sklearn.base import clone

from tenfold.learning.candidates import Size, Watch, candidate
from tenfold.learning.candidates import lightgbm as lightgbm_candidate
from tenfold.learning.monotone import constrain
from tenfold.learning.question import Question

pytestmark = pytest.mark.slow  # many fits

GENERATOR = np.random.default_rng(0)
X = GENERATOR.normal(size=(600, 5)).astype(np.float32)
CLASSES = (X[:, 0] + GENERATOR.normal(0, 0.5, 600) > 0).astype(int)
VALUES = X[:, 0] * 2 + GENERATOR.normal(0, 0.5, 600)
NAMES = ("linear", "lightgbm", "extra_trees", "catboost")


@pytest.mark.parametrize("task", ["binary", "regression"])
@pytest.mark.parametrize("name", NAMES)
def test_the_same_seed_fits_the_same_model(name, task):
    target = VALUES if task == "regression" else CLASSES
    model = candidate(name)
    few = {model.rounds: 60} if model.rounds else {}
    parameters = dict(model.defaults(task, Size(500, 5, 1 if task == "regression" else 2))) | few
    answers = []
    for _ in range(2):
        estimator = clone(model.estimator(task, parameters, seed=3))
        rounds = model.fit(estimator, X[:500], target[:500], Watch(X[500:], target[500:]) if model.rounds else None)
        assert (rounds > 0) == bool(model.rounds)
        answers.append(estimator.predict(X[500:]))
    assert np.array_equal(*answers)


@pytest.mark.parametrize("name", ["lightgbm", "extra_trees", "catboost"])
def test_boosting_ends_with_what_it_has_when_time_is_up(name):
    model = candidate(name)
    wide, target = np.tile(X, (20, 4)), np.tile(CLASSES, 20)
    parameters = dict(model.defaults("binary", Size(len(wide), 20, 2))) | {model.rounds: 100_000}
    estimator = model.estimator("binary", parameters, seed=0)
    begun = time.monotonic()
    rounds = model.fit(estimator, wide, target, Watch(seconds=0.3))
    assert time.monotonic() - begun < 5
    assert 0 < rounds < 100_000
    assert estimator.predict(wide[:3]).shape == (3,)


def test_a_forest_grown_in_parts_is_the_forest_grown_at_once():
    model = candidate("extra_trees")
    parameters = {"n_estimators": 30, "min_samples_leaf": 3}
    whole, parts = (model.estimator("binary", parameters, seed=5) for _ in range(2))
    model.fit(whole, X, CLASSES)
    assert model.fit(parts, X, CLASSES, Watch(seconds=60)) == 30
    assert np.array_equal(whole.predict_proba(X), parts.predict_proba(X))


@pytest.mark.parametrize("name", ["lightgbm", "catboost"])
def test_a_class_that_only_the_validation_rows_have_is_no_obstacle(name):
    model = candidate(name)
    target = CLASSES.copy()
    target[550:] = 2
    parameters = dict(model.defaults("multiclass", Size(500, 5, 3))) | {model.rounds: 20}
    estimator = model.estimator("multiclass", parameters, seed=0)
    assert model.fit(estimator, X[:500], target[:500], Watch(X[500:], target[500:])) > 0


@pytest.mark.parametrize("name", NAMES)
def test_what_a_space_suggests_can_be_fitted(name):
    model = candidate(name)
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    for _ in range(3):
        few = {model.rounds: 5} if model.rounds else {}
        parameters = dict(model.space(study.ask(), "binary", Size(1000, 5, 2))) | few
        estimator = model.estimator("binary", parameters, 0)
        model.fit(estimator, X, CLASSES)
        assert estimator.predict_proba(X).shape == (600, 2)


@pytest.mark.parametrize(
    ("path", "dense"),
    [("sklearn.linear_model:LogisticRegression", False), ("sklearn.naive_bayes:GaussianNB", True),
     ("sklearn.multiclass:OneVsRestClassifier", True)],
)  # fmt: skip
def test_an_own_estimator_gets_what_it_says_that_it_takes(path: str, dense: bool) -> None:
    """The third cannot be made without arguments, so that it cannot say anything."""
    assert candidate(path).dense is dense


@pytest.mark.parametrize("positive", ["a", "b"])
@pytest.mark.parametrize("task", ["binary", "regression"])
@pytest.mark.parametrize("name", ["lightgbm", "extra_trees", "catboost"])
def test_a_promised_direction_is_kept_where_the_rows_say_otherwise(name, task, positive):
    """One column goes up and down again, the other has gaps; unconstrained, the answer follows."""
    generator = np.random.default_rng(1)
    matrix = generator.normal(size=(1500, 4)).astype(np.float32)
    values = np.sin(2 * matrix[:, 0]) + 0.5 * matrix[:, 0] - matrix[:, 1] + generator.normal(0, 0.3, 1500)
    matrix[::11, 1] = np.nan
    regression = task == "regression"
    question = Question("regression") if regression else Question("binary", ("a", "b"), positive)
    target = values if regression else (values > 0.2).astype(int)
    up = -1 if positive == "a" and not regression else 1  # the data's own direction, seen from the positive class
    model = candidate(name)
    grid = np.linspace(-6, 6, 200, dtype=np.float32)
    worst = {}
    for directions in ((up, -up), ()):
        parameters = dict(model.defaults(task, Size(1500, 4, question.outputs))) | {model.rounds: 80}
        estimator = model.estimator(task, parameters, seed=2)
        if directions:
            constrain(estimator, name, directions, question, 4)
        model.fit(estimator, matrix[:1200], target[:1200], Watch(matrix[1200:], target[1200:], seconds=60))
        against = 0.0
        for row in matrix[:40]:
            for column, direction in enumerate((up, -up)):
                moved = np.tile(row, (len(grid), 1))
                moved[:, column] = grid
                answers = estimator.predict(moved) if regression else estimator.predict_proba(moved)
                answers = answers if regression else answers[:, ("a", "b").index(positive)]
                against = max(against, float((-direction * np.diff(answers)).max()))
        worst[bool(directions)] = against
    assert worst[True] <= 1e-9 < 0.02 < worst[False]


@pytest.mark.parametrize("task", ["binary", "regression"])
@pytest.mark.parametrize("name", ["dummy", "linear"])
def test_a_weight_of_two_is_a_row_that_stands_twice(name, task):
    target = VALUES if task == "regression" else CLASSES
    copies = np.where(np.arange(600) % 3, 1, 2)
    model, parameters = candidate(name), {}
    weighed, repeated = (model.estimator(task, parameters, seed=0) for _ in range(2))
    model.fit(weighed, X, target, weights=copies.astype(float))
    model.fit(repeated, np.repeat(X, copies, axis=0), np.repeat(target, copies))
    answers = [each.predict(X) if task == "regression" else each.predict_proba(X) for each in (weighed, repeated)]
    assert np.allclose(*answers, atol=1e-3)


@pytest.mark.parametrize("name", ["lightgbm", "catboost"])
def test_boosting_stops_by_the_rows_that_count(name):
    """The watched rows that weigh nothing are answered at random; those that count are as the others."""
    model = candidate(name)
    target = CLASSES.copy()
    target[450:525] = 1 - target[450:525]
    weights = np.ones(600)
    weights[450:525] = 0.0
    found = []
    for own in (None, weights[450:]):
        parameters = dict(model.defaults("binary", Size(450, 5, 2))) | {model.rounds: 300}
        estimator = model.estimator("binary", parameters, seed=0)
        found.append(model.fit(estimator, X[:450], target[:450], Watch(X[450:], target[450:], weights=own)))
    assert found[0] < found[1]


@pytest.mark.parametrize("task", ["binary", "regression"])
def test_boosting_that_is_cut_by_time_keeps_its_best_round_not_its_last(task, monkeypatch):
    """Of noise it learns nothing that holds for other rows, so that it soon gets worse: within its patience, here."""
    noise = np.random.default_rng(5).normal(size=600)
    target = noise if task == "regression" else (noise > 0).astype(int)
    model, cut = candidate("lightgbm"), 60

    def fitted(rounds, seconds):
        parameters = dict(model.defaults(task, Size(500, 5, 2))) | {"n_estimators": rounds, "learning_rate": 0.3}
        estimator = model.estimator(task, parameters, seed=0)
        return model.fit(estimator, X[:500], target[:500], Watch(X[500:], target[500:], seconds)), estimator

    best, whole = fitted(cut, None)
    assert best < cut - 10
    ticks = itertools.count()  # a second passes with every round
    monkeypatch.setattr(lightgbm_candidate, "time", SimpleNamespace(monotonic=lambda: next(ticks)))
    found, ended = fitted(2000, cut)
    assert found == best
    assert cut < next(ticks) < cut + 5, "it was time that ended it"
    assert np.array_equal(ended.predict(X[500:]), whole.predict(X[500:]))


@pytest.mark.parametrize("task", ["binary", "regression"])
def test_linear_models_are_seeded_unless_the_user_says_otherwise(task):
    """Not every solver draws, but some do: ``saga`` shuffles the rows."""
    model = candidate("linear")
    assert model.estimator(task, {"solver": "saga"}, seed=2**32 + 5).random_state == 5
    assert model.estimator(task, {"random_state": 1}, seed=5).random_state == 1
