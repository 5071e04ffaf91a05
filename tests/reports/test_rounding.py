from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from tenfold.reports import rounding


@given(st.lists(st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text())))
def test_a_column_keeps_its_length_and_is_text(cells: list[object]) -> None:
    shown = rounding.column(cells)  # type: ignore[arg-type]
    assert len(shown) == len(cells)
    assert all(isinstance(each, str) for each in shown)


@given(st.floats(min_value=1e-9, max_value=1e12))
def test_a_number_stays_within_a_hundredth_of_itself(value: float) -> None:
    read = float(rounding.number(value).replace(",", "").replace("−", "-"))
    assert math.isclose(read, value, rel_tol=0.05, abs_tol=6e-4)


def test_nothing_infinite_or_missing_is_written_as_a_number() -> None:
    assert rounding.column([math.nan, math.inf, -math.inf, None]) == ["–", "∞", "−∞", "–"]


def test_a_tiny_number_is_not_rounded_to_nothing() -> None:
    assert rounding.column([2.1e-7, 2.1e-7]) == ["2.1e−07", "2.1e−07"]
