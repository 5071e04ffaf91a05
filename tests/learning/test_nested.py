"""Nested cross-validation: no group, and no pair of equal rows, lies on both sides of any split."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tenfold.learning.folds import Rows
from tenfold.learning.nested import _Dealer, _deals, _nested_splits


def dealt(units: NDArray[np.object_], count: int) -> NDArray[np.int64]:
    """Folds as step 4 deals them: units in turn."""
    _, codes = np.unique(units, return_inverse=True)
    folds: NDArray[np.int64] = (codes % count).astype(np.int64)
    return folds


def shared(units: NDArray[np.object_], learned: Rows, judged: Rows) -> set[str]:
    return set(units[learned]) & set(units[judged])


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(0, 30), min_size=6, max_size=80).filter(lambda each: len(set(each)) > 2),
    st.integers(2, 5),
    st.booleans(),
    st.integers(0, 2**31),
)
def test_units_stay_together_in_every_repeat(members: list[int], count: int, classes: bool, seed: int) -> None:
    units = np.array([f"u{each}" for each in members], dtype=object)
    labels = np.arange(len(units)) % 3 if classes else np.zeros(len(units))
    folds, dealer = dealt(units, count), _Dealer(units, labels, seed)
    repeats = list(_deals(folds, dealer, 3))
    assert len(repeats) == 3
    for each in repeats:
        assume(all((each != fold).sum() > 3 for fold in each))  # else there is nothing to part once more
        nested = list(_nested_splits(each, 3, dealer))
        assert np.concatenate([valid for (_, valid), _ in nested]).size == len(units), "every row is judged once"
        for (train, valid), inner in nested:
            assert not shared(units, train, valid)
            assert inner
            for learned, judged in inner:
                assert learned.size > 0 < judged.size
                assert set(learned) | set(judged) <= set(train)
                if len(set(units[train])) > 1:
                    assert not shared(units, learned, judged)


def test_two_folds_leave_inner_ones_and_repeats_differ() -> None:
    units = np.array([f"u{number // 2}" for number in range(40)], dtype=object)
    dealer = _Dealer(units, np.zeros(40), 0)
    for folds in _deals(dealt(units, 2), dealer, 2):
        for (train, _), inner in _nested_splits(folds, 3, dealer):
            assert len(inner) == 3
            assert sum(len(judged) for _, judged in inner) == len(train)
    first, second, third = _deals(dealt(units, 4), dealer, 3)
    assert all((one != other).any() for one, other in pairwise([first, second, third]))


@pytest.mark.filterwarnings("error")
def test_a_class_that_is_rarer_than_folds_is_dealt_without_a_word() -> None:
    units = np.array([f"u{number}" for number in range(20)], dtype=object)
    folds = _Dealer(units, np.array([0] * 18 + [1] * 2), 0).deal(5)
    assert sorted(np.bincount(folds)) == [4] * 5


def test_time_ordered_folds_are_not_repeated() -> None:
    folds = np.array([-1, -1, 0, 0, 1, 1])
    dealer = _Dealer(np.array(list("abcdef"), dtype=object), np.zeros(6), 0)
    assert len(list(_deals(folds, dealer, 3))) == 1
    for (train, valid), inner in _nested_splits(folds, 3, dealer):
        assert train.max() < valid.min()
        assert all(learned.max() < judged.min() for learned, judged in inner)


def test_a_gap_is_kept_in_outer_and_inner_folds() -> None:
    times = np.arange(60)
    folds = times // 10 - 1
    begins = 10 * np.arange(1, 6)
    since = (times[:, None] > begins[None] - 4).sum(axis=1)
    dealer = _Dealer(times.astype(str).astype(object), np.zeros(60), 0)
    found = list(_nested_splits(folds, 3, dealer, since))
    assert len(found) == 4  # the first fold has nothing before it to be chosen on
    for (train, valid), inner in found:
        assert valid.min() - train.max() == 4
        assert inner
        assert all(judged.min() - learned.max() == 4 for learned, judged in inner)
