"""The recipe of tree ensembles: numbers as they are, gaps included; levels by what they are worth."""

from __future__ import annotations

from tenfold.learning.recipe import Recipe
from tenfold.steps.features.config import Features
from tenfold.steps.features.grouping import Grouping
from tenfold.steps.features.linear import terms
from tenfold.steps.features.profile import Outline, Profile

#: Levels that get a column of their own where a target encoding would be too wide.
_LEVELS = 16
_TERMS = 10_000
#: Components of all texts together, and the fewest of each: every split of a tree looks at all of them.
_COMPONENTS, _FEWEST = 128, 16
#: Columns with no more values than this are read as levels; of more columns than this no pairs are made.
_ON_A_SCALE, _PAIRED = 5, 200
#: Terms of all texts together that stand for themselves.
_TELLING = 200


def trees(config: Features, outline: Outline) -> Recipe:
    """The recipe, from what is known of the columns; those that are constrained come first."""
    first, parts = Grouping(), Grouping()
    texts = max(1, len(outline.of_kind("text")))
    share = max(_FEWEST, _COMPONENTS // texts)
    for column in outline.columns:
        match column.kind:
            case "number" | "boolean" | "date" if column.name in config.monotone:
                # Calendar parts of a date would go round its constraint.
                first.add("constant" if config.methods.get(column.name) == "constant" else "keep", column.name)
            case "number" | "boolean":
                parts.add("constant" if config.methods.get(column.name) == "constant" else "keep", column.name)
            case "date":
                parts.add("keep", column.name)
                parts.add("dates", column.name)
            case "category":
                _category(parts, column, config, outline)
            case "text":
                components = max(2, min(config.text_components, share, column.distinct // 4))
                counted = terms(config, column, outline, _TERMS)
                told = {"telling": max(_FEWEST, _TELLING // texts), "values": outline.task == "regression"}
                parts.alone("tf_idf_svd", column.name, components=components, **told, **counted)
    constrained = first.transformations()
    names = [name for each in constrained for name in each.columns]
    directions = tuple(1 if config.monotone[name] == "increasing" else -1 for name in names)
    return Recipe("trees", constrained + parts.transformations(), monotone=directions, pairs=_pairs(config, outline))


def _pairs(config: Features, outline: Outline) -> tuple[str, ...]:
    """Columns that may be paired: those with a scale, whose direction is not promised; none where these are too many to
    look at each."""
    scales = tuple(
        column.name
        for column in outline.of_kind("number", "date")
        if column.distinct > _ON_A_SCALE and column.name not in {*config.monotone, *config.methods}
    )
    return scales if config.pairs == "auto" and 1 < len(scales) <= _PAIRED else ()


def _category(parts: Grouping, column: Profile, config: Features, outline: Outline) -> None:
    declared = config.methods.get(column.name)
    if declared is not None:
        parts.add(declared, column.name, **({"target_type": outline.target_type} if declared == "target" else {}))
    elif column.distinct + column.gaps <= 2:
        parts.add("ordinal", column.name)
    elif column.distinct <= config.one_hot:
        parts.add("one_hot", column.name)
    else:
        parts.add("frequency", column.name)
        if outline.target_type:
            parts.add("target", column.name, target_type=outline.target_type)
        else:
            parts.add("one_hot", column.name, max_categories=_LEVELS)
