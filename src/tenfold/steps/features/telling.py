"""Of very many number columns a model gets the most telling ones, which each fold chooses by its own training rows.

What was measured stands in decision 0010.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import replace

from tenfold.learning.recipe import Recipe, Transformation
from tenfold.steps.features.config import Features
from tenfold.steps.features.profile import Outline

#: From more number columns than this some are chosen; one for every so many rows, within these limits.
MANY = 1_000
_ROWS_EACH, _FEWEST, _MOST = 2, 250, 1_000


def narrowed(recipe: Recipe, config: Features, outline: Outline) -> Recipe:
    """The recipe with a choice in front of what is made of number columns, where these are very many.

    Columns for which the user declared a method or a direction are kept in any case, and with `selection: all` all are.
    """
    declared = {*config.methods, *config.monotone}
    many = {column.name for column in outline.of_kind("number", "boolean")} - declared
    if len(many) <= MANY or config.selection == "all":
        return recipe
    most = min(_MOST, max(_FEWEST, outline.rows // _ROWS_EACH))
    parts = [part for each in recipe.transformers for part in _parts(each, many, most, outline)]
    return replace(recipe, transformers=tuple(parts))


def _parts(each: Transformation, many: Collection[str], most: int, outline: Outline) -> list[Transformation]:
    """A transformation of the columns that are kept, and one of those to choose among, with their share of the most."""
    among = tuple(name for name in each.columns if name in many)
    if not among or each.method == "user":
        return [each]
    chosen = {"most_telling": math.ceil(most * len(among) / len(many)), "of_values": outline.task == "regression"}
    others = tuple(name for name in each.columns if name not in many)
    kept = [replace(each, columns=others)] if others else []
    return [*kept, replace(each, columns=among, parameters={**each.parameters, **chosen})]
