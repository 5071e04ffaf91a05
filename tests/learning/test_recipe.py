"""Recipes: written down, built, and alike after a round trip."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.base import clone

from tenfold.core.errors import UserError
from tenfold.learning.recipe import METHODS, Recipe, Transformation, keep_together

ROWS = 60


def frame():
    generator = np.random.default_rng(0)
    job = generator.choice(["nurse", "smith", "cook"], ROWS)
    text = [" ".join(generator.choice(["red", "green", "blue", "grün"], 5)) for _ in range(ROWS)]
    number = generator.lognormal(size=ROWS)
    number[::7] = np.nan
    table = pd.DataFrame({"number": number, "moment": np.arange(ROWS) * 1e6})
    return table.assign(job=pd.Series(job, dtype=object), text=pd.Series(text, dtype=object))


PARAMETERS = {"target": {"target_type": "binary"}, "tf_idf_svd": {"components": 2}}
COLUMN = {
    "one_hot": "job", "ordinal": "job", "target": "job", "frequency": "job", "frequency_scaled": "job",
    "dates": "moment", "dates_scaled": "moment", "tf_idf": "text", "tf_idf_svd": "text",
}  # fmt: skip


@pytest.mark.parametrize("method", METHODS)
def test_every_method_builds_from_json_and_is_deterministic(method):
    recipe = Recipe("linear", (Transformation(method, (COLUMN.get(method, "number"),), PARAMETERS.get(method, {})),))
    again = Recipe.from_dict(recipe.to_dict())
    assert again == recipe
    assert again.identity == recipe.identity
    target = np.arange(ROWS) % 2
    first = recipe.build(3).fit_transform(frame(), target)
    second = clone(again.build(3)).fit_transform(frame(), target)
    dense = [np.asarray(each.todense() if hasattr(each, "todense") else each) for each in (first, second)]
    assert len(dense[0]) == ROWS
    assert np.array_equal(*dense, equal_nan=True)


def test_pairs_are_chosen_by_the_rows_that_are_learned_from():
    """In one half of the rows a ratio is the answer, in the other half a product is."""
    draw = np.random.default_rng(0)
    table = pd.DataFrame(draw.uniform(1, 9, (4000, 3)), columns=["a", "b", "c"])
    target = np.where(np.arange(4000) < 2000, table["a"] / table["b"], table["b"] * table["c"])
    recipe = Recipe("trees", (Transformation("keep", ("a", "b", "c")),), pairs=("a", "b", "c"))
    assert Recipe.from_dict(recipe.to_dict()) == recipe
    assert recipe.build(0).fit_transform(table, target).shape[1] == 3, "it is for a search to add them"
    paired = recipe.with_pairs(of_values=True)
    assert paired.identity != recipe.identity
    for rows, pair in ((slice(0, 2000), "a / b"), (slice(2000, 4000), "b * c")):
        names = paired.build(0).fit(table[rows], target[rows])["columns"].get_feature_names_out()
        made = [name for name in names if name.startswith("1-pairs__")]
        assert f"1-pairs__{pair}" in made


def test_trees_get_single_precision_with_gaps_kept():
    table = Recipe("trees", (Transformation("keep", ("number",)),)).build(0).fit_transform(frame())
    assert np.isnan(table).any()
    known = table[~np.isnan(table)]
    assert np.array_equal(known, known.astype(np.float32))


def test_target_encoding_does_not_show_a_row_its_own_target():
    table = pd.DataFrame({"id": pd.Series([f"level {i}" for i in range(ROWS)], dtype=object)})
    recipe = Recipe("trees", (Transformation("target", ("id",), {"target_type": "binary"}),))
    target = np.arange(ROWS) % 2
    encoded = recipe.build(0).fit_transform(table, target)[:, 0]
    assert abs(np.corrcoef(encoded, target)[0, 1]) < 0.9
    assert (np.abs(encoded - target) > 0.3).all()


def test_target_encoding_does_not_show_a_row_what_its_unit_answered():
    """Each patient comes five times with a level of his own: what is served are patients that nobody has met."""
    patient = np.repeat(np.arange(40), 5)
    table = pd.DataFrame({"id": pd.Series([f"level {each}" for each in patient], dtype=object)})
    recipe = Recipe("trees", (Transformation("target", ("id",), {"target_type": "continuous"}),))
    target = np.random.default_rng(0).normal(size=40)[patient]
    alone = recipe.build(0).fit_transform(table, target)[:, 0]
    made = recipe.build(0, patient)
    together = made.fit_transform(table, target)[:, 0]
    assert np.corrcoef(alone, target)[0, 1] > 0.9
    assert abs(np.corrcoef(together, target)[0, 1]) < 0.5
    assert np.std(together) < 0.2, "the mean of all others, whatever the level"
    anew = clone(made)
    keep_together(anew, None)
    assert np.array_equal(
        anew.fit_transform(table[:50], target[:50])[:, 0], recipe.build(0).fit_transform(table[:50], target[:50])[:, 0]
    )


def test_a_transformer_that_is_not_there_is_named():
    recipe = Recipe("linear", (Transformation("user", ("number",), {"path": "nowhere_at_all:Thing"}),))
    with pytest.raises(UserError, match=r"TF-MODEL-001.*nowhere_at_all:Thing"):
        recipe.build(0)


def test_a_dense_recipe_gives_plain_arrays_under_a_name_of_its_own() -> None:
    recipe = Recipe("linear", (Transformation("one_hot", ("id",)),))
    dense = replace(recipe, dense=True)
    rows = pd.DataFrame({"id": [f"level {n}" for n in range(50)]}, dtype=object)
    first, second = (each.build(0).fit_transform(rows) for each in (recipe, dense))
    assert sparse.issparse(first)
    assert isinstance(second, np.ndarray)
    np.testing.assert_array_equal(first.toarray(), second)
    assert Recipe.from_dict(dense.to_dict()) == dense != recipe == Recipe.from_dict(recipe.to_dict())
    assert dense.identity != recipe.identity


@pytest.mark.parametrize("family", ["linear", "trees"])
def test_a_transformer_of_the_users_that_draws_is_given_the_seed(family):
    named = {"path": "sklearn.random_projection:GaussianRandomProjection", "n_components": 1}

    def projected(seed, **more):
        return Recipe(family, (Transformation("user", ("moment",), named | more),)).build(seed).fit_transform(frame())

    assert np.array_equal(projected(3), projected(3))
    assert np.array_equal(projected(3, random_state=1), projected(4, random_state=1)), "the user's own one holds"
    if family == "trees":  # linear models have it scaled, which a projection of one column does not outlive
        assert not np.array_equal(projected(3), projected(4))
