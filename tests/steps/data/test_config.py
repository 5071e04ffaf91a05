from __future__ import annotations

import pytest
from pydantic import ValidationError

from tenfold.steps.data.config import Data


def test_bare_path_is_a_source():
    data = Data.model_validate({"sources": {"a": "x.csv"}, "test": ["t1.csv", "t2.csv"]})
    assert data.sources["a"].file == "x.csv"
    assert data.test is not None
    assert data.test.file == ("t1.csv", "t2.csv")


@pytest.mark.parametrize(
    ("section", "says"),
    [
        ({"sources": {}}, "at least 1"),
        ({"sources": {"a": "x.csv", "b": "y.csv"}}, r"2 sources \(a, b\) need `combine`"),
        ({"sources": {"a": {}}}, "either `file` or `sql`"),
        ({"sources": {"a": {"file": "x", "sql": "y"}}}, "either `file` or `sql`"),
        ({"sources": {"a": {"sql": "x", "table": "t", "query": "q"}}}, "exclude each other"),
        ({"sources": {"a": {"file": "x", "delimiter": ",,"}}}, "not one character"),
        ({"sources": {"a": {"file": "x", "quote": "no"}}}, "neither one character nor `none`"),
        ({"sources": {"a": {"file": "x", "skip": -1}}}, "greater than or equal to 0"),
        ({"sources": {"a": {"fil": "x"}}}, "fil"),
        ({"sources": {"a": {"file": []}}}, "`file` is empty"),
    ],
)
def test_mistakes_are_told(section, says):
    with pytest.raises(ValidationError, match=says):
        Data.model_validate(section)


def test_tab_may_be_spelt_out():
    assert Data.model_validate({"sources": {"a": {"file": "x", "delimiter": "tab"}}}).sources["a"].delimiter == "\t"
