"""Step 3: infer the rules once, read every row by them, set aside what cannot be used, and balance the ledger."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import ibis

from tenfold.core.errors import UserError
from tenfold.core.result import Context, Result
from tenfold.schema import Column, Schema
from tenfold.schema.finish import NUMBER_KINDS
from tenfold.steps.cleaning import contracts, inference, missing, target
from tenfold.steps.cleaning.chapter import chapter
from tenfold.steps.cleaning.config import Cleaning
from tenfold.steps.cleaning.contracts import Check
from tenfold.steps.cleaning.result import QUARANTINE, TYPED, Cleaned, Ledger
from tenfold.steps.problem.result import Specification
from tenfold.tables import compile, engine, parquet
from tenfold.tables import operators as op
from tenfold.tables.profile import Profile, profile

#: Rows that a class needs at least: one for each of the usual folds.
FOLDS = 5
ROW = "__id"
TEST = "__test"


@dataclass(frozen=True)
class _Judged:
    """The typed layer with a reason per broken row."""

    rows: Any  # Ibis table: typed columns, ROW, `__reasons`
    counts: Mapping[str, int]  # rows by reason
    infinite: Mapping[str, int]  # infinite numbers by column


def run(
    config: Cleaning, problem: Specification, collected_raw: Path, context: Context, *,
    watched: Sequence[str] = (), folds: int = FOLDS,
) -> Result[Cleaned]:  # fmt: skip
    """Read the raw table into ``typed.parquet``; rows that cannot be used go to ``quarantine.parquet``.

    ``watched``: columns whose groups validation compares; they stay in the typed table even if no model sees them.
    ``folds``: how many the training rows will be dealt into; a class needs a row for each.

    Raises:
        UserError: TF-CLEAN-0xx: an unusable target, unknown names, ambiguous dates, classes too small.
    """
    spill = context.folder / ".spill"
    connection = engine.connect(context.memory, context.cores, spill)
    try:
        raw = _open(connection, collected_raw)
        context.say("inferring rules", done=0.1)
        inferred = inference.infer(config, problem.problem, _profiles(connection, raw, context), watched)
        _check_features(inferred)
        context.say("reading rows", done=0.5)
        judged = _judge(connection, _read(connection, raw, inferred.schema), inferred.schema, config)
        judged = _enough(connection, judged, inferred, max(FOLDS, folds))
        context.say("writing rows", done=0.8)
        cleaned = _write(connection, raw, judged, inferred, problem, context.folder)
    finally:
        connection.close()
        shutil.rmtree(spill, ignore_errors=True)
    return Result(context.step, cleaned, chapter(cleaned, inferred, judged.infinite))


def _open(connection: duckdb.DuckDBPyConnection, path: Path) -> Any:
    """The raw table with its row numbers, which tie typed rows to raw ones."""
    source = f"read_parquet({engine.literal(str(path))}, file_row_number=true)"
    engine.run(connection, f"create view raw as select * rename (file_row_number as {ROW}) from {source}")
    raw = engine.table(connection, "raw")
    if parquet.count(connection, raw) == 0:
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


def _names(raw: Any) -> list[str]:
    return [name for name in raw.columns if not name.startswith("__")]


def _profiles(connection: duckdb.DuckDBPyConnection, raw: Any, context: Context) -> dict[str, Profile]:
    names = _names(raw)
    found: dict[str, Profile] = {}
    for place, name in enumerate(names):
        found[name] = profile(connection, raw, name, missing.MARKS)
        if place % 20 == 0:
            context.say(f"looking at {name}", done=0.1 + 0.4 * place / len(names))
    return found


def _read(connection: duckdb.DuckDBPyConnection, raw: Any, schema: Schema) -> Any:
    """Both layers of the rules, each stored, since the checks look at them several times."""
    texts = {name: compile.canonical(raw[name]) for name in sorted(_names(raw))}
    key = schema.key.name if schema.key else None
    content = compile.row_hash([text for name, text in texts.items() if name != key])
    identity = ibis.coalesce(op.md5(texts[key]), content) if key else content
    used = [column for column in schema.columns if column.role != "ignored"]
    ready = {column.name: compile.prepared(raw[column.name], _as_read(column)) for column in used}
    kept = [name for name in (ROW, TEST) if name in raw.columns]
    layer = engine.store(connection, "ready", raw.select(*kept, **ready, __key=identity, __content=content))
    typed = {column.name: compile.typed(layer[column.name], _as_read(column)) for column in used}
    shown = {f"__text {column.name}": layer[column.name].cast("string") for column in used}
    return layer.select(*kept, "__key", "__content", **typed, **shown)


def _as_read(column: Column) -> Column:
    """Keys and groups are read as categories: what matters is which rows agree."""
    return Column(column.name, "category", column.role, column.rule) if column.role in ("key", "group") else column


def _judge(connection: duckdb.DuckDBPyConnection, typed: Any, schema: Schema, config: Cleaning) -> _Judged:
    """Find out which checks fail at all, then give every broken row its reasons."""
    stored = engine.store(connection, "typed", typed)
    assert schema.target is not None
    checks = contracts.of_target(stored, schema.target) + contracts.of_columns(stored, list(schema.features), config)
    counts = _count(connection, stored, [check.broken for check in checks])
    numbers = [column.name for column in schema.features if column.kind == "number"]
    infinite = _count(connection, stored, [ibis.coalesce(stored[name].isinf(), False) for name in numbers])
    failing = [(check, count) for check, count in zip(checks, counts, strict=True) if count]
    judged = engine.store(connection, "judged", stored.mutate(__reasons=_reasons([check for check, _ in failing])))
    by_reason = {check.reason: count for check, count in failing}
    return _Judged(judged, by_reason, {name: count for name, count in zip(numbers, infinite, strict=True) if count})


def _count(connection: duckdb.DuckDBPyConnection, rows: Any, flags: list[Any]) -> list[int]:
    if not flags:
        return []
    sums = rows.aggregate(**{f"c{place}": flag.cast("int64").sum() for place, flag in enumerate(flags)})
    return [int(value or 0) for value in engine.fetch(connection, sums).to_pylist()[0].values()]


def _reasons(checks: list[Check]) -> Any:
    """What is wrong with a row, in words with the value; empty when nothing is."""
    text: Any = ibis.literal("")
    for check in checks:
        shown = ibis.coalesce(" (" + check.value.nullif("").substr(0, 60) + ")", "")
        text = text + ibis.cases((check.broken, ibis.literal(f"{check.reason}") + shown + "; "), else_="")
    return text


def _enough(
    connection: duckdb.DuckDBPyConnection, judged: _Judged, inferred: inference.Inferred, least: int
) -> _Judged:
    """Set aside classes with fewer rows than folds; a binary problem cannot spare one.

    Raises:
        UserError: TF-CLEAN-037: too few usable rows, altogether or in a class.
    """
    if inferred.asked.task == "regression":
        usable = judged.rows.filter(judged.rows["__reasons"] == "")
        if parquet.count(connection, usable) < 2 * least:
            raise UserError.of("TF-CLEAN-037", "too few usable rows", "data", expected=f"{2 * least} rows at least",
                               do="see quarantine.parquet for what is wrong with the others")  # fmt: skip
        return judged
    sizes = _sizes(connection, judged, _target(inferred.schema).name)
    small = sorted(label for label, count in sizes.items() if count < least)
    left = len(sizes) - len(small)
    if left < 2 or (inferred.asked.task == "binary" and small):
        _refuse_classes(inferred, sizes, small, least)
    return _without(connection, judged, inferred, small, f"the class has fewer than {least} rows") if small else judged


def _sizes(connection: duckdb.DuckDBPyConnection, judged: _Judged, name: str) -> dict[str, int]:
    """Usable rows of every class that models can learn from: the user's own test rows do not count."""
    good = judged.rows.filter(judged.rows["__reasons"] == "")
    training = ~ibis.coalesce(good[TEST], False) if TEST in good.columns else good["__reasons"].notnull()
    good = good.group_by(name).agg(n=training.cast("int64").sum())
    return {row[name]: row["n"] for row in engine.fetch(connection, good).to_pylist()}


