from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenfold.core import charts

numbers = st.floats(allow_nan=True, allow_infinity=True)


@given(st.lists(st.integers()), st.integers(2, 50))
def test_thin_keeps_first_last_and_order_within_its_limit(items: list[int], most: int) -> None:
    ranked = list(enumerate(items))
    kept = charts.thin(ranked, most)
    assert len(kept) == min(len(items), most)
    assert kept == sorted(set(kept))
    assert [kept[0], kept[-1]] == [ranked[0], ranked[-1]] if items else kept == []


@given(numbers)
def test_number_is_json_and_near_the_value(value: float) -> None:
    made = charts.number(value)
    json.dumps(made, allow_nan=False)
    if math.isfinite(value):
        assert made == pytest.approx(value, rel=1e-5)
    else:
        assert made is None


def test_every_chart_is_plain_json_whatever_numbers_it_is_given() -> None:
    odd = [np.float32(0.5), math.nan, np.int64(3), math.inf]
    points = [(value, value) for value in odd]
    made = [
        charts.bars(dict(zip("abcd", odd, strict=True))),
        charts.stacked_bars({"a": dict(zip("wxyz", odd, strict=True))}, share=True),
        charts.histogram(np.arange(5.0), np.array(odd, dtype=float)),
        charts.lines({"a": points, "b": points}),
        charts.scatter(points, diagonal=True),
        charts.curve({"a": points}, x="x", y="y", diagonal=True, level=0.2),
        charts.intervals({"a": (odd[0], odd[1], odd[3])}, reference=1),
        charts.heatmap([odd[:2], odd[2:]], ["a", "b"], ["c", "d"]),
    ]
    for spec in made:
        assert json.loads(json.dumps(spec, allow_nan=False)) == spec


def test_thousands_of_points_stay_few() -> None:
    many = [(i, i) for i in range(20_000)]
    series = {str(each): many for each in range(4)}
    assert len(charts.lines(series)["data"]["values"]) <= charts.MOST_POINTS
    assert len(charts.bars({str(i): i for i in range(1000)})["data"]["values"]) == charts.MOST_BARS


def test_scatter_thins_each_series_by_its_share_and_keeps_its_ends() -> None:
    values = charts.scatter({"a": [(i, 0) for i in range(999)], "b": [(5, 1)]})["data"]["values"]
    first = [row["x"] for row in values if row["series"] == "a"]
    assert (first[0], first[-1], len(first)) == (0, 998, 150)
    assert [row["x"] for row in values if row["series"] == "b"] == [5]


def test_histogram_refuses_edges_that_do_not_fit_its_counts() -> None:
    with pytest.raises(ValueError, match="one edge more"):
        charts.histogram([0, 1, 2], {"a": [1, 2], "b": [1]})


def test_the_bars_of_a_histogram_have_a_width_however_close_its_edges() -> None:
    (bar,) = charts.histogram([0.3, 0.1 + 0.2], [5])["data"]["values"]
    assert bar["from"] < bar["to"]


def test_heatmap_names_every_label_in_order_and_leaves_unknown_cells_blank() -> None:
    spec = charts.heatmap([[1.0, -0.5], [None, 1.0]], ["a", "b"], ["a", "b"])
    assert [row["value"] for row in spec["data"]["values"]] == [1.0, -0.5, None, 1.0]
    whole, *parts = spec["layer"]
    assert "transform" not in whole, "a layer without a filter gives both axes the order of the labels"
    tests = [each["transform"][0]["filter"] for each in parts]
    assert all("isValid" in test or "<" in test or "abs" in test for test in tests)


def test_heatmap_refuses_labels_that_do_not_fit_its_matrix() -> None:
    with pytest.raises(ValueError, match="zip"):
        charts.heatmap([[1, 2]], ["a"], ["b"])


def test_data_never_enters_a_specification_as_a_field_or_an_expression() -> None:
    hostile = "datum.value); fetch('http://x') //"
    spec = charts.heatmap([[1.0]], [hostile], [hostile])
    spec["data"] = {}
    assert "fetch" not in json.dumps(spec)
