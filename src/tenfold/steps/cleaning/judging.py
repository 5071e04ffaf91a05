"""What is wrong with which row: checks run where a value could not be read, where a contract is, and on the target."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import ibis

from tenfold.core import units
from tenfold.core.errors import UserError
from tenfold.schema import Column, Schema
from tenfold.steps.cleaning import contracts, reading
from tenfold.steps.cleaning.config import Cleaning, Contract
from tenfold.steps.cleaning.contracts import Check
from tenfold.steps.cleaning.inference import Inferred
from tenfold.steps.cleaning.reading import ROW, TEST, Engine, Typed
from tenfold.steps.cleaning.target import constant
from tenfold.tables import engine, hashing, parquet
from tenfold.tables.parquet import Source

#: For docs/errors.md: code → (what it means, what to do), where both are put together at run time.
CODES = {
    "TF-CLEAN-037": (
        "too few usable rows: two classes need one for each fold (5 at least), a regression twice as many",
        "collect more rows, choose another target or lower splitting.folds; where most were set aside, correct "
        "what the message names",
    ),
    "TF-CLEAN-039": (
        "more than a few rows (5 %) share a value of the key with a row that differs: it identifies none",
        "give the column the role group to keep such rows together, or leave the key out",
    ),
}

#: Rows that a class needs at least: one for each of the usual folds.
FOLDS = 5
#: Share of the rows that may be set aside because their key stands for different ones.
_MIXED = 0.05
#: How the reason begins for which a row is set aside because its class is too small.
SMALL_CLASS = "the class has fewer than"
MIXED_KEY = "the key stands for different rows"
#: Columns whose checks become one statement.
_TOGETHER = 100


@dataclass(frozen=True)
class Judged:
    """Rows that cannot be used (``ROW, __reasons``) and how many, by reason; usable rows, by class for classes."""

    broken: Any  # Ibis table
    counts: Mapping[str, int]
    sizes: Mapping[str, int]


def judge(
    connection: Engine, raw: Source, typed: Typed, inferred: Inferred, config: Cleaning, least: int = FOLDS
) -> Judged:
    """Give every broken row its reasons, and refuse classes of fewer than ``least`` rows.

    Raises:
        UserError: TF-CLEAN-032, a target of one value; TF-CLEAN-037, too few usable rows; TF-CLEAN-039, a key that
            identifies no row.
    """
    target = target_of(inferred.schema)
    doubtful = [target, *(each for each in inferred.schema.features if _doubtful(each, typed, config))]
    doubtful += _bound(inferred.schema, config)
    counts: dict[str, int] = {}
    broken: Any = None
    for place, columns in enumerate(hashing.blocks(doubtful, _TOGETHER)):
        rows = _stored(connection, raw, columns, f"doubtful{place}")
        checks = contracts.of_target(rows, target, config) if place == 0 else []
        checks += contracts.of_columns(rows, [each for each in columns if each.role != "target"], config)
        found, counted = _reasons_of(connection, rows, checks)
        counts |= counted
        broken = found if broken is None else _together(broken, found)
        broken = engine.store(connection, f"broken{place}", broken)
    judged = Judged(broken, counts, {})
    if inferred.schema.key is not None:
        judged = _identified(connection, raw, typed, judged, inferred.schema.key.name)
    if inferred.asked.task == "regression":
        return _enough(connection, judged, target, least)
    return _small_classes(connection, judged, inferred, least)


def _identified(connection: Engine, raw: Source, typed: Typed, judged: Judged, name: str) -> Judged:
    """Rows are recorded by their key: one that stands for different rows would send them to two parts at once.

    A few such rows are set aside; if there are many, the column is no key.
    """
    rows = reading.identity_of(connection, typed).anti_join(judged.broken, ROW)
    several = rows.group_by("__key").agg(__rows=rows["__content"].nunique())
    check = f"{name}: {MIXED_KEY}"
    mixed = rows.semi_join(several.filter(several["__rows"] > 1), "__key")
    mixed = engine.store(connection, "mixed", mixed.select(ROW, __reasons=ibis.literal(f"{check}; ")))
    found = parquet.count(connection, mixed)
    if found == 0:
        return judged
    if found > _MIXED * parquet.count(connection, rows):
        raise _no_key(connection, raw, found, name)
    broken = engine.store(connection, "broken_keys", judged.broken.union(mixed))
    return replace(judged, broken=broken, counts={**judged.counts, check: found})


def _no_key(connection: Engine, raw: Source, found: int, name: str) -> UserError:
    key = engine.quoted(name)
    often = engine.run(
        connection, f"select {key}, count(*) as n from {raw.sql} group by {key} having n > 1 order by n desc, 1 limit 3"
    )
    shown = ", ".join(f"{value!r} ({units.count(rows, 'row')})" for value, rows in often)
    return UserError.of(
        "TF-CLEAN-039", f"{units.count(found, 'row')} share a value of the key {name!r} with a different row: {shown}",
        f"cleaning.roles.{name}", expected="a value of its own for each row",
        do=f"say {name}: group to keep such rows together, or leave the key out",
    )  # fmt: skip


def target_of(schema: Schema) -> Column:
    assert schema.target is not None
    return schema.target


def _doubtful(column: Column, typed: Typed, config: Cleaning) -> bool:
    rule = config.rule(column.name)
    return column.name in typed.unreadable or rule.contract != Contract()


def _bound(schema: Schema, config: Cleaning) -> list[Column]:
    """Columns that no model sees and that have a contract all the same.

    A key or group is compared as text, as it is everywhere: long ones would be the same float64.
    """
    found = []
    for column in schema.columns:
        contract = config.rule(column.name).contract
        if column.role in ("feature", "target") or contract == Contract():
            continue
        textual = column.role in ("key", "group") and contract.min is None and contract.max is None
        found.append(replace(column, kind="category") if textual else column)
    return found


def _stored(connection: Engine, raw: Source, columns: Sequence[Column], name: str) -> Any:
    """Typed columns with their texts, read once more: they are few."""
    query = reading.statement(raw, columns, reading.own(raw), texts=True)
    engine.run(connection, f"create or replace table {engine.quoted(name)} as {query}")
    return engine.table(connection, name)


def _reasons_of(connection: Engine, rows: Any, checks: Sequence[Check]) -> tuple[Any, dict[str, int]]:
    """The rows that fail some check, with their reasons, and how many rows fail each."""
    counts = _count(connection, rows, [check.broken for check in checks])
    failing = [check for check, rows_failing in zip(checks, counts, strict=True) if rows_failing]
    judged = rows.select(ROW, __reasons=_reasons(failing))
    by_reason = {check.reason: rows_failing for check, rows_failing in zip(checks, counts, strict=True) if rows_failing}
    return judged.filter(judged["__reasons"] != ""), by_reason


def _count(connection: Engine, rows: Any, flags: Sequence[Any]) -> list[int]:
    """How many rows each flag is true of."""
    if not flags:
        return []
    # Two layers: "not unique" looks at other rows, which a sum cannot do by itself.
    ones = rows.select(**{f"c{place}": flag.cast("int64") for place, flag in enumerate(flags)})
    sums = ones.aggregate(**{name: ones[name].sum() for name in ones.columns})
    return [int(value or 0) for value in engine.fetch(connection, sums).to_pylist()[0].values()]


def _reasons(checks: Sequence[Check]) -> Any:
    """What is wrong with a row, in words with the value; empty when nothing is."""
    text: Any = ibis.literal("")
    for check in checks:
        shown = ibis.coalesce(" (" + check.value.nullif("").substr(0, 60) + ")", "")
        text = text + ibis.cases((check.broken, ibis.literal(f"{check.reason}") + shown + "; "), else_="")
    return text


def _together(one: Any, other: Any) -> Any:
    both = one.outer_join(other, ROW)
    parts = [ibis.coalesce(both[name], "") for name in ("__reasons", "__reasons_right")]
    return both.select(**{ROW: ibis.coalesce(both[ROW], both[f"{ROW}_right"])}, __reasons=parts[0] + parts[1])


def _good(connection: Engine, judged: Judged) -> Any:
    return engine.table(connection, "doubtful0").anti_join(judged.broken, ROW)


def _enough(connection: Engine, judged: Judged, target: Column, least: int) -> Judged:
    """Refuse a regression on a handful of rows, or on one value: rules and contracts may leave no other."""
    good = _good(connection, judged)
    value, training = good[target.name], _training(good)
    (found,) = engine.fetch(
        connection, good.aggregate(n=good.count(), low=value.min(where=training), high=value.max(where=training))
    ).to_pylist()
    if found["n"] < 2 * least:
        raise UserError.of(
            "TF-CLEAN-037", f"too few usable rows ({found['n']}){_why(judged)}", "data",
            expected=f"{2 * least} rows at least", do=_mend(judged, found["n"]) or "collect more rows",
        )  # fmt: skip
    if found["low"] is not None and found["low"] == found["high"]:
        shown = f"{found['low']:g} in all {units.count(found['n'], 'usable row')}{_why(judged)}"
        raise constant(target.name, shown, _mend(judged, found["n"]))
    return judged


def _training(good: Any) -> Any:
    """Whether a row is there to learn from; the user's own test rows are not."""
    return ~ibis.coalesce(good[TEST], False) if TEST in good.columns else good[ROW].notnull()


