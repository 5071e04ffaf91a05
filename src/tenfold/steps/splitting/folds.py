"""Folds of the training part: units stay together, strata are spread evenly, time runs forward."""

from __future__ import annotations

import ibis
from ibis import _

from tenfold.steps.splitting.assignment import drawn_hash, moment, units_of
from tenfold.steps.splitting.strategy import Division
from tenfold.tables.engine import Rows


def with_folds(train: Rows, division: Division) -> Rows:
    """The training rows with ``__fold``.

    Random, stratified, grouped: 0 … k−1, units dealt in turn in the order of a second hash, so that sizes differ by
    little. Time: k + 1 blocks of about equal size in time order, numbered −1 … k−1; the first is only ever trained on
    (forward chaining: Tashman, "Out-of-sample tests of forecasting accuracy", 2000). Rows of one moment lie in one
    block, as they lie on one side of the test cut; where few moments hold many rows, there are fewer blocks.
    """
    return _blocks(train, division) if division.time_ordered else _dealt(train, division)


def _dealt(train: Rows, division: Division) -> Rows:
    rows = units_of(train, division)
    units = rows.group_by("unit").aggregate(stratum=_.stratum.min(), size=_.count())
    units = units.mutate(place=drawn_hash(units.unit, division.salt + "/folds"))
    # Large units first: dealing them out early keeps the folds even.
    order = [ibis.desc("size"), "place", "unit"] if division.strategy == "grouped" else ["stratum", "place", "unit"]
    dealt = units.select("unit", __fold=(ibis.row_number().over(ibis.window(order_by=order)) % division.folds))
    # One fold per key: a key that stands twice, with other values, must neither double its rows nor lie in two folds.
    folds = rows.inner_join(dealt, "unit").group_by("__key").aggregate(__fold=_["__fold"].min())
    return train.inner_join(folds, "__key")


def _blocks(train: Rows, division: Division) -> Rows:
    moments = [moment(train, name).asc(nulls_first=True) for name in division.by]
    ordered = ibis.window(order_by=[*moments, train["__key"].asc()])
    total, blocks = train.count().as_scalar(), division.folds + 1
    placed = train.mutate(
        __row=ibis.row_number().over(ordered), __first=ibis.rank().over(ibis.window(order_by=moments))
    )
    together = [moment(placed, name) for name in division.by]
    # A moment lies in the block of its middle row.
    last = placed["__row"].max().over(ibis.window(group_by=together))
    middle = (placed["__first"] + last) / 2
    placed = placed.mutate(__block=(middle * blocks / total).floor().cast("int64"))
    whole = ibis.dense_rank().over(ibis.window(order_by=placed["__block"].asc())) - 1
    # Fewer than two folds judge nothing: then rows of one moment are parted, by their keys.
    parted = ibis.least((placed["__row"] * blocks / total).floor().cast("int64"), division.folds) - 1
    enough = placed["__block"].nunique().over(ibis.window()) > 2
    return placed.mutate(__fold=ibis.ifelse(enough, whole, parted)).drop("__row", "__first", "__block")