def _without(
    connection: duckdb.DuckDBPyConnection, judged: _Judged, inferred: inference.Inferred, small: list[str], what: str
) -> _Judged:
    """The same rows, those of some classes set aside."""
    name, rows = _target(inferred.schema).name, judged.rows
    broken = (rows["__reasons"] == "") & rows[name].isin(small)
    check = Check(name, what, broken, rows[name])
    reasons = rows["__reasons"] + _reasons([check])
    counts = {**judged.counts, check.reason: _count(connection, rows, [broken])[0]}
    return _Judged(engine.store(connection, "kept", rows.mutate(__reasons=reasons)), counts, judged.infinite)


def _refuse_classes(inferred: inference.Inferred, sizes: Mapping[str, int], small: list[str], least: int) -> None:
    counts = ", ".join(f"{label!r}: {sizes[label]}" for label in sorted(sizes)[:10]) or "none"
    raise UserError.of(
        "TF-CLEAN-037", f"too few usable rows per class ({counts})", f"target {_target(inferred.schema).name!r}",
        expected=f"at least two classes of {least} rows (one for each fold)"
        + (f"; too small: {', '.join(map(repr, small[:5]))}" if small else ""),
        do="collect more rows of the rare class, or choose another target"
        + (", or lower splitting.folds" if least > FOLDS else ""),
    )  # fmt: skip


