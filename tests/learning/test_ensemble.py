"""Ensemble selection."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tenfold.learning.ensemble import greedy_weights, weighted

TARGET = np.linspace(0, 1, 40)


def gain(scores):
    return -float(((scores[:, 0] - TARGET) ** 2).mean())


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=5), st.integers(1, 12))
@settings(max_examples=40)
def test_the_ensemble_is_never_worse_than_the_best_single_model(shifts, rounds):
    predictions = [(TARGET + shift)[:, None] for shift in shifts]
    weights = greedy_weights(predictions, gain, rounds)
    assert abs(weights.sum() - 1) < 1e-12
    assert (weights >= 0).all()
    assert gain(weighted(predictions, weights)) >= max(map(gain, predictions)) - 1e-9


def test_ties_go_to_members_already_in():
    twin = TARGET[:, None] + 0.1
    assert greedy_weights([twin, twin.copy()], gain, rounds=10).tolist() == [1.0, 0.0]


def test_no_more_members_than_allowed():
    generator = np.random.default_rng(0)
    predictions = [TARGET[:, None] + generator.normal(0, 0.3, (40, 1)) for _ in range(8)]
    assert np.count_nonzero(greedy_weights(predictions, gain, rounds=40, members=2)) <= 2
