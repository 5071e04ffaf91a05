"""What step 6 leaves behind: the schema with created columns, and a recipe for each family of models."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from tenfold.core import files
from tenfold.core.brief import Brief
from tenfold.learning.recipe import Recipe
from tenfold.schema import Schema


@dataclass(frozen=True, repr=False)
class Recipes(Brief):
    """Recipes by family (``linear``, ``trees``, ``none``), unfitted. ``left_out``: column → why no model sees it."""

    schema: Schema
    by_family: Mapping[str, Recipe] = field(hash=False)
    left_out: Mapping[str, str] = field(default_factory=dict, hash=False)

    def save(self, folder: Path) -> None:
        recipes = {family: recipe.to_dict() for family, recipe in self.by_family.items()}
        files.write_json(
            folder / "recipes.json",
            {"schema": self.schema.to_dict(), "recipes": recipes, "left_out": dict(self.left_out)},
        )

    @classmethod
    def load(cls, folder: Path) -> Self:
        data = files.read_json(folder / "recipes.json")
        recipes = {family: Recipe.from_dict(recipe) for family, recipe in data["recipes"].items()}
        return cls(Schema.from_dict(data["schema"]), recipes, data["left_out"])
