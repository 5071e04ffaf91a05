"""Draw and record who is tested, before step 4 runs: the one place that remembers parts from run to run."""

from __future__ import annotations

from pathlib import Path

import duckdb

from tenfold.core import files, identity
from tenfold.steps.splitting.step import Assignment, assign, sealing
from tenfold.steps.splitting.strategy import Division
from tenfold.tables import parquet
from tenfold.tables.engine import Rows, connect, store
from tenfold.workflow.seals import TestSet


def assignment_for(
    typed: Path, content: str, division: Division, test_set: TestSet, small: int, memory: int
) -> Assignment:
    """The parts of a typed table: read if this content is recorded, else drawn and recorded.

    ``content`` is the table's hash. Recording happens under the test set's lease, so rows seen by two runs at once
    get one part. The note beside the parts is written last: without it, nothing counts as recorded.
    """
    path = test_set.assigned(content)
    note = path.with_suffix(f".{small}.json")
    with test_set.store.lease(f"seal-{test_set.name}"):
        if not note.exists():
            engine = connect(memory)
            table = parquet.view(engine, "typed", typed)
            seal = sealing(division, parquet.count(engine, table), small, "__test" in table.columns)
            if seal == "sealed":
                _record(engine, table, division, test_set, path)
            files.write_json(note, {"seal": seal, "parts": identity.of_file(path) if path.exists() else ""})
    known = files.read_json(note)
    return Assignment(path, known["seal"], known["parts"])


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
