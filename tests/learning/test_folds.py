"""Folds: nobody is judged on a row that it learned from."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tenfold.learning.folds import Design, sample, splits

FOLDS = st.lists(st.integers(-1, 4), min_size=2, max_size=60).map(np.array)


@given(FOLDS)
@settings(max_examples=60)
def test_random_folds_judge_every_row_once_and_never_learn_from_it(folds):
    parts = splits(folds, time_ordered=False)
    judged = np.concatenate([valid for _, valid in parts]) if parts else np.array([])
    assert sorted(judged.tolist()) == np.flatnonzero(folds >= 0).tolist()
    for train, valid in parts:
        assert not set(train) & set(valid)
        assert len(train) + len(valid) == len(folds)


@given(FOLDS)
@settings(max_examples=60)
def test_time_ordered_folds_learn_from_the_past_only(folds):
    for train, valid in splits(folds, time_ordered=True):
        assert folds[train].max() < folds[valid].min()


def test_time_ordered_folds_start_with_the_latest():
    (train, valid), *_ = splits(np.array([-1, 0, 1, 2]), time_ordered=True)
    assert (train.tolist(), valid.tolist()) == ([0, 1, 2], [3])


def test_a_sample_keeps_rows_of_every_class():
    strata = np.zeros(1000, dtype=int)
    strata[:3] = 1
    drawn = sample(np.arange(1000), 50, seed=1, strata=strata)
    assert len(drawn) <= 53
    assert set(strata[drawn]) == {0, 1}
    assert (np.diff(drawn) > 0).all()


def test_a_design_thins_both_parts_with_its_seed():
    folds = np.arange(100) % 2
    design = Design(train_cap=20, valid_cap=10, seed=3)
    first, again = design.splits(folds), design.splits(folds)
    assert [(len(train), len(valid)) for train, valid in first] == [(20, 10), (20, 10)]
    assert all((a[0] == b[0]).all() and (a[1] == b[1]).all() for a, b in zip(first, again, strict=True))
