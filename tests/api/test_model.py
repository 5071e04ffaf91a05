"""A released model in Python answers as it does over HTTP, and refuses what HTTP refuses."""

from __future__ import annotations

import json
import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from tenfold.api.model import Model
from tenfold.bundle import Decision
from tenfold.bundle.coverage import IntervalRule, SetRule
from tenfold.core.errors import UserError

Small = Callable[..., Model]
SERVING = runpy.run_path(str(Path(__file__).parents[1] / "serving" / "conftest.py"))


def codes(model: Model, table: Any) -> list[str]:
    with pytest.raises(UserError) as caught:
        model.predict(table)
    return [problem.code for problem in caught.value.problems]


@pytest.mark.parametrize("records", [[{}], [{}, {}], [1], [None], ["age"], [{"age": 41}, 3], [{"age": "old"}]])
def test_records_that_cannot_be_read_are_refused_as_over_http(small: Small, records: list[Any]) -> None:
    model = small()
    refused = SERVING["caller"](model.scorer).predict({"records": records})
    assert refused.status == 422
    assert codes(model, records) == [each["code"] for each in json.loads(refused.body)["errors"]]


def test_columns_that_are_none_are_refused_as_over_http(small: Small) -> None:
    model = small()
    for columns in ({"age": 1}, {"age": "41"}, {"age": None}):
        refused = SERVING["caller"](model.scorer).predict({"columns": columns})
        assert codes(model, columns) == [json.loads(refused.body)["code"]] == ["TF-SERVE-008"]
    assert codes(model, 1) == codes(model, "age") == ["TF-SERVE-104"]


def test_no_rows_have_no_answers(small: Small) -> None:
    model = small()
    for nothing in ([], (), {}, {"age": []}, pd.DataFrame(), pd.DataFrame({"age": []})):
        assert len(model.predict(nothing)) == 0


def test_rows_without_columns_are_rows(small: Small) -> None:
    model = small()
    assert codes(model, pd.DataFrame(index=range(3))) == codes(model, [{"aeg": 41}]) == ["TF-SERVE-105"]


def test_a_model_that_needs_no_column_answers_rows_without_any(small: Small) -> None:
    schema = SERVING["SCHEMA"]
    model = small(schema=type(schema)(tuple(_optional(each) for each in schema.columns)))
    assert len(model.predict([{}, {}])) == len(model.predict(pd.DataFrame(index=range(2)))) == 2


def _optional(column: Any) -> Any:
    return type(column)(**{**vars(column), "optional": column.role == "feature"})


def test_tables_and_records_have_one_answer(small: Small) -> None:
    model = small()
    columns = {"age": [41, 3], "fee": [5, None], "job": ["nurse", "x"], "note": ["", "b"]}
    records = [{name: values[row] for name, values in columns.items()} for row in range(2)]
    expected = model.predict_proba(records)
    for table in (columns, {name: np.array(v) for name, v in columns.items()}, pa.table(columns)):
        np.testing.assert_array_equal(model.predict_proba(table), expected)


def test_intervals_and_sets_are_given_where_they_are_promised(small: Small) -> None:
    table = {"age": [41, 3], "fee": [5, None]}
    model = small(regression=True, decision=Decision("regression", coverage=IntervalRule(0.9, 50, (0.5,))))
    np.testing.assert_allclose(model.predict_interval(table), model.predict(table)[:, None] + [[-0.5, 0.5]])
    with pytest.raises(UserError, match="TF-SERVE-108"):
        model.predict_set(table)
    labels = Decision("binary", ("No", "Yes"), "Yes", 0.5, coverage=SetRule(0.9, 50, 0.2))
    model = small(folder="sets", decision=labels)
    assert model.predict_set(table) == [
        ["No", "Yes"] if min(row) >= 0.2 else ["Yes"] for row in model.predict_proba(table)
    ]
    with pytest.raises(UserError, match="TF-SERVE-108"):
        model.predict_interval(table)
