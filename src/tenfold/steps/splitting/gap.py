"""A gap in time: rows that lie too near before a part are not learned from for that part.

Where a label is known days after its row, or neighbours in time are alike, the last rows before a part tell what nobody
knows yet when the model answers (purging: López de Prado, "Advances in Financial Machine Learning", 2018, ch. 7).
"""

from __future__ import annotations

from typing import Any

import duckdb
import ibis

from tenfold.core.errors import UserError
from tenfold.steps.splitting.assignment import moment
from tenfold.steps.splitting.result import Spacing
from tenfold.steps.splitting.strategy import Division
from tenfold.tables import parquet
from tenfold.tables.engine import Rows, fetch, store
from tenfold.tables.examples import SINCE

Engine = duckdb.DuckDBPyConnection


def apart(engine: Engine, train: Rows, test: Rows, division: Division) -> Rows:
    """The training rows that lie the gap, or more, before the first test row; a row without a time stays.

    Raises:
        UserError: none is left.
    """
    first = fetch(engine, test.aggregate(first=moment(test, division.by[0]).min()))["first"][0].as_py()
    if first is None:
        return train
    kept = train.filter((moment(train, division.by[0]) <= first - division.gap).fill_null(True))
    if parquet.count(engine, kept) == 0:
        raise _nothing(division, "before the test rows")
    return kept


def spaced(engine: Engine, train: Rows, division: Division) -> Rows:
    """Training rows with ``__fold`` and ``__since``: the first fold that may learn from a row.

    A fold may learn from what lies the gap, or more, before its first row; later folds then may, too. Folds that are
    left without such rows are learned from only, as the block before the first fold is. A row without a time counts as
    the oldest.

    Raises:
        UserError: no fold is left.
    """
    time = moment(train, division.by[0])
    begins = fetch(
        engine, train.filter(train["__fold"] >= 0).group_by("__fold").aggregate(begin=time.min()).order_by("__fold")
    )["begin"].to_pylist()  # fmt: skip
    too_near: Any = ibis.literal(0)
    for begin in begins:
        known = ibis.literal(True) if begin is None else time > begin - division.gap
        too_near = too_near + known.fill_null(False).cast("int64")
    rows = store(engine, "spaced", train.mutate(**{SINCE: ibis.greatest(train["__fold"] + 1, too_near)}))
    timed = rows.filter(moment(rows, division.by[0]).notnull())
    first = fetch(engine, timed.aggregate(first=timed[SINCE].min()))["first"][0].as_py()
    if first is None or first >= len(begins):
        raise _nothing(division, "before any fold")
    return rows.mutate(
        __fold=ibis.greatest(rows["__fold"] - first, -1), **{SINCE: ibis.greatest(rows[SINCE] - first, 0)}
    )


def spacings(engine: Engine, train: Rows) -> tuple[tuple[Spacing, ...], int]:
    """What the gap does to each fold; and how many rows no fold learns from and none judges."""
    table = fetch(engine, train.group_by(["__fold", SINCE]).aggregate(rows=train.count()))
    counts = [(row["__fold"], row[SINCE], row["rows"]) for row in table.to_pylist()]
    folds = 1 + max(fold for fold, _, _ in counts)
    found = tuple(
        Spacing(
            sum(rows for fold, _, rows in counts if fold == each),
            sum(rows for _, since, rows in counts if since <= each),
            sum(rows for fold, since, rows in counts if fold < each < since),
        )
        for each in range(folds)
    )
    return found, sum(rows for fold, since, rows in counts if fold < 0 and since >= folds)


def _nothing(division: Division, where: str) -> UserError:
    return UserError.of(
        "TF-SPLIT-009", f"a gap of {division.gap_written} leaves nothing to learn from {where}", "splitting.gap",
        expected="rows that lie the gap, or more, before what they are to answer",
        do="shorten the gap, ask for fewer `folds`, or add older rows",
    )  # fmt: skip
