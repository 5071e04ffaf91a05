"""Kinds, marks, roles and formats, as a careful person would choose them."""

from __future__ import annotations

from typing import Any

import pytest

from tenfold.steps.cleaning import dates, kinds, missing, numerals, roles
from tenfold.tables.profile import Profile


def profiled(name: str, cells: list[Any], physical: str = "string") -> Profile:
    present = [str(cell).strip() for cell in cells if cell not in (None, "", " ")]
    values = {value: present.count(value) for value in dict.fromkeys(present)}
    return Profile(name, physical, len(cells), len(present), len(values), 0, 0, values)


@pytest.mark.parametrize(
    ("name", "cells", "kind"),
    [
        ("age", ["31", "22", "54", "?"], "number"),
        ("fee", ["$1,200.00", "$85.00", "$3"], "number"),
        ("rate", ["97%", "3%", "N/A"], "number"),
        ("weight", ["70 kg", "81 kg", "65 kg"], "number"),
        ("price", ["1.234,50", "3,20", "12"], "number"),
        ("flag", ["Yes", "No", "Yes"], "boolean"),
        ("flag", ["1", "0", None], "boolean"),
        ("num_failed", ["1", "0", "0"], "number"),
        ("loan", ["yes", "no", "unknown"], "category"),
        ("glucose", ["None", "Norm", ">200", ">300"], "category"),
        ("zip", ["01234", "99501", "10001"], "category"),
        ("type_id", ["1", "2", "3", "8"], "category"),
        ("bin", ["[0-10)", "[10-20)"], "category"),
        ("diagnosis", [*map(str, range(250, 300)), "V57", "E909", "250.8"] * 3, "category"),
        ("created", ["24-02-2015 11:35", "03-02-2015 09:10"], "date"),
        ("month", ["Mar-2018", "Jan-2018"], "date"),
        ("date", ["20240301", "20231231"], "date"),
        ("reading", ["20240301", "20231231", "4"], "number"),
        ("name", [f"word{row} and {row} more words" for row in range(30)], "text"),
        ("ticket", ["A/5 21171", "PC 17599", "113803", "373450"], "category"),
        ("version", ["1.2.3", "1.10.0"], "category"),
        ("time", ["12:30", "08:15"], "category"),
    ],
)  # fmt: skip
def test_kinds(name: str, cells: list[Any], kind: str) -> None:
    assert kinds.guess(profiled(name, cells)).kind == kind


def test_scattered_whole_numbers_are_codes_and_amounts_are_not() -> None:
    codes = [str(100_000 + 7919 * row % 180_001) for row in range(400)] * 6
    amounts = [str(row) for row in range(0, 40_000, 100)] * 6
    assert kinds.guess(profiled("resource", codes)).kind == "category"
    assert kinds.guess(profiled("income", amounts)).kind == "number"


def test_a_few_mistakes_do_not_make_a_number_column_words() -> None:
    found = kinds.guess(profiled("age", [*map(str, range(400)), "abc"]))
    assert found.kind == "number"
    assert "'abc'" in found.reason


@pytest.mark.parametrize(
    ("cells", "formats"),
    [
        (["2021-03-04", "2020-12-31"], ("%Y-%m-%d",)),
        (["31/12/2020", "04/03/2021"], ("%d/%m/%Y",)),
        (["12/31/2020", "04/03/2021"], ("%m/%d/%Y",)),
        (["04/04/2021", "05/05/2020"], ("%d/%m/%Y",)),
        (["2021-03-04T10:00:00Z", "2020-12-31T00:00:00+02:00"], ("%Y-%m-%dT%H:%M:%S%z",)),
        (["2021-03-04", "2020-12-31T10:00"], ()),
    ],
)  # fmt: skip
def test_date_formats(cells: list[str], formats: tuple[str, ...]) -> None:
    found = dates.guess(dict.fromkeys(cells, 1))
    assert found is not None
    assert found.rule.formats == formats


@pytest.mark.parametrize("cells", [["03/04/2021", "05/06/2021"], ["13/04/2021", "04/13/2021"]])
def test_dates_that_can_be_read_in_two_ways_are_refused(cells: list[str]) -> None:
    with pytest.raises(dates.AmbiguousDates):
        dates.guess(dict.fromkeys(cells, 1))


def test_minus_is_missing_unless_plus_is_a_level() -> None:
    assert missing.found({"-": 1, "a": 2}, "category") == ("-",)
    assert missing.found({"-": 1, "+": 2}, "category") == ()


def test_units_that_differ_are_not_added_up() -> None:
    assert numerals.guess({"3 m": 5, "10 ft": 5, "4 m": 5}) is None


@pytest.mark.parametrize(
    ("name", "cells", "role"),
    [
        ("customerID", [f"{row:04d}-X" for row in range(30)], "key"),
        ("Id", [str(row + 1) for row in range(30)], "key"),
        ("rownames", [str(row + 1) for row in range(30)], "ignored"),
        ("page", [f"https://example.org/{row}" for row in range(60)] * 2, "ignored"),
        ("empty", [None] * 30, "ignored"),
        ("constant", ["x"] * 30, "ignored"),
        ("constant with gaps", ["x"] * 29 + [None], "feature"),
        ("measure", [str(row * 1.7) for row in range(30)], "feature"),
        ("note", [f"a few words {row}" for row in range(30)], "feature"),
    ],
)  # fmt: skip
def test_roles(name: str, cells: list[Any], role: str) -> None:
    profile = profiled(name, cells)
    assert roles.guess(profile, kinds.guess(profile)).role == role


def test_dates_in_several_formats_are_told_apart_from_words() -> None:
    days = [f"{day:02d}" for day in range(1, 25)]
    mixed = {f"2015-03-{day}": 2 for day in days} | {f"{day} Mar 2015": 1 for day in days}
    assert dates.mixture(mixed) == {"%Y-%m-%d": 48, "%d %b %Y": 24}
    assert dates.mixture({f"2015-03-{day}": 1 for day in days}) == {}
    assert dates.mixture({"1.2.3": 1, "1.10.0": 4, "2.0.0-rc1": 1}) == {}
    assert dates.mixture(mixed | {f"word {number}": 9 for number in range(20)}) == {}
