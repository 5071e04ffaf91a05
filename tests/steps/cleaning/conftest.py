"""Small raw tables, as step 2 lands them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tenfold.core.result import Context, Result
from tenfold.steps.cleaning import step
from tenfold.steps.cleaning.config import Cleaning
from tenfold.steps.cleaning.result import Cleaned
from tenfold.steps.problem.config import Problem
from tenfold.steps.problem.result import Specification

Clean = Callable[..., Result[Cleaned]]


@pytest.fixture
def clean(tmp_path: Path) -> Clean:
    """Clean columns of raw values under a configuration."""
    runs = iter(range(1000))

    def run(
        columns: dict[str, list[Any]] | Path, target: str = "y", config: Any = None, **problem: Any
    ) -> Result[Cleaned]:
        folder = tmp_path / f"run{next(runs)}"
        folder.mkdir()
        raw = folder / "raw.parquet"
        pq.write_table(pa.table(columns), raw)
        work = folder / "cleaning"
        work.mkdir()
        asked = Specification(Problem(target=target, **problem))
        watched = asked.problem.fairness.sensitive
        cleaning = Cleaning.model_validate(config or {})
        return step.run(cleaning, asked, raw, Context("cleaning", work, work), watched=watched)

    return run
