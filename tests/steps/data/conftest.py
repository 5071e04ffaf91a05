"""A step's world in a temporary folder, and rows as they were landed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tenfold.core.result import Context, Result
from tenfold.steps.data.config import Data
from tenfold.steps.data.result import Collected
from tenfold.steps.data.step import run

Collect = Callable[..., Result[Collected]]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


@pytest.fixture
def collect(tmp_path: Path, root: Path) -> Collect:
    """Run the step on a ``data:`` section (a mapping), each time into a fresh folder."""
    runs = iter(range(1000))

    def run_it(section: Any, at: Path = root) -> Result[Collected]:
        folder = tmp_path / f"step-{next(runs)}"
        folder.mkdir()
        return run(Data.model_validate(section), Context("data", folder, at))

    return run_it


@pytest.fixture
def rows() -> Callable[[Result[Collected]], list[dict[str, Any]]]:
    """The raw table's rows, as dictionaries."""
    return lambda result: pq.read_table(result.value.raw).to_pylist()
