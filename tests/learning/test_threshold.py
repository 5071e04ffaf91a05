"""Decision thresholds."""

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as sklearn_metrics

from tenfold.learning.threshold import _OF_CUTS, best_score, by_cost, by_metric
from tenfold.metrics import METRICS


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


LABELS = [name for name, metric in METRICS.items() if metric.needs == "labels"]
#: Rows of few probabilities, so that many are equal, or of any; some weigh nothing.
ROWS = st.lists(
    st.tuples(
        st.booleans(),
        st.sampled_from([0.0, 0.1, 0.5, 0.9, 1.0]) | st.floats(0, 1),
        st.sampled_from([0.0, 0.5, 1.0, 3.0]),
    ),
    min_size=1,
    max_size=30,
)


def unpacked(rows):
    return tuple(np.array(column) for column in zip(*rows, strict=True))


def every_cut(probability):
    """The rows that are decided as positive, by every threshold from 0 to 1 that makes a difference."""
    beyond = np.nextafter(probability.max(), 2)
    return [probability >= cut for cut in [*np.unique(probability), *([beyond] if beyond <= 1 else [])]]


def by_scikit_learn(metric, positive, decided, weights):
    if metric == "balanced_accuracy":  # scikit-learn's own warns where only one class occurs
        recalls = sklearn_metrics.recall_score(
            positive, decided, labels=[False, True], average=None, sample_weight=weights, zero_division=0
        )
        return np.mean([recalls[side] for side in (0, 1) if weights[positive == bool(side)].sum() > 0])
    more = {} if metric == "accuracy" else {"zero_division": 0}
    return getattr(sklearn_metrics, f"{metric}_score")(positive, decided, sample_weight=weights, **more)


def test_every_metric_of_decisions_can_choose():
    assert [*_OF_CUTS] == LABELS
    assert all(METRICS[name].greater_is_better for name in LABELS)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("metric", LABELS)
@given(rows=ROWS)
def test_no_cut_is_better_than_the_one_that_is_chosen(metric, weighted, rows):
    positive, probability, weights = unpacked(rows)
    if not weighted or not weights.sum() > 0:
        weights = np.ones(len(rows))
    best = max(by_scikit_learn(metric, positive, decided, weights) for decided in every_cut(probability))
    cut = by_metric(positive, probability, metric, weights if weighted else None)
    assert 0 <= cut <= 1
    assert by_scikit_learn(metric, positive, probability >= cut, weights) == pytest.approx(best, abs=1e-9)
    assert best_score(positive, probability, metric, weights if weighted else None) == pytest.approx(best, abs=1e-9)


@given(rows=ROWS, costs=st.tuples(st.sampled_from([0.0, 1.0, 7.5]), st.sampled_from([0.0, 1.0, 100.0])))
def test_no_cut_is_cheaper_than_the_one_that_is_chosen(rows, costs):
    positive, probability, weights = unpacked(rows)

    def cost(decided):
        return costs[0] * weights[positive & ~decided].sum() + costs[1] * weights[decided & ~positive].sum()

    cut = by_cost(positive, probability, costs, weights)
    assert 0 <= cut <= 1
    assert cost(probability >= cut) == pytest.approx(min(map(cost, every_cut(probability))), abs=1e-9)


def test_of_equally_good_cuts_the_nearest_to_the_middle_is_taken():
    positive, probability = np.array([False, False, True, True]), np.array([0.1, 0.2, 0.6, 0.9])
    assert by_metric(positive, probability, "f1") == 0.5
    assert by_metric(positive, probability / 2, "f1") == pytest.approx(0.2)  # no cut at one half parts them
    assert by_metric(positive, probability, "recall") == 0.5


def test_a_few_rows_among_very_many_are_told_apart():
    probability = np.linspace(0, 1, 40_000)
    positive = np.arange(40_000) >= 39_970
    np.testing.assert_array_equal(probability >= by_metric(positive, probability, "f1"), positive)


def test_half_a_million_rows_are_a_matter_of_seconds():
    positive, probability = drawn(500_000)
    begun = time.monotonic()
    assert by_metric(positive, probability, "f1") < 0.5
    assert time.monotonic() - begun < 10
