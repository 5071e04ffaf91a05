"""Hostile records: real ones, altered the way that real traffic is. A model is proven on them before it is released.

Every alteration is deterministic, and only what the reading accepts is kept: what a request would be refused for
needs no answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import numpy as np

from tenfold.schema import MISSING, Column, Kind, Reader, Schema

Record = dict[str, Any]

#: Per group at most; a wide table gets its columns' alterations in a random, seeded order.
LARGEST_GROUP = 400

EXTREMES = (1e30, -1e30, 1e-30, -1e-30, 0, -0.0, 5e-324, 2**53 + 1, -(2**63), 3.4e38, -3.5e38)
UNICODE = (
    "é", "e\u0301", "Ünïcödé", "日本語", "😀", "\U0001f469\u200d\U0001f467", "ß", "İ", "\u202eabc", "a\u00a0b",
    "\ufb01", "\ufeff", "nul\x00byte",
)  # fmt: skip
UNSEEN = ("no such level", "nan", "None", "-1", "true", MISSING, "a" * 300)
BLANK = ("", " ", "\t\n", "\u3000")
TEXTS = ("word", "!", "?!?!", "a " * 4000, "x" * 20_000, "to be or not to be", "<br>&amp;", "\x1f", "0\x1f", "I I I I")
DATES = (
    "0001-01-01", "9999-12-31T23:59:59", "1969-12-31T23:59:59.999999", "1970-01-01", "2000-02-29", "1900-03-01",
    "2024-12-31T23:59:59+14:00", "1582-10-10",
)  # fmt: skip

Alter = Callable[[Column, Any], Sequence[Any]]


def hostile_groups(schema: Schema, records: Sequence[Mapping[str, Any]], seed: int = 0) -> dict[str, list[Record]]:
    """Altered records by what was done to them; groups in which nothing is accepted are left out.

    ``records`` are raw, as a caller would send them; ``seed`` picks which record each alteration starts from.
    """
    if not records:
        return {}
    reader = Reader(schema)
    groups: dict[str, list[Record]] = {}
    for number, (name, alter) in enumerate(_GROUPS.items()):
        generator = np.random.default_rng([seed, number])
        made = list(islice(_altered(schema, records, alter, generator), LARGEST_GROUP))
        accepted = [record for record, usable in zip(made, reader.read(made).usable, strict=True) if usable]
        if accepted:
            groups[name] = accepted
    return groups


def hostile_records(schema: Schema, records: Sequence[Mapping[str, Any]], seed: int = 0) -> list[Record]:
    """All altered records, one group after the other.

    >>> schema = Schema((Column("age", "number", optional=True),))
    >>> made = hostile_records(schema, [{"age": 41}])
    >>> {"age": None} in made, {"age": "41"} in made, {"age": 1e30} in made
    (True, True, True)
    """
    return [record for group in hostile_groups(schema, records, seed).values() for record in group]


def _altered(
    schema: Schema, records: Sequence[Mapping[str, Any]], alter: Alter, generator: np.random.Generator
) -> Iterator[Record]:
    """First all columns that the alteration knows at once, then one at a time."""
    base = dict(records[int(generator.integers(len(records)))])
    choices = {column.name: list(alter(column, base.get(column.name))) for column in schema.features}
    for turn in range(max(map(len, choices.values()), default=0)):
        yield base | {name: values[turn % len(values)] for name, values in choices.items() if values}
    for place in generator.permutation(len(schema.features)):
        column = schema.features[place]
        record = records[int(generator.integers(len(records)))]
        for value in alter(column, record.get(column.name)):
            yield dict(record) | {column.name: value}


def _nulls(column: Column, value: Any) -> Sequence[Any]:
    return (None, float("nan")) if column.optional else ()


def _for(values: Sequence[Any], *kinds: Kind) -> Alter:
    return lambda column, value: values if column.kind in kinds else ()


def _spelling(column: Column, value: Any) -> Sequence[Any]:
    """The same value in another type: 7 as "7", "7" as 7 and 7.0, with blanks around."""
    if value is None or value != value:
        return ()
    spelt: list[Any] = [str(value), f"  {value}\t"]
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return spelt
    return [*spelt, number, *([int(number)] if number.is_integer() and abs(number) < 2**53 else [])]


_GROUPS: dict[str, Alter] = {
    "nulls": _nulls,
    "unseen levels": _for(UNSEEN, "category"),
    "accents and signs": _for(UNICODE, "category", "text"),
    "blank text": _for(BLANK, "category", "text", "number", "boolean", "date"),
    "extreme numbers": _for(EXTREMES, "number"),
    "another type": _spelling,
    "odd texts": _for(TEXTS, "text"),
    "odd dates": _for(DATES, "date"),
}
