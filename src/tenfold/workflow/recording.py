"""Draw who is tested and write it down: the part of assigning that needs the engine."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from tenfold.core import files
from tenfold.steps.splitting.assignment import needed
from tenfold.steps.splitting.result import Seal
from tenfold.steps.splitting.step import assign, sealing
from tenfold.steps.splitting.strategy import Division
from tenfold.tables import parquet
from tenfold.tables.engine import Rows, connect, store
from tenfold.workflow.seals import TestSet


def record(typed: Path, division: Division, test_set: TestSet, path: Path, small: int, memory: int) -> Seal:
    """Decide whether rows are sealed; if so, draw them, add them to the record, and write this table's parts."""
    engine = connect(memory)
    present = pq.read_schema(typed).names
    table = parquet.view(engine, "typed", typed, needed(present, division))
    seal = sealing(division, parquet.count(engine, table), small, "__test" in present)
    if seal == "sealed":
        _record(engine, table, division, test_set, path)
    return seal


def _record(engine: duckdb.DuckDBPyConnection, table: Rows, division: Division, test_set: TestSet, path: Path) -> None:
    known = test_set.folder / "parts.parquet"
    recorded = store(engine, "recorded", parquet.view(engine, "known", known)) if known.exists() else None
    parts, cut = assign(engine, table, division, recorded, test_set.cut())
    parts = store(engine, "drawn", parts)
    if cut and not test_set.cut():
        files.write_json(test_set.folder / "cut.json", cut)
    every = parts if recorded is None else parts.union(recorded.anti_join(parts, "__key"))
    parquet.write(engine, every.order_by(["__key"]), known)
    parquet.write(engine, parts.order_by(["__key"]), path)
