"""Step 4: divide the typed table into training rows with folds and rows that stay sealed.

Two parts: :func:`assign` decides and records who is tested (once per content, whatever the run); :func:`run` writes
the training rows. Only step 9 reads the sealed rows.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import ibis

from tenfold.core.errors import UserError
from tenfold.core.result import Context, Result
from tenfold.schema import Schema
from tenfold.steps.splitting import assignment, folds, overlap
from tenfold.steps.splitting.chapter import chapter
from tenfold.steps.splitting.result import Assignment, Overlap, Parts, Seal
from tenfold.steps.splitting.strategy import Division
from tenfold.tables import parquet
from tenfold.tables.engine import Rows, connect, fetch, store

Engine = duckdb.DuckDBPyConnection


def sealing(division: Division, rows: int, small: int, own_test: bool) -> Seal:
    """Whether rows are sealed, and why not."""
    if own_test:
        return "own test file"
    if division.test == 0:
        return "none: test is 0"
    return "none: too few rows" if rows < small else "sealed"


def assign(
    engine: Engine, typed: Rows, division: Division, recorded: Rows | None, cut: list[Any]
) -> tuple[Rows, list[Any]]:
    """``__key, part`` of every row, and the time cut to pin (empty unless divided by time)."""
    if division.time_ordered:
        _check_times(engine, typed, division)
        cut = cut or assignment.time_cut(engine, typed, division)
        return assignment.by_time(typed, division, cut), cut
    return assignment.by_hash(typed, division, recorded), []


def run(
    typed: Path, schema: Schema, division: Division, given: Assignment, sealed: Path, context: Context
) -> Result[Parts]:
    """Write ``train.parquet`` (sorted by key) and, outside the step's folder, the sealed rows at ``sealed``.

    Raises:
        UserError: a part is left without rows.
    """
    engine = connect(context.memory, context.cores)
    table = parquet.view(engine, "typed", typed)
    train, test = _divide(engine, table, given)
    train = store(engine, "train", folds.with_folds(store(engine, "development", train), division))
    test = store(engine, "test", test)
    names = [name for name in table.columns if name != "__test"]
    target = context.folder / "train.parquet"
    path = parquet.write(engine, train.select(*names, "__fold").order_by(["__key"]), target)
    rows_train, rows_test = parquet.count(engine, train), parquet.count(engine, test)
    _check(rows_train, rows_test, given.seal)
    if rows_test:
        parquet.write(engine, test.select(*names).order_by(["__key"]), sealed)
    found = overlap.measure(engine, train, test, schema, division) if rows_test else Overlap()
    parts = Parts(
        path, division.strategy, division.by, division.folds, division.time_ordered, given.seal,
        sealed.parent.name if rows_test else "", rows_train, rows_test, found,
    )  # fmt: skip
    return Result(context.step, parts, chapter(parts, schema))


def _check_times(engine: Engine, typed: Rows, division: Division) -> None:
    for name in division.by:
        unordered = typed.filter(typed[name].notnull() & assignment.moment(typed, name).isnull())
        lost = fetch(engine, unordered.select(name).limit(1))
        if lost.num_rows:
            got = f"'{name}' holds {lost[name][0].as_py()!r}, which time cannot order"
            raise UserError.of(
                "TF-SPLIT-005", got, "splitting.by", expected="dates or numbers",
                do=f"give its format: cleaning.columns.{name}: {{kind: date, formats: [...]}}",
            )  # fmt: skip


def _divide(engine: Engine, table: Rows, given: Assignment) -> tuple[Rows, Rows]:
    if given.seal == "own test file":
        return table.filter(~table["__test"]), table.filter(table["__test"])
    if given.seal != "sealed":
        return table, table.filter(ibis.literal(False))
    parts = parquet.view(engine, "parts", given.path)
    tested = parts.filter(parts["part"] == assignment.TEST)
    return table.anti_join(tested, "__key"), table.semi_join(tested, "__key")


def _check(rows_train: int, rows_test: int, seal: Seal) -> None:
    if rows_train == 0 or (rows_test == 0 and not seal.startswith("none")):
        raise UserError.of(
            "TF-SPLIT-004", f"{rows_train} training rows and {rows_test} test rows", "splitting",
            expected="rows in both parts", do="change `test`, `by` or the strategy, or add rows",
        )  # fmt: skip
