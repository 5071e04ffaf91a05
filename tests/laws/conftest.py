"""Rows and workflows for the laws (see ``sample.py``), with budgets in trials so that time decides nothing."""

from __future__ import annotations

import runpy
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tenfold import Workflow

SAMPLE = runpy.run_path(str(Path(__file__).with_name("sample.py")))
Row = dict[str, str]
Build = Callable[..., Workflow]


@pytest.fixture(scope="session")
def make_rows() -> Callable[..., list[Row]]:
    """Raw rows as text; the first ones are the same whatever their number is."""
    made: Callable[..., list[Row]] = SAMPLE["make_rows"]
    return made


@pytest.fixture(scope="session")
def write_project() -> Callable[..., Path]:
    """Write a project of two files: ``write_project(folder, rows, sections)``."""

    def write(folder: Path, rows: list[Row], **sections: Any) -> Path:
        file: Path = SAMPLE["write_project"](folder, rows, sections)
        return file

    return write


@pytest.fixture
def build(tmp_path: Path) -> Build:
    """Build a workflow over rows, in a project of its own."""

    def make(rows: list[Row], file: str = "rows.csv", **sections: Mapping[str, Any]) -> Workflow:
        table = SAMPLE["write_rows"](tmp_path / file, rows)
        return Workflow(SAMPLE["content"](table, sections), project=tmp_path)

    return make
