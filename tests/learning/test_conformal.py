"""Intervals and sets of labels hold the truth as often as they promise."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tenfold.bundle.coverage import IntervalRule, SetRule
from tenfold.learning.conformal import calibrate, intervals, sets

CLASSES = ("a", "b", "c")
Draw = Callable[[int, np.random.Generator], tuple[np.ndarray, np.ndarray]]
LEVELS = st.floats(0.05, 0.99)
VALUES = arrays(np.float64, st.integers(1, 700), elements=st.floats(-1e6, 1e6))


def uneven(rows: int, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Values, and predictions whose error grows with them."""
    predicted = random.uniform(1, 100, rows)
    return predicted + random.normal(size=rows) * predicted / 10, predicted


def labelled(rows: int, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Class codes, and probabilities that are too sure of themselves."""
    scores = random.dirichlet((0.6, 0.4, 0.3), rows)
    codes = (scores.cumsum(axis=1) < random.random((rows, 1))).sum(axis=1).clip(max=2)
    sharpened = scores**2 + 1e-12
    return codes, sharpened / sharpened.sum(axis=1, keepdims=True)


def covers(rule: IntervalRule | SetRule, target: np.ndarray, scores: np.ndarray) -> np.ndarray:
    if isinstance(rule, IntervalRule):
        low, high = rule.intervals(scores).T
        return (low <= target) & (target <= high)
    decided = [CLASSES[code] for code in scores.argmax(axis=1)]
    answers = rule.sets(CLASSES, scores, decided)
    return np.array([CLASSES[code] in labels for code, labels in zip(target, answers, strict=True)])


@pytest.mark.parametrize("level", [0.5, 0.8, 0.9, 0.95])
@pytest.mark.parametrize("rows", [19, 60, 1000])
def test_later_rows_are_covered_as_promised_whatever_the_model(level: float, rows: int) -> None:
    random = np.random.default_rng(0)
    for draw, calibrated in ((uneven, intervals), (labelled, None)):
        shares = []
        for _ in range(60):
            target, scores = draw(rows, random)
            rule = calibrated(target, scores, level) if calibrated else calibrate(target, scores, level)
            assert rule is not None
            shares.append(covers(rule, *draw(500, random)).mean())
        chance = 4 * np.std(shares) / np.sqrt(len(shares))
        assert np.mean(shares) >= level - chance
        if draw is uneven:  # sets are never empty, and so may cover more
            assert np.mean(shares) <= level + 1 / (min(rows, 200) + 1) + chance


def test_labels_that_are_always_in_are_counted_with() -> None:
    random = np.random.default_rng(2)

    def draw(rows: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        share = random.beta(1, 2, rows)
        return (random.random(rows) < share).astype(int), np.stack([1 - share, share], 1), (share > 0.2).astype(int)

    target, scores, decided = draw(20_000)
    careful, plain = calibrate(target, scores, 0.9, decided), calibrate(target, scores, 0.9)
    assert isinstance(careful, SetRule)
    assert isinstance(plain, SetRule)
    assert careful.least > plain.least
    target, scores, decided = draw(20_000)
    answers = careful.sets(("a", "b"), scores, ["ab"[code] for code in decided])
    assert np.mean(["ab"[code] in labels for code, labels in zip(target, answers, strict=True)]) == pytest.approx(
        0.9, abs=0.01
    )


def test_each_range_of_predictions_is_covered_and_intervals_are_no_wider_than_need_be() -> None:
    random = np.random.default_rng(1)
    rule = intervals(*uneven(5000, random), 0.9)
    assert rule is not None
    assert len(rule.half_widths) == 10
    target, predicted = uneven(50_000, random)
    held = covers(rule, target, predicted)
    bins = np.searchsorted(rule.edges, predicted, side="right")
    assert min(held[bins == each].mean() for each in range(10)) > 0.85
    errors = abs(target - predicted)
    plain = np.quantile(errors, 0.9)
    assert (errors <= plain)[predicted > 90].mean() < 0.8, "one width for all does not cover the large ones"
    assert np.mean(np.take(rule.half_widths, bins)) < plain


@given(VALUES, st.integers(0, 2**32 - 1), LEVELS, LEVELS)
def test_a_higher_level_holds_what_a_lower_one_holds(predicted: np.ndarray, seed: int, one: float, two: float) -> None:
    lower, higher = sorted((one, two))
    random = np.random.default_rng(seed)
    target = predicted + random.standard_cauchy(len(predicted))
    narrow, wide = (intervals(target, predicted, level) for level in (lower, higher))
    if wide is not None:
        assert narrow is not None
        assert narrow.edges == wide.edges
        inner, outer = narrow.intervals(predicted), wide.intervals(predicted)
        assert (outer[:, 0] <= inner[:, 0]).all()
        assert (outer[:, 1] >= inner[:, 1]).all()
    probability = np.abs(np.sin(predicted))
    few, many = (sets(probability, level) for level in (lower, higher))
    if many is not None:
        assert few is not None
        assert few.least >= many.least


@given(VALUES, LEVELS)
def test_calibration_rows_themselves_are_covered(predicted: np.ndarray, level: float) -> None:
    target = np.round(predicted / 3)
    rule = intervals(target, predicted, level)
    if rule is not None:
        errors = abs(predicted - target)
        bins = np.searchsorted(rule.edges, predicted, side="right")
        for each, width in enumerate(rule.half_widths):
            assert (errors[bins == each] <= width).mean() >= level
            assert (bins == each).sum() >= min(200, len(predicted))


@given(
    arrays(np.float64, (7, 3), elements=st.floats(0, 1)),
    st.floats(0, 1),
    st.lists(st.sampled_from(CLASSES), min_size=7, max_size=7),
)
def test_a_set_is_never_empty_and_holds_the_predicted_label(scores: np.ndarray, least: float, said: list[str]) -> None:
    for row, predicted, labels in zip(scores, said, SetRule(0.9, 10, least).sets(CLASSES, scores, said), strict=True):
        assert {predicted, CLASSES[row.argmax()]} <= set(labels)
        assert {label for label, share in zip(CLASSES, row, strict=True) if share >= least} <= set(labels)
        assert labels == sorted(labels)


@pytest.mark.parametrize(("rows", "level"), [(8, 0.9), (0, 0.5), (98, 0.99)])
def test_too_few_rows_promise_nothing(rows: int, level: float) -> None:
    assert calibrate(np.zeros(rows), np.zeros((rows, 1)), level) is None
    assert calibrate(np.zeros(rows, dtype=int), np.ones((rows, 2)), level) is None
    assert calibrate(np.zeros(rows + 1), np.zeros((rows + 1, 1)), level) is not None
    assert calibrate(np.zeros(rows + 1), np.zeros((rows + 1, 1)), None) is None


def test_equal_predictions_are_in_one_bin() -> None:
    rule = intervals(np.arange(3000.0), np.repeat([5.0, 7.0], [2900, 100]), 0.9)
    assert rule is not None
    assert rule.edges == ()
    rule = intervals(np.arange(3000.0), np.repeat([5.0, 7.0], 1500), 0.9)
    assert rule is not None
    assert rule.edges == (6.0,)


def test_an_infinite_error_promises_nothing() -> None:
    assert intervals(np.full(50, np.inf), np.zeros(50), 0.9) is None


@pytest.mark.parametrize("draw", [uneven, labelled])
@pytest.mark.parametrize("rows", [250, 900])
def test_weights_say_whom_the_promise_is_for(draw: Draw, rows: int) -> None:
    """Hard rows are rare in the sample and common among those whom it stands for."""
    random = np.random.default_rng(1)
    plain, weighed = [], []
    for _ in range(60):
        target, scores = draw(rows, random)
        target, scores, weights = strained(target, scores, random)
        for found, counted_by in ((plain, None), (weighed, weights)):
            rule = calibrate(target, scores.reshape(len(target), -1), 0.9, weights=counted_by)
            assert rule is not None
            later, answers, counted = strained(*draw(1000, random), random)
            held = covers(rule, later, answers)
            found.append(np.average(held, weights=counted))
    assert np.mean(weighed) >= 0.9 - 4 * np.std(weighed) / np.sqrt(60)
    assert np.mean(plain) < np.mean(weighed) - 0.02


def strained(target: np.ndarray, scores: np.ndarray, random: np.random.Generator) -> tuple[np.ndarray, ...]:
    """A tenth of the rows with answers that have nothing to do with them; each of those stands for ten."""
    hard = random.random(len(target)) < 0.1
    mixed = scores.copy()
    mixed[hard] = scores[random.permutation(np.flatnonzero(hard))]
    return target, mixed, np.where(hard, 10.0, 1.0)


@given(VALUES, LEVELS, st.floats(0.01, 100))
def test_equal_weights_change_nothing(errors: np.ndarray, level: float, weight: float) -> None:
    zeros = np.zeros(len(errors))
    assert intervals(errors, zeros, level, np.full(len(errors), weight)) == intervals(errors, zeros, level)
    shares = np.abs(errors) / 1e6
    assert sets(shares, level, np.full(len(errors), weight)) == sets(shares, level)


def test_rows_that_count_nothing_say_nothing() -> None:
    errors, weights = np.array([*range(1, 101), *[1e6] * 50]), np.array([1.0] * 100 + [0.0] * 50)
    zeros = np.zeros(150)
    rule, without = intervals(errors, zeros, 0.9, weights), intervals(errors[:100], zeros[:100], 0.9)
    assert rule is not None
    assert without is not None
    assert rule.half_widths == without.half_widths
    assert intervals(errors, zeros, 0.9, zeros) is None


def test_where_weights_leave_a_bin_too_little_all_rows_are_in_one() -> None:
    random = np.random.default_rng(0)
    target, predicted = uneven(2000, random)
    rule = intervals(target, predicted, 0.99, random.lognormal(size=2000))
    assert rule is not None
    assert rule.edges == ()
    assert intervals(target, predicted, 0.99) is not None
