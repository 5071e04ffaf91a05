"""When a simple model is enough."""

import math

import numpy as np
import pytest

from tenfold.learning.recipe import Recipe
from tenfold.learning.trials.trial import Trial
from tenfold.steps.tuning.simplicity import Bought, margin_of_error

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
