"""Step 6: decide recipes. Nothing is fitted here; exploration has looked at the training rows, and at no others."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tenfold.core.errors import Problem, UserError, did_you_mean, raise_all
from tenfold.core.result import Context, Result
from tenfold.learning.recipe import Recipe, Transformation, load_transformer
from tenfold.metrics import Task
from tenfold.schema import Created, Schema
from tenfold.schema.finish import expressions
from tenfold.steps.exploration.result import Findings
from tenfold.steps.features import monotone
from tenfold.steps.features.chapter import chapter
from tenfold.steps.features.config import Features
from tenfold.steps.features.linear import linear
from tenfold.steps.features.methods import mistakes
from tenfold.steps.features.profile import Outline, outline
from tenfold.steps.features.result import Recipes
from tenfold.steps.features.telling import narrowed
from tenfold.steps.features.trees import trees

#: For docs/errors.md: code → (what it means, what to do), where both are put together at run time.
CODES = {
    "TF-FEATURE-002": (
        "a created column has the name of another one",
        "give it another name",
    ),
}


def run(
    config: Features, train: Path, schema: Schema, task: Task, findings: Findings, context: Context,
    *, classes: Sequence[str] = (),
) -> Result[Recipes]:  # fmt: skip
    """Recipes for the columns of ``schema``, with the created ones added and the excluded ones taken away.

    Raises:
        UserError: an unknown column is named, a method or a direction does not suit its column or the task, a formula
            is wrong, a transformer cannot be imported, no column is left.
    """
    wider = _checked(config, schema)
    everything = outline(wider, task, classes, findings)
    raise_all([*mistakes(config.methods, everything), *monotone.mistakes(config, everything)])
    left_out = _left_out(config, everything)
    seen = replace(everything, columns=tuple(each for each in everything.columns if each.name not in left_out))
    if not seen.columns:
        raise UserError.of(
            "TF-FEATURE-003", "no column is left to learn from", "features",
            expected="at least one column that varies", do="check the roles of the columns and `features.exclude`",
        )  # fmt: skip
    recipes = {"linear": linear(config, seen), "trees": trees(config, seen), "none": Recipe("none")}
    recipes = {family: narrowed(recipe, config, seen) for family, recipe in recipes.items()}
    own = _own(config, seen, context)
    recipes = {
        family: replace(recipe, transformers=recipe.transformers + own) if family != "none" else recipe
        for family, recipe in recipes.items()
    }
    value = Recipes(wider, recipes, {**dict.fromkeys(config.exclude, "excluded by you"), **left_out})
    around = monotone.findings(config, wider, seen)
    return Result(context.step, value, chapter(value, seen, around, config.monotone))


def _checked(config: Features, schema: Schema) -> Schema:
    """The schema with created columns and without excluded ones; all mistakes at once."""
    problems = _unknown(config, schema)
    try:
        wider = _with_created(config, schema)
    except UserError as error:
        raise UserError(*problems, *error.problems) from error
    raise_all(problems)
    return wider


def _unknown(config: Features, schema: Schema) -> list[Problem]:
    known = [column.name for column in schema.features]
    problems = [
        Problem(
            "TF-FEATURE-001", f"there is no feature column {name!r}", f"features.{key}", do=did_you_mean(name, known)
        )
        for key, names in (("exclude", config.exclude), ("methods", config.methods), ("monotone", config.monotone))
        for name in names
        if name not in known and not (key != "exclude" and name in config.create)
    ]
    problems += [
        Problem("TF-FEATURE-002", f"{name!r} is a column already", "features.create", do="give it another name")
        for name in config.create
        if name in schema
    ]
    return problems


def _with_created(config: Features, schema: Schema) -> Schema:
    """The schema with created columns, every formula checked; excluded columns are no features any more."""
    made = tuple(Created(name, text) for name, text in config.create.items())
    wider = replace(schema, created=schema.created + made)
    used = {name for each in expressions(wider) for name in each.uses}  # raises for formulas that are wrong
    unused = [name for name in config.exclude if name in schema and name not in used]
    return wider.with_columns(replace(wider[name], role="ignored") for name in unused)


def _left_out(config: Features, everything: Outline) -> dict[str, str]:
    excluded = {column.name: "excluded by you" for column in everything.columns if column.name in config.exclude}
    if config.selection == "all":
        return excluded
    useless = {column.name: column.tells_nothing for column in everything.columns if column.tells_nothing}
    return {**useless, **excluded}


def _own(config: Features, seen: Outline, context: Context) -> tuple[Transformation, ...]:
    if not config.transformers:
        return ()
    if str(context.root) not in sys.path:
        sys.path.insert(0, str(context.root))
    for path in config.transformers:
        load_transformer(path)  # raises when it is not there
    numbers = tuple(column.name for column in seen.of_kind("number", "boolean", "date"))
    return tuple(Transformation("user", numbers, {"path": path}) for path in config.transformers)
