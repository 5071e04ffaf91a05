"""Step 4: divide the typed table into training rows with folds and rows that stay sealed.

Two parts: :func:`assign` decides and records who is tested (once per content, whatever the run); :func:`run` writes
the training rows. Only step 9 reads the sealed rows.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import ibis
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tenfold.core import units
from tenfold.core.errors import UserError
from tenfold.core.result import Context, Result
from tenfold.schema import Schema
from tenfold.steps.splitting import assignment, folds, gap, overlap
from tenfold.steps.splitting.chapter import chapter
from tenfold.steps.splitting.result import BETWEEN, TRAIN, Assignment, Overlap, Parts, Seal, Spacing
from tenfold.steps.splitting.strategy import Division
from tenfold.tables import parquet, stitching
from tenfold.tables.engine import Rows, connect, fetch, store
from tenfold.tables.examples import GROUP, SINCE

#: For docs/errors.md: code → (what it means, what to do), where both are put together at run time.
CODES = {
    "TF-SPLIT-004": (
        "no row is left to train on, or none to test",
        "change `test`, `by` or the strategy, or add rows",
    ),
    "TF-SPLIT-005": (
        "a column that is to order the rows holds values that time cannot order",
        "give its format: cleaning.columns.COLUMN: {kind: date, formats: [...]}",
    ),
    "TF-SPLIT-006": (
        "all training rows are equal, or of one group",
        "divide by another column, choose `strategy: random`, or add rows that differ",
    ),
}

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
    """Write ``train.parquet`` (sorted by key), the rows that a gap takes from it (``gap.parquet``) and, outside the
    step's folder, the sealed rows at ``sealed``.

    Raises:
        UserError: a part is left without rows, all training rows have to stay together, or a gap leaves none to learn
            from.
    """
    engine = connect(context.memory, context.cores)
    names = pq.read_schema(typed).names
    group = overlap.schema_group(schema, division)
    shown = assignment.needed(names, division, group)
    table = parquet.view(engine, "typed", typed, shown)
    train, test = _divide(engine, table, given)
    before, rows_test = parquet.count(engine, train), parquet.count(engine, test)
    _check(before, rows_test, given.seal)
    train, spacing, unused = _with_folds(engine, train, test, division)
    test = store(engine, "test", test)
    rows_train = parquet.count(engine, train)
    path = _write(engine, typed, train, group, context.folder / TRAIN)
    if before > rows_train:
        between = store(engine, "before", _divide(engine, table, given)[0]).anti_join(train, "__at")
        _write(engine, typed, store(engine, "between", between), group, context.folder / BETWEEN)
    if rows_test:
        _write(engine, typed, test, group, sealed)
    source = parquet.source(engine, typed)
    found = overlap.measure(engine, train, test, source, schema, division) if rows_test else Overlap()
    parts = Parts(
        path, division.strategy, division.by, _folds(engine, train, division), division.time_ordered, given.seal,
        sealed.parent.name if rows_test else "", rows_train, rows_test, found, rows_train - _different(engine, train),
        division.gap_written, before - rows_train, spacing, unused,
    )  # fmt: skip
    return Result(context.step, parts, chapter(parts, schema, division))


def _with_folds(engine: Engine, train: Rows, test: Rows, division: Division) -> tuple[Rows, tuple[Spacing, ...], int]:
    """The training rows with their folds, what a gap does to each, and how many rows no fold has any use for."""
    if not division.gap:
        return store(engine, "train", folds.with_folds(store(engine, "development", train), division)), (), 0
    train = store(engine, "development", gap.apart(engine, train, test, division))
    dealt = store(engine, "dealt", folds.with_folds(train, division))
    train = store(engine, "train", gap.spaced(engine, dealt, division))
    return train, *gap.spacings(engine, train)


def _write(engine: Engine, typed: Path, rows: Rows, group: str | None, target: Path) -> Path:
    """Some rows of the typed table, in its order (by key), with their fold and their group where they have one."""
    if group is not None:
        rows = rows.mutate(**{GROUP: assignment.grouped_by(rows, group)})
    added = [name for name in ("__fold", SINCE, GROUP) if name in rows.columns]
    chosen = fetch(engine, rows.select("__at", *added).order_by("__at"))
    mask = np.zeros(pq.read_metadata(typed).num_rows, dtype=np.bool_)
    mask[chosen["__at"].to_numpy()] = True
    done = 0

    def change(batch: pa.Table, begin: int) -> pa.Table:
        nonlocal done
        left = stitching.kept(batch, begin, mask)
        left = left.drop_columns([name for name in left.column_names if name == "__test"])
        for name in added:
            kind = pa.string() if name == GROUP else pa.int64()
            left = left.append_column(name, chosen[name].slice(done, left.num_rows).cast(kind))
        done += left.num_rows
        return left

    stitching.stitch([typed], target, change)
    return target


def _folds(engine: Engine, train: Rows, division: Division) -> int:
    """How many there are: in time order, or of few groups, fewer than were asked for; one alone judges nothing."""
    count = int(fetch(engine, train.aggregate(last=train["__fold"].max()))["last"][0].as_py()) + 1
    if count < 2 and not division.time_ordered:
        grouped = division.strategy == "grouped"
        got = f"all training rows share one value of '{division.by[0]}'" if grouped else "all training rows are equal"
        do = "divide by another column, or choose `strategy: random`" if grouped else "add rows that differ"
        raise UserError.of("TF-SPLIT-006", got, "splitting", expected="at least two groups of rows", do=do)
    return count


def _different(engine: Engine, rows: Rows) -> int:
    return int(fetch(engine, rows.aggregate(count=rows["__content"].nunique()))["count"][0].as_py())


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
            "TF-SPLIT-004", f"{units.count(rows_train, 'training row')} and {units.count(rows_test, 'test row')}",
            "splitting", expected="rows in both parts", do="change `test`, `by` or the strategy, or add rows",
        )  # fmt: skip
