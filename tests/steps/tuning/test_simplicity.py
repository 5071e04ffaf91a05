"""When a simple model is enough."""

import math
from types import SimpleNamespace

import numpy as np
import pytest

from tenfold.learning.question import Question
from tenfold.learning.recipe import Recipe
from tenfold.learning.scoring import score
from tenfold.learning.search.baseline import dummy_trial
from tenfold.learning.trials.trial import Trial
from tenfold.steps.tuning.simplicity import Bought, bought, margin_of_error

SIMPLE = Trial(1, "linear", Recipe("linear"))


def test_a_simple_model_has_to_be_surely_not_worse():
    assert Bought(SIMPLE, 0.001, 0.004, 0.009).little(0.01)
    assert not Bought(SIMPLE, 0.001, 0.004, 0.03).little(0.01)
    assert not Bought(SIMPLE, 0.001, 0.004, math.inf).little(0.99)


def test_overlapping_folds_say_less_than_independent_ones():
    differences = np.random.default_rng(0).normal(size=10).tolist()
    assert margin_of_error(differences, 0.25) > margin_of_error(differences, 0.0)


@pytest.mark.parametrize("ratio", [0.1, 0.25, 1.0])
def test_folds_that_agree_leave_no_doubt(ratio):
    assert margin_of_error([0.2, 0.2, 0.2], ratio) == pytest.approx(0.0, abs=1e-12)


def test_an_undefined_fold_says_nothing():
    assert margin_of_error([0.1, math.nan, 0.3], 0.2) == margin_of_error([0.1, 0.3], 0.2)


def test_where_one_fold_was_judged_its_rows_tell_the_spread():
    """A hold-out of 2,000 rows: a linear model that is as good is enough, one that is worse is not."""
    generator = np.random.default_rng(0)
    target = generator.normal(size=3000)
    truth = target[1000:, None]
    best, alike, worse = (truth + noise * generator.normal(size=(2000, 1)) for noise in (0.3, 0.3, 0.6))
    question = Question("regression", metric_name="rmse")
    split = (np.arange(1000), np.arange(1000, 3000))
    data = SimpleNamespace(target=target, splits=[split], weights=None, question=question)
    bench = SimpleNamespace(
        question=question, data=data, seed=0, rows=lambda splits: split[1], weights=lambda splits: None
    )

    def linear(scores):
        reached = score(question, target[1000:], scores)
        return Trial(1, "linear", Recipe("linear"), score=reached, fold_scores=(reached,), out_of_fold=scores)

    found = [bought(bench, (0,), [dummy_trial(data, (0,)), linear(scores)], best) for scores in (alike, worse)]
    assert found[0].little(0.05)
    assert 0.2 < found[1].share < found[1].most < 1
