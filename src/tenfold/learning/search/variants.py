"""What a candidate may look at instead: the columns without texts, or with pairs of columns beside them.

A text that says little costs time and accuracy, and a pair of columns may say what no column does. So each variant is
tried with the candidate's first configuration; if that does better than without, what comes next is of that variant.
"""

from __future__ import annotations

from collections.abc import Mapping

from tenfold.learning.recipe import Recipe

#: Parameters of proposals that are none of a model, and have names that none of a model can have.
TEXTS, PAIRS = "with texts", "with pairs"
#: For each of them how it is, and how it may be instead.
USUAL: Mapping[str, str] = {TEXTS: "as they are", PAIRS: "none"}
OTHER: Mapping[str, str] = {TEXTS: "left out", PAIRS: "made"}
_SAID = {TEXTS: "without texts", PAIRS: "with pairs of columns"}


def variants(recipe: Recipe) -> tuple[str, ...]:
    """Those that there are of a recipe, in the order in which they are tried.

    >>> variants(Recipe("trees", pairs=("age", "pay")))
    ('with pairs',)
    """
    there = {TEXTS: recipe.wordy, PAIRS: bool(recipe.pairs)}
    return tuple(name for name in USUAL if there[name])


def varied(recipe: Recipe, chosen: Mapping[str, str], *, of_values: bool) -> Recipe:
    """The recipe as proposed; ``of_values``: the target is a number."""
    if chosen.get(TEXTS) == OTHER[TEXTS]:
        recipe = recipe.without_texts()
    return recipe.with_pairs(of_values=of_values) if chosen.get(PAIRS) == OTHER[PAIRS] else recipe


def said(chosen: Mapping[str, str]) -> str:
    """In words, after a comma; nothing where all is as usual.

    >>> said({TEXTS: "left out", PAIRS: "none"})
    ', without texts'
    """
    return "".join(f", {_SAID[name]}" for name in USUAL if chosen.get(name) == OTHER[name])
