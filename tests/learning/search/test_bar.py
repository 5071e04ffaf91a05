"""What ends on its first fold: what is surely behind, and of no help."""

import numpy as np
import pytest

from tenfold.learning.question import Question
from tenfold.learning.search.bar import bar, helps, luck

QUESTION = Question("binary", ("a", "b"), "b")
RNG = np.random.default_rng(0)
TARGET = RNG.integers(0, 2, 2000)
SIGNS = 2.0 * TARGET - 1


def told(noise):
    """Probabilities of an answer that is right but for some noise."""
    odds = 1 / (1 + np.exp(-(SIGNS + noise)))
    return np.column_stack([1 - odds, odds])


NOISE = RNG.normal(size=2000)
BEST = told(NOISE)


def test_the_same_errors_and_more_of_them_are_no_help():
    assert not helps(QUESTION, TARGET, BEST, told(1.6 * NOISE), way=0.4)
    assert not helps(QUESTION, TARGET, BEST, BEST, way=0.4)


def test_other_errors_help_although_there_are_more_of_them():
    other = told(1.6 * RNG.normal(size=2000))
    assert helps(QUESTION, TARGET, BEST, other, way=0.4)


def test_luck_shrinks_with_rows_and_counts_weights():
    every, some = luck(QUESTION, TARGET, BEST), luck(QUESTION, TARGET[:125], BEST[:125])
    assert some == pytest.approx(4 * every, rel=0.5)
    weights = np.r_[np.ones(125), np.zeros(1875)]
    assert luck(QUESTION, TARGET, BEST, weights) == pytest.approx(some, rel=0.5)
    assert luck(QUESTION, TARGET, BEST) == every  # seeded


def test_where_a_few_rows_decide_nobody_is_surely_behind():
    """One error of a thousand among errors of one: a fold that has it says little about who is better."""
    target = np.r_[RNG.normal(size=500), 1000.0]
    best = np.zeros((501, 1))
    chance = luck(Question("regression"), target, best)
    reached = -float(np.sqrt(np.mean(target**2)))
    assert bar([reached], reached - 10, chance) < reached - 15
