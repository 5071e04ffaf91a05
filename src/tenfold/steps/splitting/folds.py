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
    little. Time: k + 1 blocks of equal size in time order, numbered −1 … k−1; the first is only ever trained on
    (forward chaining: Tashman, "Out-of-sample tests of forecasting accuracy", 2000).
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
    order = [*(moment(train, name).asc(nulls_first=True) for name in division.by), train["__key"].asc()]
    rank = ibis.row_number().over(ibis.window(order_by=order))
    total = train.count().as_scalar()
    block = (rank * (division.folds + 1) / total).floor().cast("int64")
    return train.mutate(__fold=ibis.least(block, division.folds) - 1)
