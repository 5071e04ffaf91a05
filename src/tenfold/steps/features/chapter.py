"""What step 6 tells the report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from tenfold.core import units
from tenfold.core.chapter import Block, Chapter, Facts, Finding, Grid, Text
from tenfold.learning.recipe import Recipe, Transformation
from tenfold.schema import Kind
from tenfold.steps.features.profile import Outline
from tenfold.steps.features.result import Recipes

#: For docs/errors.md: code → (what it means, what to do), where both are put together at run time.
CODES = {
    "TF-FEATURE-101": (
        "columns are empty or constant in training",
        "nothing: no model sees them, and requests may still carry them",
    ),
}

#: What each method does, in words.
WORDS = {
    "keep": "as it is, gaps included",
    "constant": "gaps filled with a constant",
    "standard": "gaps filled with the median, standardised",
    "clipped": "clipped to its 0.5 % and 99.5 % quantiles, gaps filled with the median, standardised",
    "power": "brought towards symmetry (Yeo-Johnson), standardised",
    "box_cox": "brought towards symmetry (Box-Cox), standardised",
    "robust": "scaled by the interquartile range",
    "range": "scaled to 0 … 1",
    "one_hot": "one column per level; rare and unseen levels share one",
    "ordinal": "levels numbered; unseen ones −1",
    "target": "the target's mean by level, cross-fitted",
    "frequency": "how frequent the level is",
    "frequency_scaled": "how frequent the level is, standardised",
    "dates": "year, month, day, weekday, day of the year, hour",
    "dates_scaled": "calendar parts and their cycles, standardised",
    "tf_idf": "words and their runs, weighted by rarity (tf-idf)",
    "tf_idf_svd": "tf-idf reduced to a few components (latent semantic analysis), and the words that tell most",
    "pairs": "sums, differences, products and ratios of two columns that tell more than the two do apart",
    "user": "your own transformer",
}
_SHOWN = 8


def chapter(
    recipes: Recipes, seen: Outline, found: Iterable[Finding] = (), directions: Mapping[str, str] = MappingProxyType({})
) -> Chapter:
    """Which columns models see, and as what. ``directions``: which way the answer may go with some of them."""
    kinds = Counter(column.kind for column in seen.columns)
    facts = [("columns seen", f"{len(seen.columns):,}"), ("left out", f"{len(recipes.left_out):,}")]
    facts += [(kind, f"{count:,}") for kind, count in sorted(kinds.items())]
    blocks: list[Block] = [Facts(tuple(facts))]
    if recipes.schema.created:
        rows = tuple((made.name, made.expression) for made in recipes.schema.created)
        blocks.append(Grid("Created columns", ("column", "formula"), rows))
    if directions:
        blocks.append(_directions(directions, seen))
    blocks += [_grid(family, recipe) for family, recipe in recipes.by_family.items() if recipe.transformers]
    for pairs in {recipe.pairs for recipe in recipes.by_family.values()} - {()}:
        said = f"For trees a search may also try {WORDS['pairs']}, chosen in each fold, of: {_named(pairs)}."
        blocks.append(Text(said))
    if recipes.left_out:
        rows = tuple(list(recipes.left_out.items())[:50])
        blocks.append(Grid("Left out", ("column", "why"), rows))
    summary = (
        f"{units.count(len(seen.columns), 'column')} for the models, {len(recipes.schema.created):,} of them created."
    )
    return Chapter("features", "Features", summary, tuple(blocks), (*_findings(recipes), *found))


def _directions(directions: Mapping[str, str], seen: Outline) -> Grid:
    """What is promised of the answer."""
    kinds = {column.name: column.kind for column in seen.columns}
    rows = tuple((name, direction, _remark(kinds.get(name))) for name, direction in directions.items())
    return Grid(
        "Promised directions", ("column", "the answer is", "remark"), rows,
        "With that column alone, every other input as it is: the probability of the positive class, or the value, "
        "never goes the other way. Missing values are free. Only models that keep the promise compete.",
    )  # fmt: skip


def _remark(kind: Kind | None) -> str:
    if kind is None:
        return "no model sees it"
    return "its calendar parts are left out, which would go round it" if kind == "date" else ""


def _grid(family: str, recipe: Recipe) -> Grid:
    rows = tuple((_named(each.columns), len(each.columns), _treatment(each)) for each in recipe.transformers)
    return Grid(
        f"Recipe for {'linear models' if family == 'linear' else 'trees'}", ("columns", "count", "treatment"), rows,
        "Everything that is fitted (medians, scales, levels, words) is fitted inside each fold.",
    )  # fmt: skip


def _treatment(each: Transformation) -> str:
    most = each.parameters.get("most_telling")
    return f"the {most:,} that tell most, chosen in each fold: {WORDS[each.method]}" if most else WORDS[each.method]


def _named(columns: Iterable[str]) -> str:
    names = list(columns)
    more = f" … (+{len(names) - _SHOWN})" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def _findings(recipes: Recipes) -> tuple[Finding, ...]:
    useless = [name for name, why in recipes.left_out.items() if why != "excluded by you"]
    if not useless:
        return ()
    return (
        Finding(
            "TF-FEATURE-101", "note", _named(useless), f"{len(useless)} column(s) are empty or constant in training.",
            "No model sees them; requests may still carry them.",
        ),
    )  # fmt: skip
