"""Created columns: a small language, and nothing beyond it."""

from __future__ import annotations

import numpy as np
import pytest

from tenfold.core.errors import UserError
from tenfold.schema import Expression

COLUMNS = {"a": np.array([1.0, 4.0, np.nan]), "b c": np.array([0.0, 2.0, 3.0])}


def value(text: str) -> list[float | None]:
    made = Expression("made", text, list(COLUMNS))(COLUMNS)
    return [None if np.isnan(each) else float(each) for each in made]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a + 1", [2, 5, None]),
        ("a / `b c`", [None, 2, None]),
        ("a // 3 + a % 3", [1, 2, None]),
        ("-a ** 2", [-1, -16, None]),
        ("log(`b c`)", [None, np.log(2.0), np.log(3.0)]),
        ("sqrt(a) + exp(0) + log1p(0) + abs(-1)", [3, 4, None]),
        ("min(a, `b c`, 3)", [0, 2, None]),
        ("max(a, 2)", [2, 4, None]),
        ("where(a > 2, 1, 0)", [0, 1, 0]),
        ("1 if a > 2 and not isna(a) else 0", [0, 1, 0]),
        ("coalesce(a, `b c`)", [1, 4, 3]),
        ("a == 1 or `b c` == 3", [1, 0, 1]),
        ("10 ** 400", [None, None, None]),
        ("5", [5, 5, 5]),
    ],
)
def test_values(text: str, expected: list[float | None]) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('true')", "a.real", "[a]", "lambda: a", "a[0]", "open('x')", "'text'", "a < 1 < 2",
        "f(a)", "missing + 1", "log(a, a)", "a +", "(" * 500 + "a" + ")" * 500, "a" + "+a" * 2000, "min(a)", "a if a",
        "a; a", "", "x := 1", "None", "a @ a", "log(x=a)", "10 ** 400 + " + "9" * 400,
    ],
)  # fmt: skip
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(UserError, match="TF-FEATURE-001"):
        Expression("made", text, list(COLUMNS))


def test_a_near_name_is_offered() -> None:
    with pytest.raises(UserError, match="did you mean 'tenure'"):
        Expression("made", "tenur + 1", ["tenure"])


def test_names_that_python_folds_are_found() -> None:
    made = Expression("made", "ﬁeld + 1", ["ﬁeld"])
    assert made({"ﬁeld": np.array([1.0])}).tolist() == [2.0]
