"""One column's expressions as SQL text, compiled once per physical type and rule and then named for any column.

Ibis takes longer than linear time to compile thousands of expressions together, and thousands of columns share a few
rules. So each expression is compiled alone, over a column with a name of its own, and that name is replaced.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import ibis

from tenfold.schema import Column, Kind, Rule
from tenfold.tables import compile, engine

Expr = Any
Type = Any  # an Ibis type; Ibis ships no types
_NAME = "⟨the column⟩"
#: One value of a list, in a lambda.
_EACH = '"__each"'
_BEFORE, _AFTER, _PLACE = "SELECT ", ' AS "v" FROM "t" AS "t0"', f'"t0"."{_NAME}"'


def of_column(kind: Type) -> Expr:
    """A column of this physical type, as the templates know it."""
    return ibis.table({_NAME: kind}, name="t")[_NAME]


def template(value: Expr) -> str:
    """The SQL of an expression over :func:`of_column`."""
    sql = str(ibis.to_sql(value.name("v").as_table(), dialect=engine.DIALECT, pretty=False))
    assert sql.startswith(_BEFORE), sql
    assert sql.endswith(_AFTER), sql
    return sql.removeprefix(_BEFORE).removesuffix(_AFTER)


def named(sql: str, name: str) -> str:
    """A template with a column's name in it.

    >>> named(template(of_column("int64") + 1), "an age")
    '"an age" + 1'
    """
    return sql.replace(_PLACE, engine.quoted(name))


def canonical(kind: Type, name: str) -> str:
    """The canonical text of a raw column, as :func:`tenfold.tables.compile.canonical`."""
    return named(_canonical(kind), name)


def prepared(kind: Type, column: Column) -> str:
    """The first layer of a column's rule, over its raw column."""
    return named(_layers(kind, column.kind, column.rule)[0], column.name)


def typed(kind: Type, column: Column) -> str:
    """The second layer, over the first one under the same name. ``kind`` is the type of the raw column."""
    return named(_layers(kind, column.kind, column.rule)[1], column.name)


def prepared_list(kind: Type, columns: Sequence[Column]) -> str:
    """As :func:`prepared`, of columns of one type and rule: a list in their order."""
    names = ", ".join(engine.quoted(each.name) for each in columns)
    return _transformed(f"[{names}]", _layers(kind, columns[0].kind, columns[0].rule)[0])


def typed_list(kind: Type, columns: Sequence[Column], ready: str) -> str:
    """As :func:`typed`, over the list called ``ready`` that :func:`prepared_list` made."""
    return _transformed(ready, _layers(kind, columns[0].kind, columns[0].rule)[1])


def stripped_list(texts: Sequence[str]) -> str:
    """SQL texts without blanks at their ends, as one list."""
    return _transformed(f"[{', '.join(texts)}]", _stripped())


def _transformed(values: str, sql: str) -> str:
    return f"list_transform({values}, lambda {_EACH}: {sql.replace(_PLACE, _EACH)})"


@lru_cache(maxsize=1)
def _stripped() -> str:
    return template(compile.strip(of_column("string")))


@lru_cache(maxsize=256)
def _canonical(kind: Type) -> str:
    return template(compile.canonical(of_column(kind)))


@lru_cache(maxsize=20_000)
def _layers(physical: Type, kind: Kind, rule: Rule) -> tuple[str, str]:
    column = Column(_NAME, kind, rule=rule)
    ready = compile.prepared(of_column(physical), column)
    return template(ready), template(compile.typed(of_column(ready.type()), column))
