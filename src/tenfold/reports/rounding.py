"""Numbers as people read them: one precision per column, thousands apart, the minus sign a real one."""

from __future__ import annotations

import math
from collections.abc import Sequence

from tenfold.core.chapter import Cell
from tenfold.core.units import decimals_of, number

__all__ = ["MISSING", "column", "is_number", "number", "with_ends"]

MISSING = "–"


def column(cells: Sequence[Cell], *, plain: bool = False) -> list[str]:
    """The cells of one column (``plain``: no thousands separator).

    Fractions of one size get the same number of decimals, so that they can be compared at a glance; where a column
    spans sizes, each keeps three significant digits.

    >>> column([0.5, 0.8461, None]), column([0.83, 0.75]), column([2283.3, 0.16])
    (['0.500', '0.846', '–'], ['0.83', '0.75'], ['2,283', '0.16'])
    >>> column([2019, 2020], plain=True), column(["a", True])
    (['2019', '2020'], ['a', 'yes'])
    """
    floats = [abs(each) for each in cells if isinstance(each, float) and math.isfinite(each) and each]
    alike = bool(floats) and max(floats) < 50 * min(floats)
    decimals = min(decimals_of(floats), max(map(_written, floats))) if alike else None
    texts = [(_cell(each, decimals), is_number(each)) for each in cells]
    return [text.replace(",", "") if plain and numeric else text for text, numeric in texts]


def with_ends(value: float | None, low: float | None, high: float | None) -> list[str]:
    """A number and the ends of its interval, where there is one, in one precision.

    >>> with_ends(0.5, 0.4, 0.6125), with_ends(2.5, None, None), with_ends(None, None, None)
    (['0.500', '0.400', '0.613'], ['2.5'], ['–'])
    """
    ends = [end for end in (low, high) if end is not None]
    return column([value, *ends]) if ends or value is None else [number(value)]


def is_number(cell: Cell) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def _cell(cell: Cell, decimals: int | None) -> str:
    match cell:
        case None:
            return MISSING
        case bool():
            return "yes" if cell else "no"
        case float():
            return "0" if cell == 0 else number(cell, decimals)
        case int():
            return number(cell)
        case _:
            return str(cell)


def _written(value: float) -> int:
    """Decimals that a value has when written with at most three of them."""
    return len(f"{value:.3f}".rstrip("0").partition(".")[2])
