"""A small table for the tests of steps 6 to 8, as step 4 leaves it."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tenfold.core.chapter import Chapter, Text
from tenfold.core.clock import Deadline
from tenfold.core.result import Context
from tenfold.learning.question import Question
from tenfold.schema import Column, Schema
from tenfold.steps.exploration.result import Bars, ColumnSummary, Findings, TargetSummary

SCHEMA = Schema(
    (
        Column("age", "number", optional=True),
        Column("empty", "number", optional=True),
        Column("job", "category"),
        Column("note", "text"),
        Column("since", "date"),
        Column("left", "category", "target"),
    )
)
NUMBERS = Schema((*SCHEMA.columns[:-1], Column("left", "number", "target")))
QUESTION = Question("binary", ("no", "yes"), "yes")
REGRESSION = Question("regression")
JOBS = np.array(["nurse", "smith", "cook", "clerk"], dtype=object)
WORDS = np.array(["late", "friendly", "café", "bill", "wrong", "fine"], dtype=object)


def write(folder: Path, rows: int = 400, regression: bool = False, time_ordered: bool = False) -> Path:
    """``train.parquet`` with a target that age and two words decide, with noise."""
    generator = np.random.default_rng(0)
    age = generator.normal(40, 12, rows)
    words = generator.integers(0, len(WORDS), (rows, 4))
    signal = (age - 40) / 12 + 1.5 * (words == 4).any(axis=1) + generator.normal(0, 0.7, rows)
    age[::17] = np.nan
    target = pa.array(signal) if regression else pa.array(np.where(signal > 0.5, "yes", "no"))
    table = pa.table(
        {
            "__key": [f"{i:06}" for i in range(rows)],
            "age": age,
            "empty": pa.nulls(rows, pa.float64()),
            "job": JOBS[generator.integers(0, 4, rows)].tolist(),
            "note": [" ".join(WORDS[each]) for each in words],
            "since": generator.uniform(1.2e9, 1.6e9, rows),
            "left": target,
            "__fold": (np.arange(rows) * 4 // rows - 1 if time_ordered else np.arange(rows) % 3).astype(np.int32),
        }
    )
    path = folder / "train.parquet"
    pq.write_table(table, path)
    return path


def findings(rows: int = 400, task: str = "binary") -> Findings:
    columns = (
        ColumnSummary("age", "number", 1 / 17, 377, Bars(())),
        ColumnSummary("empty", "number", 1.0, 0, Bars(())),
        ColumnSummary("job", "category", 0.0, 4, Bars(())),
        ColumnSummary("note", "text", 0.0, 300, Bars(()), words=4.0),
        ColumnSummary("since", "date", 0.0, 400, Bars(())),
    )
    return Findings((), columns, TargetSummary("left", task, Bars(())), (), rows, rows)


def context(folder: Path, step: str, seconds: float | None = None, trials: int | None = None, **more) -> Context:
    own = folder / step
    own.mkdir(parents=True, exist_ok=True)
    deadline = Deadline.never() if seconds is None else Deadline.after(seconds)
    return Context(step, own, folder, seed=7, deadline=deadline, trials=trials, cores=more.pop("cores", 2), **more)


def texts(chapter: Chapter) -> list[str]:
    """The paragraphs of a chapter."""
    return [block.text for block in chapter.blocks if isinstance(block, Text)]
