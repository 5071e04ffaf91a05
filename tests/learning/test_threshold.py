"""Decision thresholds."""

import numpy as np
import pytest

from tenfold.learning.threshold import by_cost, by_metric


def drawn(rows=20_000):
    generator = np.random.default_rng(0)
    probability = generator.uniform(0, 1, rows)
    return generator.uniform(size=rows) < probability, probability


def test_costs_of_honest_probabilities_give_the_theoretical_threshold():
    positive, probability = drawn()
    assert by_cost(positive, probability, (4.0, 1.0)) == pytest.approx(0.2, abs=0.06)


def test_the_dearer_a_miss_the_lower_the_threshold():
    positive, probability = drawn(2_000)
    found = [by_cost(positive, probability, (cost, 1.0)) for cost in (0.2, 1.0, 5.0, 50.0)]
    assert found == sorted(found, reverse=True)


def test_f1_prefers_a_lower_threshold_for_rare_positives():
    positive, probability = drawn(4_000)
    rare = positive & (np.arange(len(positive)) % 5 == 0)
    assert by_metric(rare, probability / 5, "f1") < 0.2


def test_free_mistakes_leave_the_middle():
    assert by_cost(np.array([True, False]), np.array([0.4, 0.4]), (0.0, 0.0)) == 0.5


@pytest.mark.parametrize("scale", [1.0, 1e-6, 1e-12, 1e-300])
def test_rounding_leaves_every_row_on_its_side(scale):
    positive, probability = np.array([False, False, True, True]), np.array([0.05, 0.1, 0.3, 0.7]) * scale
    for found in (by_cost(positive, probability, (5.0, 1.0)), by_metric(positive, probability, "f1")):
        np.testing.assert_array_equal(probability >= found, positive)


def test_neighbours_that_differ_in_their_last_digits_are_told_apart():
    low = 0.4
    probability = np.array([low, np.nextafter(low, 1), np.nextafter(np.nextafter(low, 1), 1)])
    positive = np.array([False, False, True])
    np.testing.assert_array_equal(probability >= by_metric(positive, probability, "f1"), positive)
