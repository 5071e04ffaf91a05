"""Created columns: a small, safe language of arithmetic over the columns of one row.

Numbers, names (odd ones in back-ticks), ``+ - * / // % **``, comparisons, ``and or not``, ``a if c else b``, and the
functions below. Parsed by :mod:`ast`, never evaluated as Python. Whatever is not a finite number is missing.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from typing import Any
from unicodedata import normalize

import numpy as np

from tenfold.core.errors import UserError, did_you_mean

#: For docs/errors.md: code → (what it means, what to do), where both are put together at run time.
CODES = {
    "TF-FEATURE-001": (
        "a formula of `features.create` cannot be used, or a key of `features` names no feature column",
        "correct it; the message says what is wrong, and the nearest name",
    ),
}

Columns = Mapping[str, Any]
Evaluate = Callable[[Columns], Any]

_BINARY: dict[type[ast.AST], Callable[[Any, Any], Any]] = {
    ast.Add: np.add, ast.Sub: np.subtract, ast.Mult: np.multiply, ast.Div: np.divide,
    ast.FloorDiv: np.floor_divide, ast.Mod: np.mod, ast.Pow: np.power,
}  # fmt: skip
_COMPARE: dict[type[ast.AST], Callable[[Any, Any], Any]] = {
    ast.Lt: np.less, ast.LtE: np.less_equal, ast.Gt: np.greater, ast.GtE: np.greater_equal,
    ast.Eq: np.equal, ast.NotEq: np.not_equal,
}  # fmt: skip
_UNARY: dict[type[ast.AST], Callable[[Any], Any]] = {ast.USub: np.negative, ast.UAdd: np.positive}


def _isna(value: Any) -> Any:
    return np.isnan(_number(value))


def _coalesce(*values: Any) -> Any:
    return reduce(lambda first, then: np.where(np.isnan(first), then, first), map(_number, values))


#: name → (function, fewest arguments, most arguments)
FUNCTIONS: dict[str, tuple[Callable[..., Any], int, int]] = {
    "log": (np.log, 1, 1),
    "log1p": (np.log1p, 1, 1),
    "exp": (np.exp, 1, 1),
    "sqrt": (np.sqrt, 1, 1),
    "abs": (np.abs, 1, 1),
    "min": (lambda *values: reduce(np.minimum, values), 2, 64),
    "max": (lambda *values: reduce(np.maximum, values), 2, 64),
    "where": (lambda test, yes, no: np.where(_truth(test), yes, no), 3, 3),
    "coalesce": (_coalesce, 1, 64),
    "isna": (_isna, 1, 1),
}


class Expression:
    """A checked expression, ready to be evaluated over columns of equal length.

    Args:
        name: the created column, for messages.
        text: the expression, at most 2,000 characters.
        known: names of the number columns (booleans and dates are numbers) it may use.

    Raises:
        UserError: for anything outside the language, with the nearest known name.

    >>> charge = Expression("charge", "TotalCharges / (tenure + 1)", ["TotalCharges", "tenure"])
    >>> charge({"TotalCharges": np.array([10.0, 5.0]), "tenure": np.array([4.0, -1.0])})
    array([ 2., nan])
    """

    def __init__(self, name: str, text: str, known: Sequence[str]) -> None:
        self.name, self.text, self.known = name, text, tuple(known)
        self.uses: tuple[str, ...] = ()
        self._folded = {normalize("NFKC", each): each for each in known}  # as Python's parser folds identifiers
        self._evaluate = self._compile(self._parse())

    def __call__(self, columns: Columns) -> np.ndarray[Any, np.dtype[np.float64]]:
        with np.errstate(all="ignore"):
            value = np.asarray(self._evaluate(columns), dtype=np.float64)
            rows = len(next(iter(columns.values()))) if columns else 0
            value = np.broadcast_to(value, (rows,)) if value.ndim == 0 else value
            return np.where(np.isfinite(value), value, np.nan)

    def _parse(self) -> ast.expr:
        if len(self.text) > 2000:
            raise self._mistake("it is longer than 2,000 characters")
        quoted: list[str] = []

        def stand_in(match: re.Match[str]) -> str:
            quoted.append(match[1])
            return f"__quoted_{len(quoted) - 1}"

        plain = re.sub(r"`([^`]+)`", stand_in, self.text.strip())
        self._quoted = {f"__quoted_{index}": name for index, name in enumerate(quoted)}
        try:
            return ast.parse(plain, mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            reason = error.msg if isinstance(error, SyntaxError) else "it is nested too deep"
            raise self._mistake(f"it cannot be parsed ({reason})") from error

    def _compile(self, node: ast.expr) -> Evaluate:
        match node:
            case ast.Constant(value=bool() | int() | float() as constant):
                return self._constant(constant)
            case ast.Name(id=name):
                return self._column(self._quoted.get(name, name))
            case ast.BinOp(left, operator, right) if type(operator) in _BINARY:
                return _apply(_BINARY[type(operator)], self._compile(left), self._compile(right))
            case ast.UnaryOp(operator, operand) if type(operator) in _UNARY:
                return _apply(_UNARY[type(operator)], self._compile(operand))
            case ast.UnaryOp(ast.Not(), operand):
                return _apply(lambda value: np.logical_not(_truth(value)), self._compile(operand))
            case ast.BoolOp(operator, values):
                return self._boolean(operator, [self._compile(each) for each in values])
            case ast.Compare(left, [operator], [right]) if type(operator) in _COMPARE:
                return _apply(_COMPARE[type(operator)], self._compile(left), self._compile(right))
            case ast.IfExp(test, yes, no):
                parts = [self._compile(each) for each in (test, yes, no)]
                return _apply(FUNCTIONS["where"][0], *parts)
            case ast.Call(ast.Name(id=name), arguments, []):
                return self._call(name, arguments)
            case _:
                raise self._mistake(f"{ast.unparse(node)[:60]!r} is not part of the language")

    def _constant(self, value: float) -> Evaluate:
        try:
            number = float(value)
        except OverflowError as error:
            raise self._mistake("a number in it is too large") from error
        return lambda columns: number

    def _column(self, name: str) -> Evaluate:
        found = name if name in self.known else self._folded.get(name)
        if found is None:
            raise self._mistake(f"there is no number column {name!r}", did_you_mean(name, self.known))
        self.uses = (*self.uses, found)
        return lambda columns: columns[found]

    def _call(self, name: str, arguments: Sequence[ast.expr]) -> Evaluate:
        if name not in FUNCTIONS:
            raise self._mistake(f"there is no function {name!r}", did_you_mean(name, list(FUNCTIONS)))
        function, fewest, most = FUNCTIONS[name]
        if not fewest <= len(arguments) <= most:
            raise self._mistake(f"{name}() takes {fewest} argument{'s' * (fewest > 1)}, got {len(arguments)}")
        return _apply(function, *(self._compile(each) for each in arguments))

    @staticmethod
    def _boolean(operator: ast.boolop, values: Sequence[Evaluate]) -> Evaluate:
        join = np.logical_and if isinstance(operator, ast.And) else np.logical_or
        return lambda columns: reduce(join, (_truth(value(columns)) for value in values))

    def _mistake(
        self, why: str, do: str = "see the functions and operators in the documentation of `create`"
    ) -> UserError:
        return UserError.of(
            "TF-FEATURE-001", f"{self.text[:120]!r} cannot be used: {why}", f"features.create.{self.name}",
            expected=f"arithmetic over number columns with {', '.join(FUNCTIONS)}", do=do,
        )  # fmt: skip


def _apply(function: Callable[..., Any], *parts: Evaluate) -> Evaluate:
    return lambda columns: function(*(_number(part(columns)) for part in parts))


def _number(value: Any) -> Any:
    return np.asarray(value, dtype=np.float64)


def _truth(value: Any) -> Any:
    """Missing is not true."""
    number = _number(value)
    return ~np.isnan(number) & (number != 0.0)
