"""A file of rows in, a file of answers out."""

from __future__ import annotations

import csv
import json
import os
import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tenfold.api.batches import Done, predict_file
from tenfold.api.model import Model
from tenfold.bundle import Decision
from tenfold.bundle.coverage import IntervalRule, SetRule
from tenfold.core.errors import UserError

Small = Callable[..., Model]
SMALL = runpy.run_path(str(Path(__file__).parents[1] / "serving" / "conftest.py"))
ROWS = "id,age,fee,job,note\nr1,old,5,nurse,hello\nr2,41,6,clerk,hello\nr3,42,7,nurse,hello\n"


EXTREME = "the model has no finite answer to this record; its values are too extreme"


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    file = tmp_path / "rows.csv"
    file.write_text(ROWS, "utf-8")
    return file


@pytest.mark.parametrize("regression", [True, False])
@pytest.mark.parametrize("batch", [1, 10])
def test_parquet_has_its_types_whichever_row_is_answered_first(
    small: Small, rows: Path, tmp_path: Path, batch: int, *, regression: bool
) -> None:
    predict_file(small(regression=regression), rows, tmp_path / "out.parquet", batch)
    answers = pq.read_table(tmp_path / "out.parquet")
    assert answers.schema.field("prediction").type == (pa.float64() if regression else pa.string())
    assert [value is None for value in answers["prediction"].to_pylist()] == [True, False, False]


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_intervals_and_sets_are_columns_and_a_refused_row_has_none(
    small: Small, rows: Path, tmp_path: Path, suffix: str
) -> None:
    def column(name: str, decision: Decision) -> list[Any]:
        model = small(folder=name, decision=decision, model=SMALL["graph"](decision, (0.05, -0.01)))
        predict_file(model, rows, tmp_path / f"out{suffix}", batch=1)
        if suffix == ".csv":
            return list(csv.DictReader((tmp_path / f"out{suffix}").open(encoding="utf-8")))
        return pq.read_table(tmp_path / f"out{suffix}").to_pylist()

    ends = column("values", Decision("regression", coverage=IntervalRule(0.9, 50, (0.5,))))
    assert [each["low"] in (None, "") for each in ends] == [True, False, False]
    for each in ends[1:]:
        middle = float(each["prediction"])
        assert (float(each["low"]), float(each["high"])) == pytest.approx((middle - 0.5, middle + 0.5))
    labels = column("labels", Decision("binary", ("No", 'Ja, "é"'), "No", 0.5, coverage=SetRule(0.9, 50, 0.01)))
    sets = [json.loads(each["set"] or "null") if suffix == ".csv" else each["set"] for each in labels]
    assert sets == [None, ["No", 'Ja, "é"'], ["No", 'Ja, "é"']]


@pytest.mark.parametrize("link", ["itself", "symlink", "hard link", "linked input", "half-written", "pattern"])
def test_the_input_is_never_overwritten(small: Small, rows: Path, tmp_path: Path, link: str) -> None:
    data, output = rows, rows
    if link == "symlink":
        output = tmp_path / "out.csv"
        output.symlink_to(rows)
    elif link == "hard link":
        output = tmp_path / "out.csv"
        os.link(rows, output)
    elif link == "linked input":
        data = tmp_path / "link.csv"
        data.symlink_to(rows)
    elif link == "half-written":
        data, output = rows.rename(tmp_path / ".out.csv.tmp"), tmp_path / "out.csv"
    elif link == "pattern":
        data = tmp_path / "ro*.csv"
    before = sorted(tmp_path.iterdir())
    model = small()
    with pytest.raises(UserError, match="TF-SERVE-107"):
        predict_file(model, data, output)
    assert (data if data.exists() else rows).read_text("utf-8") == ROWS
    assert sorted(each for each in tmp_path.iterdir() if each.name != "bundle") == before


def test_an_older_output_is_overwritten(small: Small, rows: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.csv"
    output.write_text("of yesterday", "utf-8")
    predict_file(small(), rows, output)
    assert output.read_text("utf-8").startswith("id,prediction,")


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_answers_do_not_depend_on_the_size_of_batches(small: Small, rows: Path, tmp_path: Path, suffix: str) -> None:
    rows.write_text(ROWS.replace("job", "jobb"), "utf-8")
    model = small()
    outputs = [tmp_path / f"{batch}{suffix}" for batch in (1, 2, 100)]
    done = [predict_file(model, rows, output, int(output.stem)) for output in outputs]
    assert done == [Done(2, 1, ("jobb",), ("job",))] * 3
    answers = [pq.read_table(each) if suffix == ".parquet" else each.read_text("utf-8") for each in outputs]
    assert answers[0] == answers[1] == answers[2]


@pytest.mark.parametrize("batch", [1, 10])
def test_a_row_too_extreme_for_the_model_is_a_problem_of_its_own(
    small: Small, rows: Path, tmp_path: Path, batch: int
) -> None:
    rows.write_text("id,age\nr1,old\nr2,1e307\nr3,42\n", "utf-8")
    model = small(regression=True, model=SMALL["graph"](SMALL["REGRESSION"], (1e3, 0.0)))
    assert predict_file(model, rows, tmp_path / "out.parquet", batch) == Done(1, 2, (), ("fee", "job", "note"))
    answers = pq.read_table(tmp_path / "out.parquet").to_pydict()
    assert answers["prediction"] == [None, None, 42_000]
    assert answers["problems"][0].startswith("age: ")
    assert answers["problems"][1:] == [EXTREME, ""]
    with pytest.raises(UserError, match=r"TF-BUNDLE-020  row 0: "):
        model.predict({"age": [1e307, 42]})
