"""The example record: typical values, written as the rules read them."""

from __future__ import annotations

from typing import Any

import pytest

from tenfold.schema import MISSING, Column, Rule, Schema
from tenfold.schema.reader import Reader, read_value
from tenfold.serving.fields import example_record

NUMBERS = {"edges": [0.0, 10.0, 29.5, 60.0, 72.0], "counts": [5, 5, 5, 5], "missing": 0}
YES = Rule(true=("Yes",), false=("No",))
CASES = [
    (Column("tenure", "number"), NUMBERS, 29.5),
    (Column("whole", "number"), {**NUMBERS, "edges": [0, 10, 29, 60, 72]}, 29),
    (Column("comma", "number", rule=Rule(decimal=",", thousands=".")), NUMBERS, 29.5),
    (Column("share", "number", rule=Rule(percent=True)), {"edges": [0.0, 0.97, 1.0], "counts": [3, 3]}, "97%"),
    (Column("job", "category", levels=("a", "b")), {"levels": {"a": 7, "b": 9}}, "b"),
    (Column("rare", "category", levels=("a", "b")), {"levels": {}}, "a"),
    (Column("cabin", "category", levels=("a", "b"), optional=True), {"levels": {MISSING: 9, "b": 6, "a": 5}}, "b"),
    (Column("rare_cabin", "category", levels=("a",), optional=True), {"levels": {MISSING: 9}}, "a"),
    (Column("many_cabins", "category", optional=True), {"levels": {MISSING: 9}}, "a"),
    (Column("flag", "boolean", rule=YES), {"edges": [0, 0.5, 1], "counts": [6, 4]}, "No"),
    (Column("old", "boolean", rule=YES), {"edges": [0, 1], "counts": [9]}, "Yes"),
    (Column("since", "date", rule=Rule(formats=("%d/%m/%Y",))), {"edges": [0.0, 86400.0 * 31, 9e6], "counts": [4, 4]},
     "01/02/1970"),
    (Column("note", "text"), None, "some words"),
    (Column("empty", "number"), {"edges": [], "counts": [0]}, 1),
    (Column("odd", "number"), "no profile", 1),
]  # fmt: skip


@pytest.mark.parametrize(("column", "profile", "expected"), CASES, ids=lambda each: getattr(each, "name", ""))
def test_a_field_shows_its_typical_value_as_its_rule_reads_it(column: Column, profile: Any, expected: Any) -> None:
    reference = {} if profile is None else {column.name: profile}
    record = example_record(Schema((column,)), reference)
    assert record == {column.name: expected}
    reading = Reader(Schema((column,))).read([record])
    assert reading.problems == reading.warnings == ()
    if column.name == "share":
        assert read_value(column)(expected) == 0.97
