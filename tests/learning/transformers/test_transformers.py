"""Tenfold's own transformers: what they learn, and the manners every scikit-learn transformer has."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.decomposition import TruncatedSVD
from sklearn.preprocessing import PowerTransformer

from tenfold.learning.transformers import (
    Clip,
    DateParts,
    Float32,
    FrequencyEncoder,
    TellingColumns,
    Terms,
    Topics,
    YeoJohnson,
)

NUMBERS = pd.DataFrame({"a": [1.0, 2.0, np.nan, 1e300], "b": [-1.0, 0.0, 3.0, np.inf]})
LEVELS = pd.DataFrame({"a": ["x", "x", "é", "y"], "b": ["1", "2", "2", "2"]}, dtype=object)

ALL = [
    (Clip(0.1, 0.8), NUMBERS),
    (Float32(), NUMBERS),
    (DateParts(["year", "hour"], cyclic=True), NUMBERS[:3].replace(np.inf, 0)),
    (FrequencyEncoder(), LEVELS),
    (Topics(5), pd.DataFrame({"a": [1.0, 0.0, 2.0], "b": [0.0, 1.0, 0.5]})),
    (Topics(5), pd.DataFrame({"a": [1.0, 0.0, 2.0]})),
]


@pytest.mark.parametrize(("transformer", "frame"), ALL, ids=lambda value: type(value).__name__)
class TestManners:
    def test_clone_and_parameters(self, transformer: Any, frame: pd.DataFrame) -> None:
        assert clone(transformer).get_params() == transformer.get_params()

    def test_input_is_unchanged_and_answers_repeat(self, transformer: Any, frame: pd.DataFrame) -> None:
        before = frame.copy()
        first = clone(transformer).fit_transform(frame)
        np.testing.assert_array_equal(clone(transformer).fit(frame).transform(frame), first)
        pd.testing.assert_frame_equal(frame, before)

    def test_names_of_columns(self, transformer: Any, frame: pd.DataFrame) -> None:
        fitted = clone(transformer).fit(frame)
        assert len(fitted.get_feature_names_out()) == fitted.transform(frame).shape[1]
        named = clone(transformer).set_output(transform="pandas").fit_transform(frame)
        assert list(named.columns) == list(fitted.get_feature_names_out())

    def test_pickle(self, transformer: Any, frame: pd.DataFrame) -> None:
        fitted = clone(transformer).fit(frame)
        again = pickle.loads(pickle.dumps(fitted))
        np.testing.assert_array_equal(again.transform(frame), fitted.transform(frame))


class TestYeoJohnson:
    DRAW = np.random.default_rng(0)
    COLUMNS: ClassVar = {
        "log-normal": DRAW.lognormal(size=300), "below 0": -DRAW.lognormal(size=300),
        "tiny": DRAW.normal(size=300) * 1e-6, "huge": DRAW.lognormal(size=300) * 1e100,
        "two-sided": DRAW.normal(size=300) ** 3, "zeros": np.arange(300) % 9 // 8,
        "strays": np.where(np.arange(300) % 50, DRAW.random(300), 1e9), "constant": np.full(300, 4.0),
        "gaps": np.where(DRAW.random(300) < 0.3, np.nan, DRAW.gamma(2, size=300)),
    }  # fmt: skip

    @pytest.mark.parametrize("name", COLUMNS)
    def test_finds_the_power_that_the_library_finds(self, name: str) -> None:
        column = np.asarray(self.COLUMNS[name], dtype=np.float64)[:, None]
        quick, exact = YeoJohnson().fit(column), PowerTransformer().fit(column)
        np.testing.assert_allclose(quick.lambdas_, exact.lambdas_, rtol=1e-4, atol=1e-4)
        np.testing.assert_allclose(quick.transform(column), exact.transform(column), rtol=1e-3, atol=1e-3)

    def test_does_not_ask_the_librarys_search(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(PowerTransformer, "_yeo_johnson_optimize", None)
        assert np.isfinite(YeoJohnson().fit(self.COLUMNS["log-normal"][:, None]).lambdas_).all()

    def test_clone(self) -> None:
        assert clone(YeoJohnson(standardize=False)).get_params() == {"copy": True, "standardize": False}


class TestTellingColumns:
    WIDE = pd.DataFrame(np.random.default_rng(0).normal(size=(60, 30)), columns=[f"c{place}" for place in range(30)])

    @pytest.mark.parametrize("target", [WIDE["c7"], np.where(WIDE["c7"] > 0, "yes", "no")], ids=["values", "classes"])
    def test_are_those_that_go_with_the_target_in_their_order(self, target: Any) -> None:
        chosen = TellingColumns(4, of_values=target is not None and target.dtype.kind == "f").fit(self.WIDE, target)
        names = chosen.get_feature_names_out().tolist()
        assert "c7" in names
        assert names == sorted(names, key=lambda name: int(name[1:]))
        np.testing.assert_array_equal(chosen.transform(self.WIDE), self.WIDE[names])

    def test_are_all_where_there_are_few(self) -> None:
        np.testing.assert_array_equal(TellingColumns(99).fit_transform(self.WIDE, np.arange(60) % 2), self.WIDE)

    def test_are_the_same_whatever_stands_beside_them(self) -> None:
        target = self.WIDE["c3"] + self.WIDE["c9"]
        few = TellingColumns(2, of_values=True).fit(self.WIDE[["c1", "c3", "c9"]], target)
        many = TellingColumns(2, of_values=True).fit(self.WIDE, target)
        assert few.get_feature_names_out().tolist() == many.get_feature_names_out().tolist() == ["c3", "c9"]

    def test_pickle_and_clone(self) -> None:
        fitted = TellingColumns(3, of_values=True).fit(self.WIDE, self.WIDE["c1"])
        again = pickle.loads(pickle.dumps(fitted))
        np.testing.assert_array_equal(again.transform(self.WIDE), fitted.transform(self.WIDE))
        assert clone(fitted).get_params() == {"columns": 3, "of_values": True}


def test_topics_are_those_of_the_decomposition() -> None:
    matrix = Terms(token_pattern="[^ ]+").fit_transform(["a b c", "c d e", "a e f", "b f g h"])
    svd = TruncatedSVD(3, n_iter=3, random_state=0)
    np.testing.assert_array_equal(Topics(3).fit_transform(matrix), svd.fit_transform(matrix))
    assert Topics(99).fit_transform(matrix).shape == (4, min(matrix.shape))


@pytest.mark.parametrize("texts", [["", " ", ""], ["one", "two", "three"]], ids=["no term", "none twice"])
def test_texts_without_a_common_term_are_zeros(texts: list[str]) -> None:
    fitted = Terms(min_df=2, token_pattern="[^ ]+").fit(texts)
    assert fitted.transform(["one", "anything"]).toarray().tolist() == [[0.0], [0.0]]
    assert clone(fitted).fit(["one", "one more"]).get_feature_names_out().tolist() == ["one"]
    with pytest.raises(ValueError, match="min_df"):
        Terms(min_df=-1).fit(texts)


def test_clip_ignores_what_is_not_finite_when_learning() -> None:
    fitted = Clip(0, 1).fit(NUMBERS.assign(a=[1.0, 2.0, np.nan, np.inf], c=np.nan))
    assert fitted.lower_.tolist() == [1.0, -1.0, -np.inf]
    row = pd.DataFrame([[np.inf, np.nan, 7.0]], columns=["a", "b", "c"])
    assert fitted.transform(row).tolist()[0][::2] == [2.0, 7.0]


@pytest.mark.parametrize(("lower", "upper"), [(0.5, 0.5), (-0.1, 1), (0, 1.1)])
def test_clip_refuses_bounds_in_the_wrong_order(lower: float, upper: float) -> None:
    with pytest.raises(ValueError, match="expected 0 <= lower < upper <= 1"):
        Clip(lower, upper).fit([[1.0]])


def test_float32_holds_what_is_too_large() -> None:
    rounded = Float32().fit_transform([[1e39, -np.inf, np.nan, 0.1]])
    assert rounded.dtype == np.float32
    assert np.isfinite(rounded[0, :2]).all()
    assert np.isnan(rounded[0, 2])


def test_frequency_of_unseen_levels_is_zero() -> None:
    fitted = FrequencyEncoder().fit(LEVELS)
    assert fitted.transform(pd.DataFrame({"a": ["é", "e\u0301"], "b": ["2", ""]}, dtype=object)).tolist() == [
        [0.25, 0.75],
        [0.0, 0.0],
    ]


def test_date_parts_refuse_unknown_names() -> None:
    with pytest.raises(ValueError, match="expected some of year, month"):
        DateParts(["week"]).fit([[0.0]])


@settings(max_examples=300)
@given(st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31, 23, 59, 59)))
def test_date_parts_are_those_of_the_calendar(moment: datetime) -> None:
    moment = moment.replace(microsecond=0, tzinfo=UTC)
    seconds = (moment - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(seconds=1)
    parts = DateParts(["year", "month", "day", "weekday", "dayofyear", "hour"]).fit_transform([[seconds]])
    expected = (moment.year, moment.month, moment.day, moment.weekday(), moment.timetuple().tm_yday, moment.hour)
    assert tuple(parts[0]) == expected


def test_missing_date_has_no_parts() -> None:
    assert np.isnan(DateParts(["year", "hour"], cyclic=True).fit_transform([[np.nan]])).all()
