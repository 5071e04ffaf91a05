"""Finishing: typed columns become the columns a model sees. The same function for tables and for records.

Missing categories become :data:`~tenfold.schema.columns.MISSING`, texts become tokens, created columns are computed.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from tenfold.core.errors import Problem, UserError, raise_all
from tenfold.schema.columns import MISSING, Created, Kind, Schema
from tenfold.schema.expression import Expression
from tenfold.schema.tokens import tokens

Array = np.ndarray[Any, Any]
NUMBER_KINDS: tuple[Kind, ...] = ("number", "boolean", "date")
_NONE: Array = np.array(None, dtype=object)


def category(value: str | None) -> str:
    """
    >>> category(None), category("blue")
    ('⟨missing⟩', 'blue')
    """
    return MISSING if value is None else value


def text(value: str | None) -> str:
    """
    >>> text(None), text("So Blue!")
    ('', 'so blue !')
    """
    return "" if value is None else tokens(value)


def finish(typed: Mapping[str, Array], schema: Schema) -> dict[str, Array]:
    """The columns of ``schema.inputs``, in that order, from typed columns as a typed table holds them.

    Args:
        typed: numbers as float64 with NaN for missing, strings as object arrays with ``None`` for missing.

    >>> from tenfold.schema import Column
    >>> finish({"job": np.array(["nurse", None], dtype=object)}, Schema((Column("job", "category"),)))
    {'job': array(['nurse', '⟨missing⟩'], dtype=object)}
    """
    return with_created({column.name: _one(typed[column.name], column.kind) for column in schema.features}, schema)


def with_created(columns: dict[str, Array], schema: Schema) -> dict[str, Array]:
    """The same columns, and the created ones computed from them (a created column may use earlier ones)."""
    for expression in expressions(schema):
        columns[expression.name] = expression(columns)
    return columns


def expressions(schema: Schema) -> tuple[Expression, ...]:
    """The checked expressions of the created columns, in order; ``UserError`` with the mistakes of all of them."""
    names = tuple(column.name for column in schema.features if column.kind in NUMBER_KINDS)
    return _compiled(schema.created, names)


@lru_cache(maxsize=64)
def _compiled(created: tuple[Created, ...], names: tuple[str, ...]) -> tuple[Expression, ...]:
    made: list[Expression] = []
    problems: list[Problem] = []
    known = names
    for each in created:
        try:
            made.append(Expression(each.name, each.expression, known))
        except UserError as error:
            problems += error.problems
        known = (*known, each.name)
    raise_all(problems)
    return tuple(made)


def _one(values: Array, kind: Kind) -> Array:
    if kind in NUMBER_KINDS:
        return np.asarray(values, dtype=np.float64)
    if kind == "category":
        return np.asarray(np.where(np.equal(values, _NONE), MISSING, values))
    return strings([text(value) for value in values])


def strings(values: list[str]) -> Array:
    """An object array of plain ``str``."""
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array
