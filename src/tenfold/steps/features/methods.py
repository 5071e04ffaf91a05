"""Methods that a user declares for a column, in place of what a recipe would choose."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tenfold.core.errors import Problem
from tenfold.schema import Kind
from tenfold.steps.features.config import Method
from tenfold.steps.features.profile import Outline, Profile

#: For docs/errors.md: code → (what it means, what to do), where both are put together at run time.
CODES = {
    "TF-FEATURE-004": (
        "a method does not suit the kind of its column, or the number of classes",
        "use one of those that the message lists",
    ),
    "TF-FEATURE-005": (
        "`box_cox` is asked for a column that has gaps, or values that are not above 0",
        "use power",
    ),
}

_NUMBERS = ("standard", "robust", "range", "clipped", "power", "box_cox", "constant")
_CATEGORIES = ("one_hot", "ordinal", "target", "frequency")
#: What may be declared for a column of each kind.
_ALLOWED: Mapping[Kind, tuple[str, ...]] = {"number": _NUMBERS, "boolean": _NUMBERS, "category": _CATEGORIES}


def mistakes(methods: Mapping[str, Method], outline: Outline) -> list[Problem]:
    """What is wrong with the declared methods: one that does not suit the kind of its column, or its values."""
    columns = {column.name: column for column in outline.columns}
    found = [_mistake(columns[name], method, outline) for name, method in methods.items() if name in columns]
    return [problem for problem in found if problem is not None]


def _mistake(column: Profile, method: Method, outline: Outline) -> Problem | None:
    where = f"features.methods.{column.name}"
    allowed = _ALLOWED.get(column.kind, ())
    if method not in allowed:
        choice = f"one of {', '.join(allowed)}" if allowed else "no method: this kind has its own treatment"
        do = f"name one of {', '.join(allowed)}" if allowed else "leave it out"
        return Problem("TF-FEATURE-004", f"`{method}` is no method for a {column.kind} column", where, choice, do)
    if method == "box_cox" and (column.gaps or not column.minimum > 0):
        why = "it has gaps" if column.gaps else f"its smallest training value is {column.minimum:g}"
        return Problem(
            "TF-FEATURE-005", f"`box_cox` needs values above 0 without gaps, and {why}", where, do="use power"
        )
    if method == "target" and outline.target_type is None:
        got = f"`target` would be too wide for {outline.classes} classes"
        do = "name one_hot, ordinal or frequency"
        return Problem("TF-FEATURE-004", got, where, "one of one_hot, ordinal, frequency", do)
    return None


def linear_parameters(method: str, column: Profile, outline: Outline) -> dict[str, Any]:
    """The parameters of a declared method in the linear recipe, whose input is complete and scaled."""
    match method:
        case "constant":
            return {"fill_value": 0.0, "indicator": column.gaps, "scale": True}
        case "target":
            return {"target_type": outline.target_type, "scale": True}
        case "box_cox" | "one_hot" | "ordinal" | "frequency_scaled":
            return {}
        case _:
            return {"indicator": column.gaps}
