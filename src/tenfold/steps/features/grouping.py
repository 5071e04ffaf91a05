"""Columns that are treated alike go through one transformer together."""

from __future__ import annotations

from typing import Any

from tenfold.core import identity
from tenfold.learning.recipe import Transformation


class Grouping:
    """Collects treatments of single columns, in order.

    >>> together = Grouping()
    >>> for name in ("age", "fare"):
    ...     together.add("standard", name, indicator=False)
    >>> [(each.method, each.columns) for each in together.transformations()]
    [('standard', ('age', 'fare'))]
    """

    def __init__(self) -> None:
        self._groups: dict[str, tuple[str, list[str], dict[str, Any]]] = {}

    def add(self, method: str, column: str, **parameters: Any) -> None:
        key = identity.canonical_json([method, parameters])
        self._groups.setdefault(key, (method, [], parameters))[1].append(column)

    def alone(self, method: str, column: str, **parameters: Any) -> None:
        """A treatment that takes one column at a time."""
        self._groups[identity.canonical_json([method, column])] = (method, [column], parameters)

    def transformations(self) -> tuple[Transformation, ...]:
        return tuple(Transformation(method, tuple(names), given) for method, names, given in self._groups.values())