def _why(judged: Judged) -> str:
    """The most frequent reasons for which rows were set aside; nothing where none was."""
    often = sorted(judged.counts.items(), key=lambda each: (-each[1], each[0]))
    told = ", ".join(f"{reason} ({units.count(rows, 'row')})" for reason, rows in often[:3])
    return f"; set aside: {told}" + (" …" if len(often) > 3 else "") if told else ""


def _mend(judged: Judged, good: int) -> str:
    """What to do where more rows were set aside for one reason than are left."""
    reason = max(judged.counts, key=lambda each: judged.counts[each], default="")
    if not reason or judged.counts[reason] < good:
        return ""
    name = reason.partition(": ")[0]
    return f"correct how {name!r} is read or what is asked of it (cleaning.columns.{name}), or mend its values"


def _small_classes(connection: Engine, judged: Judged, inferred: Inferred, least: int) -> Judged:
    """Set aside classes with fewer training rows than folds; a binary problem cannot spare one."""
    name = target_of(inferred.schema).name
    good = _good(connection, judged)
    sizes = good.group_by(name).agg(__training=_training(good).cast("int64").sum(), __all=good.count())
    found = engine.fetch(connection, sizes).to_pylist()
    training_rows = {row[name]: row["__training"] for row in found}
    small = sorted(label for label, rows in training_rows.items() if rows < least)
    if len(found) - len(small) < 2 or (inferred.asked.task == "binary" and small):
        _refuse_classes(judged, inferred, training_rows, small, least)
    judged = replace(judged, sizes={row[name]: row["__all"] for row in found if row[name] not in small})
    check = Check(name, f"{SMALL_CLASS} {least} rows", good[name].isin(small), good[name])
    return _without(connection, judged, good, check) if small else judged


def _without(connection: Engine, judged: Judged, good: Any, check: Check) -> Judged:
    more = good.filter(check.broken).select(ROW, __reasons=_reasons([check]))
    counts = {**judged.counts, check.reason: _count(connection, good, [check.broken])[0]}
    return replace(judged, broken=engine.store(connection, "broken", judged.broken.union(more)), counts=counts)


def _refuse_classes(
    judged: Judged, inferred: Inferred, sizes: Mapping[str, int], small: Sequence[str], least: int
) -> None:
    counts = ", ".join(f"{label!r}: {sizes[label]}" for label in sorted(sizes)[:10]) or "none"
    more = "collect more rows of the rare class, or choose another target"
    raise UserError.of(
        "TF-CLEAN-037", f"too few usable rows per class ({counts}){_why(judged)}",
        f"target {target_of(inferred.schema).name!r}",
        expected=f"at least two classes of {least} rows (one for each fold)"
        + (f"; too small: {', '.join(map(repr, small[:5]))}" if small else ""),
        do=_mend(judged, sum(sizes.values())) or more + (", or lower splitting.folds" if least > FOLDS else ""),
    )  # fmt: skip
