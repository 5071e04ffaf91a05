"""How many trials run at a time, and what each may use."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tenfold.core.result import Context
from tenfold.learning.trials.bench import Bench, _pool
from tenfold.learning.trials.pool import MANY_ROWS


@pytest.mark.parametrize(
    ("cores", "rows", "workers", "each"),
    [
        (1, 500, 1, 1), (2, 500, 2, 1), (4, MANY_ROWS - 1, 4, 1),
        (1, MANY_ROWS, 1, 1), (2, MANY_ROWS, 1, 2), (3, MANY_ROWS, 2, 1), (8, MANY_ROWS, 4, 2),
    ],
)  # fmt: skip
def test_of_many_rows_each_trial_has_two_cores(cores: int, rows: int, workers: int, each: int, tmp_path: Path) -> None:
    pool: Any = _pool(Context("modeling", tmp_path, tmp_path, cores=cores, memory=1000), tmp_path, rows)
    nothing: Any = None
    bench = Bench(nothing, pool, seed=0, folds=3)
    assert (bench.workers, bench.threads, bench.threads_each) == (workers, cores, each)
    assert pool.memory == 800 // workers
