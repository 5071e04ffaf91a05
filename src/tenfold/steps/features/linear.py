"""The recipe of linear models: complete, scaled, with a column per level and per word."""

from __future__ import annotations

from tenfold.learning.recipe import Recipe
from tenfold.steps.features.config import Features
from tenfold.steps.features.grouping import Grouping
from tenfold.steps.features.methods import linear_parameters
from tenfold.steps.features.profile import Outline, Profile

#: Beyond this skewness a column is brought towards symmetry.
_SKEWED = 1.5
#: A number column with at most this many values is left unclipped: its extremes are values, not accidents.
_FEW = 10
#: More levels than this share one column for the rest.
_LEVELS = 400
_TERMS = 20_000


def linear(config: Features, outline: Outline) -> Recipe:
    """The recipe, from what is known of the columns."""
    parts = Grouping()
    for column in outline.columns:
        match column.kind:
            case "number" | "boolean" | "category" if column.name in config.methods:
                _declared(parts, column, config, outline)
            case "number" | "boolean":
                parts.add(_number(column), column.name, indicator=column.gaps)
            case "date":
                parts.add("dates_scaled", column.name)
                parts.add("clipped", column.name, indicator=column.gaps)
            case "category":
                _category(parts, column, config, outline)
            case "text":
                told = {"ratio": True} if outline.task == "binary" else {}
                parts.alone("tf_idf", column.name, **told, **terms(config, column, outline, _TERMS))
    return Recipe("linear", parts.transformations())


def _declared(parts: Grouping, column: Profile, config: Features, outline: Outline) -> None:
    method: str = config.methods[column.name]
    method = "frequency_scaled" if method == "frequency" else method
    parts.add(method, column.name, **linear_parameters(method, column, outline))


def _number(column: Profile) -> str:
    if column.kind == "boolean" or column.distinct <= _FEW:
        return "standard"
    return "power" if abs(column.skewness) > _SKEWED else "clipped"


def _category(parts: Grouping, column: Profile, config: Features, outline: Outline) -> None:
    if column.distinct <= config.one_hot:
        parts.add("one_hot", column.name)
        return
    parts.add("one_hot", column.name, min_frequency=max(2, outline.rows // 5000), max_categories=_LEVELS)
    if outline.target_type:
        parts.add("target", column.name, target_type=outline.target_type, scale=True)


def terms(config: Features, column: Profile, outline: Outline, most: int) -> dict[str, object]:
    """How a text is counted: words that occur once are left out where texts are long and many enough to repeat them."""
    repeated = outline.rows >= 500 and column.words >= 3
    return {
        "ngram_range": [1, config.ngrams],
        "min_df": 2 if repeated else 1,
        "max_features": most,
        "sublinear_tf": True,
    }
