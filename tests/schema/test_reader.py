"""The reading of records: typed columns, problems, warnings, identities."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tenfold.core.errors import UserError
from tenfold.schema import MISSING, Column, Created, Reader, Rule, Schema, feeds
from tenfold.steps.data import typed

SCHEMA = Schema(
    (
        Column("id", "category", "key"),
        Column("fee", "number", rule=Rule(affixes=("$",), thousands=",", missing=("NA",))),
        Column("age", "number", optional=True),
        Column("member", "boolean", rule=Rule(true=("Yes",), false=("No",))),
        Column("since", "date", rule=Rule(formats=("%d/%m/%Y",))),
        Column("job", "category", levels=("nurse", "cook"), optional=True),
        Column("note", "text", optional=True),
        Column("old", "number", "ignored"),
        Column("gender", "category", "audit"),
        Column("y", "category", "target"),
    ),
    (Created("fee per year", "fee / age"), Created("twice", "`fee per year` * 2")),
)
GOOD: dict[str, Any] = {
    "id": 7, "fee": "$1,200.50", "age": 30, "member": "yes", "since": "02/01/1970", "job": " nurse ",
    "note": "Très bon!",
}  # fmt: skip


def read(**change: Any) -> Any:
    return Reader(SCHEMA).read([{**GOOD, **change}])


def test_a_good_record_has_every_input_in_order() -> None:
    reading = read()
    assert list(reading.columns) == [name for name, _ in SCHEMA.inputs]
    assert {name: values.tolist() for name, values in reading.columns.items()} == {
        "age": [30.0], "fee": [1200.5], "job": ["nurse"], "member": [1.0], "note": ["très bon !"], "since": [86400.0],
        "fee per year": [1200.5 / 30], "twice": [1200.5 / 15],
    }  # fmt: skip
    assert (reading.problems, reading.warnings, reading.ids) == ((), (), ["7"])


#: Nested beyond what Python's JSON writes.
DEEP: list[Any] = []
for _ in range(100_000):
    DEEP = [DEEP]


@pytest.mark.parametrize(
    "value",
    [
        [],
        {},
        ["a", 1, 1.5, None, True],
        {"é\n": {'q "z"': [1e-7]}, "b": -0.0},
        ["\u2028", "🙂"],
        [[["x"]]],
    ],
)
def test_a_nested_value_is_the_text_that_training_read(value: Any) -> None:
    schema = Schema((Column("tags", "category"), Column("more", "text")))
    text = as_trained(value)
    assert json.loads(text) is not None
    nested = Reader(schema).read([{"tags": value, "more": value}])
    assert nested.problems == ()
    assert nested.columns["tags"].tolist() == [text]
    plain = Reader(schema).read([{"tags": text, "more": text}])
    assert plain.columns["more"].tolist() == nested.columns["more"].tolist()


def test_arrays_in_the_cells_of_a_frame_are_lists() -> None:
    schema = Schema((Column("tags", "category"),))
    values = [np.array(["a", None], object), (np.int64(3), np.array([0.5]))]
    assert Reader(schema).read_columns({"tags": values}).columns["tags"].tolist() == ['["a", null]', "[3, [0.5]]"]


def as_trained(value: Any) -> str:
    """As step 2 writes a nested value into the raw table."""
    return str(typed.array([value], "VARCHAR")[0].as_py())


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"fee": None}, "TF-CLEAN-001"),
        ({"fee": "NA"}, "TF-CLEAN-001"),
        ({"fee": "1,20"}, "TF-CLEAN-002"),
        ({"fee": "１２"}, "TF-CLEAN-002"),
        ({"fee": True}, "TF-CLEAN-002"),
        ({"member": "perhaps"}, "TF-CLEAN-003"),
        ({"since": "30/02/2021"}, "TF-CLEAN-004"),
        ({"fee": [1]}, "TF-CLEAN-005"),
        ({"fee": {"a": 1}}, "TF-CLEAN-005"),
        ({"member": [True]}, "TF-CLEAN-005"),
        ({"since": ["01/02/2021"]}, "TF-CLEAN-005"),
        ({"job": {("a", "b"): 1}}, "TF-CLEAN-005"),
        ({"note": ["\ud800"]}, "TF-CLEAN-005"),
        ({"note": DEEP}, "TF-CLEAN-005"),
        ({"note": b"bytes"}, "TF-CLEAN-005"),
        ({"note": "\ud800"}, "TF-CLEAN-005"),
    ],
)
def test_what_cannot_be_read_is_a_problem(change: dict[str, Any], code: str) -> None:
    reading = read(**change)
    assert [(each.row, each.field, each.code) for each in reading.problems] == [(0, next(iter(change)), code)]
    assert reading.usable == [False]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"age": None}, "TF-CLEAN-101"),
        ({"age": float("nan")}, "TF-CLEAN-101"),
        ({"age": float("inf")}, "TF-CLEAN-102"),
        ({"age": "1e999"}, "TF-CLEAN-102"),
        ({"age": 10**400}, "TF-CLEAN-102"),
        ({"job": "pilot"}, "TF-CLEAN-103"),
        ({"colour": "red"}, "TF-CLEAN-104"),
    ],
)
def test_what_can_be_answered_is_a_warning(change: dict[str, Any], code: str) -> None:
    reading = read(**change)
    assert reading.problems == ()
    assert [each.code for each in reading.warnings] == [code]


def test_missing_values_have_their_stand_ins() -> None:
    columns = read(age=None, job=None, note=None).columns
    assert np.isnan(columns["age"][0])
    assert (columns["job"][0], columns["note"][0]) == (MISSING, "")
    assert np.isnan(columns["twice"][0])


def test_an_unknown_column_is_told_once() -> None:
    reading = Reader(SCHEMA).read([{**GOOD, "x": 1}] * 5)
    assert [(each.row, each.field) for each in reading.warnings] == [(0, "x")]


def test_columns_that_no_model_sees_are_accepted_and_not_needed() -> None:
    assert read(y="a", old="anything at all", gender=7).warnings == ()


def test_records_that_are_none_are_named() -> None:
    reading = Reader(SCHEMA).read([GOOD, 3, None])  # type: ignore[list-item]
    assert {each.row for each in reading.problems if each.code == "TF-CLEAN-006"} == {1, 2}


def test_no_records_give_empty_columns() -> None:
    reading = Reader(SCHEMA).read([])
    assert {len(values) for values in reading.columns.values()} == {0}


@pytest.mark.parametrize(
    "spellings",
    [
        {"fee": [1200.5, "1200.5", Decimal("1200.50"), np.float64(1200.5), "$1,200.50", " 1200.50 "]},
        {"age": [30, 30.0, "30", np.int64(30), "+30", Decimal(30)]},
        {"job": ["nurse", " nurse", np.str_("nurse")]},
        {"member": ["Yes", "YES", True, np.bool_(True), "true"]},
        {"since": ["02/01/1970", date(1970, 1, 2), datetime(1970, 1, 2), pd.Timestamp("1970-01-02"), "1970-01-02",
                   np.datetime64("1970-01-02"), datetime(1970, 1, 2, tzinfo=UTC),
                   datetime(1970, 1, 2, 2, tzinfo=timezone(timedelta(hours=2)))]},
        {"age": [None, float("nan"), pd.NA, pd.NaT, "", " "]},
    ],
)  # fmt: skip
def test_one_value_has_many_spellings(spellings: dict[str, list[Any]]) -> None:
    name, values = next(iter(spellings.items()))
    reading = Reader(SCHEMA).read([{**GOOD, name: value} for value in values])
    assert reading.problems == ()
    assert len({str(value) for value in reading.columns[name].tolist()}) == 1


def test_columns_read_as_records_do() -> None:
    rows = [GOOD, {**GOOD, "age": None, "fee": "x"}]
    by_column = {name: [row.get(name) for row in rows] for name in GOOD}
    first, second = Reader(SCHEMA).read(rows), Reader(SCHEMA).read_columns(by_column)
    assert (first.problems, first.warnings, first.ids) == (second.problems, second.warnings, second.ids)
    for name in first.columns:
        np.testing.assert_array_equal(first.columns[name], second.columns[name])


def test_columns_of_different_length_are_refused() -> None:
    with pytest.raises(UserError, match="TF-CLEAN-007"):
        Reader(SCHEMA).read_columns({"fee": [1], "age": [1, 2]})


def test_the_graph_is_fed_by_sort() -> None:
    fed = feeds(read().columns, SCHEMA)
    assert fed["numbers"].tolist() == [[30.0, 1200.5, 1.0, 86400.0, 1200.5 / 30, 1200.5 / 15]]
    assert fed["categories"].tolist() == [["nurse"]]
    assert fed["texts"].tolist() == [["très bon !"]]


def test_a_schema_survives_json() -> None:
    assert Schema.from_dict(json.loads(json.dumps(SCHEMA.to_dict()))) == SCHEMA
