"""Pairs of columns: which are found, and what becomes of odd values."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from sklearn.base import clone

from tenfold.learning.transformers import Pairs

ROWS = 3000
COLUMNS = np.random.default_rng(0).uniform(1, 9, (ROWS, 4))


def found(target: np.ndarray, **parameters: object) -> list[str]:
    """The names of the pairs that are made; a ratio by its columns in their order, as trees hardly tell."""
    names = Pairs(**parameters).fit(COLUMNS, target).get_feature_names_out(["a", "b", "c", "d"])
    return [" / ".join(sorted(name.split(" / "))) for name in names]


@pytest.mark.parametrize(
    ("target", "pair"),
    [
        (COLUMNS[:, 0] / COLUMNS[:, 2], "a / c"),
        (COLUMNS[:, 1] - COLUMNS[:, 3], "b - d"),
        (COLUMNS[:, 1] + COLUMNS[:, 2], "b + c"),
        (COLUMNS[:, 0] * COLUMNS[:, 3], "a * d"),
    ],
)
def test_the_pair_that_makes_the_target_is_found(target: np.ndarray, pair: str) -> None:
    assert found(target, most=1, of_values=True) == [pair]
    labels = np.where(target > np.median(target), "many", "few").astype(object)
    assert pair in found(labels)
    several = np.digitize(target, np.quantile(target, [0.3, 0.6]))
    assert pair in found(several)


@pytest.mark.parametrize("seed", range(5))
def test_noise_has_no_pairs_nor_has_what_one_column_says(seed: int) -> None:
    noise = np.random.default_rng(seed).normal(size=ROWS)
    assert found(noise, of_values=True) == []
    assert found((noise > 0).astype(int)) == []
    assert found(COLUMNS[:, 1] + 0.1 * noise, of_values=True) == []
    assert found((COLUMNS[:, 1] + noise > 5).astype(int)) == []


def test_values_that_are_far_off_do_not_decide() -> None:
    target = COLUMNS[:, 0] / COLUMNS[:, 2]
    target[::300] = 1e12
    assert found(target, most=1, of_values=True) == ["a / c"]


def test_gaps_zeros_and_infinities_are_no_error() -> None:
    columns = COLUMNS.copy()
    columns[::7, 0], columns[1::7, 2], columns[2::7, 1], columns[3::7, 2] = np.nan, 0.0, np.inf, 1e300
    pairs = Pairs().fit(columns, np.arange(ROWS) % 2)
    pairs.pairs_ = [("-", 1, 1), ("*", 2, 2), ("/", 0, 2), ("/", 1, 0)]
    made = pairs.transform([[1.0, np.inf, 0.0, 1.0], [4.0, 6.0, 2.0, 1.0], [np.nan, 1.0, 1e300, 1.0]])
    np.testing.assert_array_equal(made, [[np.nan, 0, np.nan, np.inf], [0, 4, 2, 1.5], [0, np.inf, np.nan, np.nan]])


def test_one_column_few_rows_or_one_answer_make_none() -> None:
    assert Pairs().fit(COLUMNS[:, :1], np.arange(ROWS) % 2).transform(COLUMNS[:, :1]).shape == (ROWS, 0)
    assert Pairs().fit(COLUMNS[:4], [0, 1, 0, 1]).pairs_ == []
    assert Pairs().fit(COLUMNS, np.zeros(ROWS)).pairs_ == []


def test_they_are_the_same_again() -> None:
    target = COLUMNS[:, 2] / COLUMNS[:, 0] - COLUMNS[:, 1]
    first = Pairs(of_values=True, seed=3).fit(COLUMNS, target)
    again = pickle.loads(pickle.dumps(clone(first).fit(COLUMNS, target)))
    assert again.pairs_ == first.pairs_ != []
    np.testing.assert_array_equal(again.transform(COLUMNS), first.transform(COLUMNS))
