"""Every data set beside the project is read without a hint, and has the rows and columns that its notes say."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from ruamel.yaml import YAML

FOLDER = Path(os.environ.get("TENFOLD_DATA", Path(__file__).parents[4] / "shared" / "data"))
NAMES = sorted(each.parent.name for each in FOLDER.glob("*/dataset.yaml"))
PATTERNS = {"beijing_air_multisite": "PRSA_Data_*.csv"}


def section(notes: dict[str, Any]) -> dict[str, Any]:
    if "sql" in notes:
        return {"sources": {"main": {"sql": notes["main_files"][0], "query": notes["sql"]}}}
    return {"sources": {"main": {"file": PATTERNS.get(notes["name"], notes["main_files"])}}}


@pytest.mark.data
@pytest.mark.parametrize("name", NAMES)
def test_data_set_is_read_as_its_notes_say(name, data_sets, collect):
    notes = YAML(typ="safe").load((data_sets / name / "dataset.yaml").read_text("utf-8"))
    result = collect(section(notes), data_sets / name)
    assert result.value.rows == notes["rows"]
    assert len(result.value.columns) == notes["columns"]
    read, source = notes["read"], result.value.sources[0]
    if "sep" in read:
        assert (source.delimiter, source.header, source.encoding) == (read["sep"], read["header"], "utf-8")
    names = [column for column, _ in result.value.columns]
    if "column_names" not in notes:
        assert notes["target"] in names
        counts = notes.get("statistics", {}).get("class_counts")
        if counts and result.value.rows < 200_000:
            column = pq.read_table(result.value.raw, columns=[notes["target"]])[notes["target"]]
            found = {each["values"]: each["counts"] for each in column.value_counts().to_pylist()}
            assert found == counts


def test_data_sets_are_where_the_tests_look(data_sets):
    assert {"telco_churn", "sms_spam"} <= set(NAMES)
    assert data_sets == FOLDER
