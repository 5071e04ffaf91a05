"""Checks: per row, what is wrong with it, as expressions of the engine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import ibis

from tenfold.schema import Column
from tenfold.schema.finish import NUMBER_KINDS
from tenfold.steps.cleaning.config import Cleaning, Contract
from tenfold.steps.cleaning.labels import truths
from tenfold.tables import operators as op

Expr = Any
_KIND_WORDS = {"number": "not a number", "boolean": "neither true nor false", "date": "not a date"}
#: What a row is set aside for besides contracts: a value that cannot be read, or no target to learn from.
UNREADABLE = frozenset(_KIND_WORDS.values())
NO_TARGET, INFINITE_TARGET = "the target is missing", "the target is infinite"


@dataclass(frozen=True)
class Check:
    """Something a row must not be. ``broken`` is true where it is; ``value`` is the text to show."""

    column: str
    what: str
    broken: Expr
    value: Expr

    @property
    def reason(self) -> str:
        return f"{self.column}: {self.what}"


def unreadable(typed: Any, column: Column) -> Check:
    """The value could not be read (NaN stands for it in the typed layer)."""
    value = typed[column.name]
    return Check(column.name, _KIND_WORDS[column.kind], ibis.coalesce(value.isnan(), False), typed[_text(column.name)])


def of_columns(typed: Any, columns: list[Column], config: Cleaning) -> list[Check]:
    """Every check on columns but the target: values of features that are unreadable, then contracts."""
    checks: list[Check] = []
    for column in columns:
        rule = config.rule(column.name)
        if column.role == "feature" and column.kind in NUMBER_KINDS and rule.unreadable == "quarantine":
            checks.append(unreadable(typed, column))
        checks += _contract(typed, column, rule.contract)
    return checks


def of_target(typed: Any, column: Column, config: Cleaning) -> list[Check]:
    """The target has to be there, readable and finite, and to keep its contract."""
    contract = _contract(typed, column, config.rule(column.name).contract)
    value, text = typed[column.name], typed[_text(column.name)]
    missing = Check(column.name, NO_TARGET, value.isnull(), ibis.literal(""))
    if column.kind == "category":
        return [missing, *_neither(typed, column), *contract]
    infinite = Check(column.name, INFINITE_TARGET, ibis.coalesce(value.isinf(), False), text)
    return [missing, unreadable(typed, column), infinite, *contract]


def _neither(typed: Any, column: Column) -> list[Check]:
    """A target that is declared boolean has two classes; any other text is unreadable."""
    value, known = typed[column.name], truths(column.rule)
    other = ibis.coalesce(~value.isin(known), False)
    return [Check(column.name, _KIND_WORDS["boolean"], other, typed[_text(column.name)])] if known else []


def _contract(typed: Any, column: Column, contract: Contract) -> list[Check]:
    value, text = typed[column.name], typed[_text(column.name)]
    found: list[tuple[str, Expr]] = []
    if column.kind in NUMBER_KINDS:
        readable = value.notnull() & ~value.isnan()
        if contract.min is not None:
            found.append((f"below {contract.min:g}", readable & (value < contract.min)))
        if contract.max is not None:
            found.append((f"above {contract.max:g}", readable & (value > contract.max)))
    if contract.allowed is not None:
        read = text if column.kind in NUMBER_KINDS else value
        found.append(("not an allowed value", ~read.isin(list(contract.allowed))))
    if contract.pattern is not None:
        found.append((f"does not match {contract.pattern}", ~op.full_match(text, contract.pattern)))
    if contract.unique:
        found.append(("not unique", value.notnull() & (value.count().over(ibis.window(group_by=value)) > 1)))
    return [Check(column.name, what, ibis.coalesce(broken, False), text) for what, broken in found]


def _text(name: str) -> str:
    """The column of the typed layer that holds a value's text."""
    return f"__text {name}"
