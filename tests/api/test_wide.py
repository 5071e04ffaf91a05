"""Wide tables: more columns than one block holds, from the file to the recipes, in a few seconds."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from tenfold import Workflow
from tenfold.api.drafting import draft
from tenfold.core.errors import UserError

WIDTH, ROWS = 600, 120


def written(folder: Path, width: int = WIDTH, first: str = "file_row_number") -> Path:
    """A table of numbers, levels, yes and no; the first column is called as the engine calls a row's number."""
    draw = np.random.default_rng(4)
    names = [first, 'a "quoted" one', *(f"c{place:04d}" for place in range(width - 3)), "y"]
    kinds = (
        lambda: f"{draw.normal():.3f}",
        lambda: str(draw.choice(["red", "green", "blue"])),
        lambda: str(draw.choice(["Yes", "No"])),
        lambda: "" if draw.random() < 0.1 else str(draw.integers(0, 90)),
    )
    path = folder / "wide.csv"
    with path.open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(names)
        for row in range(ROWS):
            cells = [kinds[place % len(kinds)]() for place in range(width - 1)]
            writer.writerow([*cells, "up" if row % 2 else "down"])
    return path


def test_from_the_file_to_the_recipes(tmp_path: Path) -> None:
    run = Workflow.from_table(written(tmp_path), "y", project=tmp_path).run(until="features")
    schema = run.result("cleaning").schema
    assert len(schema.features) == WIDTH - 1
    typed = pq.read_table(run.path / "03-cleaning" / "typed.parquet")
    assert {*typed.column_names} == {column.name for column in schema.columns} | {"__key", "__content"}
    raw = pq.read_table(run.path / "02-data" / "raw.parquet")
    for name in ("file_row_number", "c0002", "c0594", "c0595"):
        numbers = schema[name].kind == "number"
        assert sorted(map(str, typed[name].drop_null().to_pylist())) == sorted(
            str(float(value)) if numbers else value for value in raw[name].to_pylist() if value
        ), name
    recipes = run.result("features").by_family
    assert all(len(recipes[family].columns) == WIDTH - 1 for family in ("linear", "trees"))
    for chapter in run:
        assert all(len(getattr(block, "rows", ())) <= 200 for block in chapter.blocks), chapter.step
    assert (run.path / "report.html").stat().st_size < 3_000_000


@pytest.mark.slow
def test_a_first_workflow_file_lists_the_columns_worth_a_look(tmp_path: Path) -> None:
    data = written(tmp_path)
    text = draft(data, "y", tmp_path / "workflow.yaml", tmp_path).text
    (tmp_path / "workflow.yaml").write_text(text)
    assert len(text.splitlines()) < 150
    assert "which are inferred" in text
    listed = Workflow(tmp_path / "workflow.yaml", project=tmp_path)
    assert listed.run(until="cleaning").result("cleaning").schema == (
        Workflow.from_table(data, "y", project=tmp_path).run(until="cleaning").result("cleaning").schema
    )


def test_names_with_two_underscores_are_refused_not_passed_over(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="TF-DATA-011"):
        Workflow.from_table(written(tmp_path, 6, "__reasons"), "y", project=tmp_path).run(until="data")