def _target(schema: Schema) -> Column:
    assert schema.target is not None
    return schema.target


def _write(
    connection: duckdb.DuckDBPyConnection, raw: Any, judged: _Judged, inferred: inference.Inferred,
    problem: Specification, folder: Path,
) -> Cleaned:  # fmt: skip
    """Write both tables, sorted so that the order of the source leaves no trace, and balance the ledger."""
    engine.run(connection, "set threads = 1")  # one writer: the same rows give the same bytes
    good = judged.rows.filter(judged.rows["__reasons"] == "")
    kept = good.select(**_final(good, inferred.schema)).order_by(_order(good))
    typed = parquet.write(connection, kept, folder / TYPED)
    bad = judged.rows.filter(judged.rows["__reasons"] != "").select(ROW, "__reasons", "__key", "__content")
    broken = raw.inner_join(bad, ROW).order_by(["__key", "__content"]).drop(ROW, "__content")
    aside = parquet.write(connection, broken, folder / QUARANTINE)
    sizes = [
        parquet.count(connection, parquet.view(connection, f"written{n}", p)) for n, p in enumerate((typed, aside))
    ]
    ledger = Ledger.balance(parquet.count(connection, raw), sizes[0], sizes[1], judged.counts)
    classes = _classes(connection, good, inferred)
    asked = inferred.asked
    positive = target.positive(classes, problem.problem.positive) if asked.task == "binary" else None
    return Cleaned(inferred.schema, asked.task, tuple(sorted(classes)), positive, asked.reason, typed, aside, ledger)


def _final(rows: Any, schema: Schema) -> dict[str, Any]:
    """The typed table's columns in name order; what is not finite is missing, and zero has no sign."""
    used = sorted((column for column in schema.columns if column.role != "ignored"), key=lambda column: column.name)
    final = {}
    for column in used:
        value = rows[column.name]
        if _as_read(column).kind in NUMBER_KINDS:
            finite = ~value.isnan() & ~value.isinf()
            value = ibis.cases((finite, value + 0.0), else_=ibis.null("float64"))
        final[column.name] = value
    extra = ["__key", "__content", *([TEST] if TEST in rows.columns else [])]
    return final | {name: rows[name] for name in extra}


def _order(rows: Any) -> list[str]:
    return ["__key", "__content", *([TEST] if TEST in rows.columns else [])]


def _classes(connection: duckdb.DuckDBPyConnection, good: Any, inferred: inference.Inferred) -> dict[str, int]:
    if inferred.asked.task == "regression":
        return {}
    name = _target(inferred.schema).name
    return {
        row[name]: row["n"] for row in engine.fetch(connection, good.group_by(name).agg(n=good.count())).to_pylist()
    }
