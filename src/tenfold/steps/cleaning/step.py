"""Step 3: infer the rules once, read every row by them, set aside what cannot be used, and balance the ledger."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tenfold.core import units
from tenfold.core.errors import UserError
from tenfold.core.result import Context, Result
from tenfold.schema.finish import NUMBER_KINDS
from tenfold.steps.cleaning import inference, judging, missing, reading, target
from tenfold.steps.cleaning.chapter import chapter
from tenfold.steps.cleaning.config import Cleaning
from tenfold.steps.cleaning.judging import FOLDS, Judged
from tenfold.steps.cleaning.reading import ROW, TEST, Engine, Typed
from tenfold.steps.cleaning.result import QUARANTINE, TYPED, Cleaned, Ledger
from tenfold.steps.problem.result import Specification
from tenfold.tables import engine, parquet, stitching
from tenfold.tables.parquet import Source
from tenfold.tables.profile import Profile, profiles

__all__ = ["FOLDS", "run"]

#: For docs/errors.md: code → (what it means, what to do), where both are put together at run time.
CODES = {
    "TF-CLEAN-038": (
        "no column is left to learn from; the message lists those that have other roles",
        "add columns, or say cleaning.roles: {COLUMN: feature}",
    ),
    "TF-CLEAN-049": (
        "the weight is missing, negative or not finite in some rows, or 0 in all of them",
        "correct the source, or say what such a row counts: data.combine, `coalesce(weight, 1)`",
    ),
}


def run(
    config: Cleaning, problem: Specification, collected_raw: Path, context: Context,
    *, watched: Sequence[str] = (), folds: int = FOLDS,
) -> Result[Cleaned]:  # fmt: skip
    """Read the raw table into ``typed.parquet``; rows that cannot be used go to ``quarantine.parquet``.

    ``watched``: columns whose groups validation compares; they stay in the typed table even if no model sees them;
    ``folds``: how many parts the training rows will be divided into.

    Raises:
        UserError: TF-CLEAN-0xx: an unusable target, unknown names, ambiguous dates, classes too small.
    """
    spill = context.folder / ".spill"
    spill.mkdir()
    connection = engine.connect(context.memory, context.cores, spill)
    try:
        raw = _open(connection, collected_raw)
        context.say("inferring rules", done=0.1)
        names = [name for name in raw.kinds if not name.startswith("__")]
        profiled = _profiles(connection, raw, names, context)
        inferred = inference.infer(config, problem.problem, names, profiled, watched)
        _check_features(inferred)
        context.say("reading rows", done=0.5)
        typed = reading.read(connection, raw, inferred.schema, spill)
        judged = judging.judge(connection, raw, typed, inferred, config, max(FOLDS, folds))
        context.say("writing rows", done=0.8)
        cleaned = _write(connection, raw, typed, judged, inferred, problem, context.folder)
        _check_weights(cleaned)
    finally:
        connection.close()
        shutil.rmtree(spill, ignore_errors=True)
    return Result(context.step, cleaned, chapter(cleaned, inferred, _infinite(typed, inferred)))


def _open(connection: Engine, path: Path) -> Source:
    """The raw table with its row numbers, which tie typed rows to raw ones."""
    raw = parquet.source(connection, path)
    if raw.rows == 0:
        raise UserError.of("TF-CLEAN-036", "the table has no rows", "data", do="check the sources")
    return raw


def _check_features(inferred: inference.Inferred) -> None:
    if inferred.schema.features:
        return
    left = ", ".join(repr(column.name) for column in inferred.schema.columns if column.role != "target")
    aside = f" (set aside: {left[:200]})" if left else ""
    raise UserError.of(
        "TF-CLEAN-038", f"no column is left to learn from{aside}", "the table",
        expected="a feature besides the target", do="add columns, or say cleaning.roles: {COLUMN: feature}",
    )  # fmt: skip


def _check_weights(cleaned: Cleaned) -> None:
    """Refuse weights that are missing, negative, not finite, or all 0: nobody knows what such a row counts."""
    if cleaned.schema.weight is None:
        return
    name = cleaned.schema.weight.name
    weights = pq.read_table(cleaned.typed, columns=[name])[name]
    negative = pc.sum(pc.less(weights, 0.0)).as_py() or 0
    lacking = "without a weight, or with one that is not finite"
    found = [(weights.null_count, lacking), (negative, "with a negative weight")]
    got = " and ".join(f"{units.count(rows, 'row')} {what}" for rows, what in found if rows)
    if not got and not (pc.sum(weights).as_py() or 0) > 0:
        got = "every weight is 0"
    if got:
        raise UserError.of(
            "TF-CLEAN-049", got, f"column {name!r}", expected="a number of 0 or more in every row, and above 0 in some",
            do="correct the source, or say what such a row counts: data.combine, `coalesce(weight, 1)`",
        )  # fmt: skip


def _profiles(connection: Engine, raw: Source, names: list[str], context: Context) -> Iterator[Profile]:
    for place, profile in enumerate(profiles(connection, raw, names, missing.MARKS)):
        if place % max(20, len(names) // 50) == 0:
            context.say(f"looking at {profile.name}", done=0.1 + 0.4 * place / len(names))
        yield profile


def _infinite(typed: Typed, inferred: inference.Inferred) -> dict[str, int]:
    """Infinite values of number features, which are taken as missing."""
    found = {column.name: typed.infinite.get(column.name, 0) for column in inferred.schema.features
             if column.kind == "number"}  # fmt: skip
    return {name: count for name, count in found.items() if count}


def _write(
    connection: Engine, raw: Source, typed: Typed, judged: Judged, inferred: inference.Inferred, problem: Specification,
    folder: Path,
) -> Cleaned:  # fmt: skip
    """Write both tables, sorted so that the order of the source leaves no trace, and balance the ledger."""
    broken = np.sort(engine.fetch(connection, judged.broken.select(ROW))[ROW].to_numpy())
    numbers = {column.name for block in typed.columns for column in block if column.kind in NUMBER_KINDS}
    stitching.stitch(typed.blocks, folder / TYPED, partial(_finished, broken=broken, numbers=numbers))
    _quarantine(connection, raw, typed, judged, folder / QUARANTINE)
    sizes = [pq.read_metadata(folder / name).num_rows for name in (TYPED, QUARANTINE)]
    ledger = Ledger.balance(raw.rows, sizes[0], sizes[1], judged.counts)
    asked, classes = inferred.asked, judged.sizes
    positive = target.positive(classes, problem.problem.positive, asked.rule) if asked.task == "binary" else None
    return Cleaned(
        inferred.schema, asked.task, tuple(sorted(classes)), positive, asked.reason, folder / TYPED,
        folder / QUARANTINE, ledger, inferred.reasons,
    )  # fmt: skip


def _finished(rows: pa.Table, begin: int, broken: np.ndarray[Any, Any], numbers: set[str]) -> pa.Table:
    """Usable rows only; what is not finite is missing, and zero has no sign."""
    del begin
    if len(broken):
        rows = rows.filter(pa.array(~np.isin(rows[ROW].to_numpy(), broken)))
    identity = [name for name in ("__key", "__content", TEST) if name in rows.column_names]
    names = [*(name for name in rows.column_names if not name.startswith("__")), *identity]
    return pa.table({name: _finite(rows[name]) if name in numbers else rows[name] for name in names})


def _finite(values: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.if_else(pc.is_finite(values), pc.add(values, 0.0), pa.scalar(None, values.type))


def _quarantine(connection: Engine, raw: Source, typed: Typed, judged: Judged, path: Path) -> None:
    engine.run(connection, "set threads = 1")  # one writer: the same rows give the same bytes
    identity = reading.identity_of(connection, typed)
    why = identity.left_join(judged.broken, ROW).select(ROW, "__key", "__content", "__reasons").order_by(ROW)
    engine.store(connection, "why", why)
    flagged = reading.beside(raw, "why")
    names = ", ".join(f"raw.{engine.quoted(name)}" for name in raw.kinds)
    wanted = f'select {names}, why."__reasons", why."__key" from {flagged.sql} where why."__reasons" is not null'
    parquet.copy(connection, f'{wanted} order by why."__key", why."__content"', path)
