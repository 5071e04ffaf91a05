"""Association: what is related is found, what is noise is not, and rows may come in any order."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from sklearn.metrics import mutual_info_score

from tenfold.statistics.binning import level_codes, quantile_codes
from tenfold.statistics.correlation import cramers_v, pearson, spearman
from tenfold.statistics.mutual_information import explained_entropy, mutual_information
from tenfold.statistics.rank_association import rank_association
from tenfold.statistics.single_feature_score import classification_score, regression_score

RANDOM = np.random.default_rng(0)
FOLDS = np.arange(2000) % 5


def test_mutual_information_is_scikit_learns_up_to_the_correction() -> None:
    one, other = RANDOM.integers(0, 3, 50_000), RANDOM.integers(0, 4, 50_000)
    linked = np.where(RANDOM.random(50_000) < 0.5, one, other)
    assert mutual_information(one, linked) == pytest.approx(mutual_info_score(one, linked), abs=1e-3)


def test_noise_with_many_levels_tells_nothing() -> None:
    target, noise = RANDOM.integers(0, 2, 2000), RANDOM.integers(0, 300, 2000)
    assert mutual_info_score(noise, target) > 0.05  # what the correction is for
    assert explained_entropy(noise, target) < 0.03
    assert classification_score(noise, target, FOLDS) < 0.1


def test_a_unique_column_predicts_nothing_out_of_fold() -> None:
    assert classification_score(np.arange(2000), RANDOM.integers(0, 2, 2000), FOLDS) == pytest.approx(0, abs=0.1)
    assert regression_score(np.arange(2000), RANDOM.normal(size=2000), FOLDS) == pytest.approx(0, abs=0.05)


@pytest.mark.parametrize("copy", [lambda y: y, lambda y: -2 * y + 1, lambda y: np.exp(y)])
def test_a_copy_of_a_numeric_target_scores_one(copy: object) -> None:
    target = RANDOM.normal(size=2000)
    values = copy(target)  # type: ignore[operator]
    assert regression_score(quantile_codes(values), target, FOLDS, values) > 0.999


def test_a_copy_of_the_classes_scores_one() -> None:
    target = RANDOM.integers(0, 4, 2000)
    assert classification_score((target + 1) % 4, target, FOLDS) == pytest.approx(1.0)


def test_pairwise_correlations_equal_pandas_where_nothing_is_missing() -> None:
    columns = RANDOM.normal(size=(300, 4)) @ RANDOM.normal(size=(4, 4))
    frame = pd.DataFrame(columns)
    np.testing.assert_allclose(pearson(columns), frame.corr().to_numpy())
    np.testing.assert_allclose(spearman(columns), frame.corr("spearman").to_numpy())


def test_rank_association_with_classes_orders_columns_as_kruskal_and_wallis_do() -> None:
    target = np.array(["a", "b", "c"], dtype=object)[RANDOM.integers(0, 3, 300)]
    columns = RANDOM.integers(0, 40, (300, 5)) + (target == "b")[:, None] * np.arange(5) * 3.0
    statistics = [stats.kruskal(*(column[target == each] for each in "abc")).statistic for column in columns.T]
    np.testing.assert_allclose(rank_association(columns, target), np.array(statistics) / 299, atol=1e-8)


def test_rank_association_with_values_is_spearmans_squared() -> None:
    columns = RANDOM.normal(size=(200, 3))
    columns[:, 2] = 7.0  # constant
    target = columns[:, 0] ** 3 + RANDOM.normal(size=200)
    expected = [stats.spearmanr(column, target).statistic ** 2 for column in columns.T[:2]]
    np.testing.assert_allclose(rank_association(columns, target, of_values=True), [*expected, 0.0], atol=1e-8)


def test_rank_association_is_less_where_values_are_missing() -> None:
    target, gaps = np.arange(100.0), np.arange(100.0)
    gaps[::2] = np.nan
    whole, some, none = rank_association(np.column_stack([target, gaps, gaps * np.nan]), target, of_values=True)
    assert (whole, none) == (1.0, 0.0)
    assert 0.2 < some < 0.8


def test_a_gap_does_not_hide_a_correlation() -> None:
    columns = np.column_stack([np.arange(100.0), np.arange(100.0), np.full(100, 3.0)])
    columns[:40, 1] = np.nan
    assert spearman(columns)[0, 1] > 0.95
    assert spearman(columns)[0, 2] == 0


def test_cramers_v_of_independent_and_of_renamed_levels() -> None:
    levels = RANDOM.integers(0, 6, 3000)
    assert cramers_v(levels, RANDOM.integers(0, 6, 3000)) < 0.05
    assert cramers_v(levels, (levels + 2) % 6) == pytest.approx(1.0, abs=0.01)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(-1e6, 1e6) | st.just(float("nan")), min_size=1, max_size=60), st.integers(2, 40))
def test_bins_keep_the_order_and_set_the_missing_apart(values: list[float], bins: int) -> None:
    column = np.array(values)
    codes = quantile_codes(column, bins)
    known = ~np.isnan(column)
    order = np.argsort(column[known])
    assert (np.diff(codes[known][order]) >= 0).all()
    assert not set(codes[known]) & set(codes[~known])
    assert set(codes) == set(range(codes.max() + 1))


def test_codes_follow_the_rows_when_they_are_shuffled() -> None:
    order = RANDOM.permutation(500)
    words = np.array([f"w{n % 17}" for n in range(500)], dtype=object)
    numbers = RANDOM.normal(size=500)
    np.testing.assert_array_equal(level_codes(words)[order], level_codes(words[order]))
    np.testing.assert_array_equal(quantile_codes(numbers)[order], quantile_codes(numbers[order]))
    assert level_codes(words).max() == 16
