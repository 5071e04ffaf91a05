"""Step 5 from a table on disk: the sample, the order of rows, the texts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tenfold.core import identity
from tenfold.core.result import Context, Result
from tenfold.schema import Column, Schema
from tenfold.steps.exploration.config import Exploration
from tenfold.steps.exploration.result import Findings
from tenfold.steps.exploration.sample import sampled
from tenfold.steps.exploration.step import run

ROWS = 600
SCHEMA = Schema(
    (
        Column("y", "category", "target"), Column("x", "number"), Column("colour", "category"),
        Column("remark", "text"), Column("when", "date"), Column("spare", "category", "ignored"),
    )
)  # fmt: skip


def typed() -> pa.Table:
    random = np.random.default_rng(0)
    yes = random.random(ROWS) < 0.4
    remarks = [f"please write to p{n}@example.org, thank you" if n % 4 == 0 else "no remark" for n in range(ROWS)]
    return pa.table({
        "y": np.where(yes, "yes", "no"),
        "x": np.where(random.random(ROWS) < 0.1, np.nan, yes + random.normal(size=ROWS)),
        "colour": pa.array([None if n % 9 == 0 else ("red", "blue")[n % 2] for n in range(ROWS)], pa.string()),
        "remark": remarks,
        "when": random.uniform(0, 1e9, ROWS).round(),
        "__key": [identity.of_text(str(n))[:32] for n in range(ROWS)],
        "__fold": pa.array(np.arange(ROWS) % 5, pa.int32()),
    })  # fmt: skip


def explored(table: pa.Table, folder: Path, *, sealed: bool = False, **config: Any) -> Result[Findings]:
    folder.mkdir()
    pq.write_table(table, folder / "train.parquet", row_group_size=100)
    context = Context("exploration", folder, folder, seed=3)
    return run(
        Exploration(**config), folder / "train.parquet", SCHEMA, "binary", ("no", "yes"), "yes", context, sealed=sealed
    )


@pytest.mark.parametrize("sealed", [True, False])
def test_sealed_rows_are_spoken_of_only_where_there_are_some(tmp_path: Path, sealed: bool) -> None:
    assert ("sealed" in explored(typed(), tmp_path / "a", sealed=sealed).chapter.summary) is sealed


def test_a_table_is_summarised_column_by_column(tmp_path: Path) -> None:
    found = explored(typed(), tmp_path / "a").value
    assert [column.name for column in found.columns] == ["colour", "remark", "when", "x"]
    assert (found.rows, found.rows_train) == (ROWS, ROWS)
    assert found["colour"].missing == pytest.approx(67 / ROWS, abs=1e-5)
    assert found["colour"].bars.levels == ("blue", "red")
    assert found["x"].score is not None
    assert found["x"].score > 0.2
    assert found["remark"].words is not None
    assert found.target.bars.counts == tuple(sorted(found.target.bars.counts, reverse=True))


def test_values_that_lie_close_together_are_shown_in_fewer_bars(tmp_path: Path) -> None:
    table = typed()
    for name, values in {"x": 2.0**60 + np.arange(ROWS), "when": 1.7e9 + 1e-6 * (np.arange(ROWS) % 3)}.items():
        table = table.set_column(table.column_names.index(name), name, pa.array(values))
    found = explored(table, tmp_path / "a").value
    for name in ("x", "when"):
        bars = found[name].bars
        assert sum(bars.counts) == ROWS
        assert list(bars.edges) == sorted(set(bars.edges)), "every bar has a width"


def test_raw_text_is_searched_for_personal_data(tmp_path: Path) -> None:
    found = explored(typed(), tmp_path / "a").value.findings
    assert [(each.subject, each.evidence["kind"]) for each in found if each.code == "TF-EXPLORE-150"] == [
        ("remark", "e-mail addresses")
    ]


@pytest.mark.parametrize("sample", [50_000, 300])
def test_the_order_of_rows_and_columns_changes_nothing(tmp_path: Path, sample: int) -> None:
    table = typed()
    turned = table.take(np.random.default_rng(1).permutation(ROWS)).select(sorted(table.column_names, reverse=True))
    one = explored(table, tmp_path / "a", sample=sample)
    other = explored(turned, tmp_path / "b", sample=sample)
    assert one.value == other.value
    assert one.chapter == other.chapter


def test_a_sample_is_as_large_as_said_and_leaves_nothing_behind(tmp_path: Path) -> None:
    found = explored(typed(), tmp_path / "a", sample=250).value
    assert (found.rows, found.rows_train) == (250, ROWS)
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["train.parquet"]


def test_another_seed_draws_other_rows(tmp_path: Path) -> None:
    path = tmp_path / "train.parquet"
    pq.write_table(typed(), path, row_group_size=64)
    drawn = [set(pq.read_table(sampled(path, 100, seed, tmp_path))["__key"].to_pylist()) for seed in (0, 0, 1)]
    assert drawn[0] == drawn[1] != drawn[2]
    assert all(len(keys) == 100 for keys in drawn)
