"""Which configurations come first."""

import json

import pytest

from tenfold.core.errors import UserError
from tenfold.learning.candidates import Size, candidate
from tenfold.learning.search.portfolio import Portfolio

SIZE = Size(5000, 10, 2)
TABLE = {"classes": {"lightgbm": [
    {"name": "small trees", "parameters": {"num_leaves": 12, "learning_rate": 0.05}, "gain": 0.0},
    {"name": "large trees", "parameters": {"num_leaves": 99}, "gain": 0.01},
]}, "values": {}}  # fmt: skip


@pytest.fixture
def portfolio(tmp_path):
    path = tmp_path / "table.json"
    path.write_text(json.dumps(TABLE))
    return Portfolio.load(path)


def test_configurations_are_whole_and_in_order(portfolio):
    found = portfolio.of("lightgbm", "binary", SIZE)
    assert [each.name for each in found] == ["small trees", "large trees"]
    assert found[0].parameters == {**candidate("lightgbm").defaults("binary", SIZE), "num_leaves": 12,
                                   "learning_rate": 0.05}  # fmt: skip
    assert found[1].gain == 0.01


def test_a_candidate_that_the_table_does_not_know_has_its_defaults(portfolio):
    (only,) = portfolio.of("catboost", "binary", SIZE)
    assert only.parameters == candidate("catboost").defaults("binary", SIZE)


def test_long_tails_try_logarithms_second(portfolio):
    tailed = Size(5000, 10, 1, long_tailed=True)
    targets = [each.parameters["target"] for each in portfolio.of("lightgbm", "regression", tailed)]
    assert targets[:2] == ["as it is", "log"]
    assert [each.parameters["target"] for each in portfolio.of("linear", "regression", tailed)] == ["as it is", "log"]


def test_another_table_is_refused_with_a_code(tmp_path):
    path = tmp_path / "table.json"
    path.write_text('{"classes": {"lightgbm": [{"wrong": 1}]}}')
    with pytest.raises(UserError, match="TF-MODEL-003"):
        Portfolio.load(path)


def test_the_table_that_comes_with_tenfold_can_be_fitted():
    for task, size in (("binary", SIZE), ("multiclass", Size(500, 10, 5)), ("regression", Size(500, 10))):
        for name in ("linear", "lightgbm", "extra_trees", "catboost"):
            for known in Portfolio.load().of(name, task, size):
                parameters = {key: value for key, value in known.parameters.items() if key != "target"}
                estimator = candidate(name).estimator(task, parameters, seed=0)
                asked = estimator.get_params()
                assert all(asked[key] == value for key, value in parameters.items() if key in asked), known.name


def test_many_rows_begin_with_the_candidates_own_defaults(portfolio):
    first, second, *_ = portfolio.of("lightgbm", "binary", Size(100_000, 10, 2))
    assert first.parameters == candidate("lightgbm").defaults("binary", Size(100_000, 10, 2))
    assert second.name == "small trees"
