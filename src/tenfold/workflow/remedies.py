"""What to do about a value that a section does not take, by the kind of mistake that Pydantic names."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from tenfold.core.errors import did_you_mean
from tenfold.core.section import as_text

#: Kinds of mistakes that have one remedy. Both patterns that there are, are those of names.
_PLAIN = {
    "int_type": "write a whole number", "int_parsing": "write a whole number", "int_from_float": "write a whole number",
    "float_type": "write a number", "float_parsing": "write a number", "finite_number": "write a finite number",
    "bool_type": "write `true` or `false`", "bool_parsing": "write `true` or `false`",
    "string_pattern_mismatch": "use letters, digits, `.`, `_` and `-`, 64 at most, a letter or digit first",
}  # fmt: skip
_BOUNDS = {
    "greater_than": "gt", "greater_than_equal": "ge", "less_than": "lt", "less_than_equal": "le",
}  # fmt: skip
_WORDS = {"ge": "at least", "gt": "above", "le": "at most", "lt": "below"}


def remedy(error: Mapping[str, Any], kinds: Collection[str], ends: Mapping[str, float]) -> str:
    """What to do about one of Pydantic's errors.

    ``kinds``: the types of all errors at its place, since a union has one for each of its variants; ``ends``: the
    bounds of the field, as Pydantic names them (``ge``, ``gt``, ``le``, ``lt``).

    >>> remedy({"type": "literal_error", "input": "raay", "ctx": {"expected": "'local' or 'ray'"}}, (), {})
    "did you mean 'ray'?"
    >>> remedy({"type": "string_type", "input": 7}, (), {})
    "put it in quotes: '7'"
    >>> remedy({"type": "less_than", "input": 1, "ctx": {"lt": 1.0}}, (), {"ge": 0, "lt": 1})
    'write a number of at least 0 and below 1'
    """
    kind, got = error["type"], error.get("input")
    if {"bool_type", "string_type"} <= set(kinds):
        return "write one value, or a list of them"
    if kind == "literal_error":
        return _chosen(got, error["ctx"]["expected"], kinds)
    if kind == "string_type":
        return _quoted(got)
    if kind in ("tuple_type", "list_type"):
        return f"write it as a list: [{got}]" if isinstance(got, str | int | float) else "write a list"
    if kind in _BOUNDS:
        return f"write a number {span(ends or {_BOUNDS[kind]: error['ctx'][_BOUNDS[kind]]})}"
    return _PLAIN.get(kind, "change the value")


def _chosen(got: object, expected: str, kinds: Collection[str]) -> str:
    """One of a few words, or of a list of names where that is another variant."""
    choices = [each[1:-1] for each in re.findall(r"'[^']*'|\"[^\"]*\"", expected)]
    near = did_you_mean(str(got), choices)
    listed = "tuple_type" in kinds and isinstance(got, str) and not near.startswith("did")
    return f"write it as a list: [{got}]" if listed else near


def _quoted(got: object) -> str:
    return f"put it in quotes: '{as_text(got)}'" if isinstance(got, int | float | date) else "write a text"


def span(ends: Mapping[str, float]) -> str:
    """A range in words.

    >>> span({"ge": 0, "le": 1}), span({"gt": 0}), span({"ge": 2}), span({"le": 9})
    ('from 0 to 1', 'above 0', 'from 2 on', 'up to 9')
    """
    if set(ends) == {"ge", "le"}:
        return f"from {ends['ge']:g} to {ends['le']:g}"
    if set(ends) == {"ge"}:
        return f"from {ends['ge']:g} on"
    if set(ends) == {"le"}:
        return f"up to {ends['le']:g}"
    words = " and ".join(f"{_WORDS[name]} {ends[name]:g}" for name in _WORDS if name in ends)
    return f"of {words}" if "ge" in ends else words
