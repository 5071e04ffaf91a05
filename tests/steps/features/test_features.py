"""Step 6: recipes from findings."""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tenfold.core.chapter import Text
from tenfold.core.errors import UserError
from tenfold.learning.recipe import Recipe
from tenfold.schema import Column, Schema
from tenfold.steps.features.config import Features
from tenfold.steps.features.linear import linear
from tenfold.steps.features.profile import Outline, Profile
from tenfold.steps.features.result import Recipes
from tenfold.steps.features.step import run
from tenfold.steps.features.telling import MANY, narrowed
from tenfold.steps.features.trees import trees

sys.path.insert(0, str(Path(__file__).parents[1] / "modeling"))
import small


def recipes(tmp_path, config=Features(), schema=small.SCHEMA):  # noqa: B008
    return run(config, tmp_path, schema, "binary", small.findings(), small.context(tmp_path, "features"))


def methods(recipe: Recipe) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for each in recipe.transformers:
        for column in each.columns:
            found.setdefault(column, set()).add(each.method)
    return found


def test_every_kind_has_its_treatment(tmp_path):
    by_family = recipes(tmp_path).value.by_family
    assert methods(by_family["trees"]) == {
        "age": {"keep"}, "job": {"one_hot"}, "note": {"tf_idf_svd"}, "since": {"keep", "dates"},
    }  # fmt: skip
    assert methods(by_family["linear"])["note"] == {"tf_idf"}
    assert by_family["none"].transformers == ()


def test_empty_columns_are_left_out_and_said_so(tmp_path):
    result = recipes(tmp_path)
    assert result.value.left_out == {"empty": "it is empty"}
    assert [finding.code for finding in result.chapter.findings] == ["TF-FEATURE-101"]


def test_created_and_excluded_columns_change_the_schema(tmp_path):
    config = Features(create={"age_2": "age * age"}, exclude=("job",))
    value = recipes(tmp_path, config).value
    names = [name for name, _ in value.schema.inputs]
    assert "age_2" in names
    assert "job" not in names
    assert "age_2" in value.by_family["trees"].columns


def test_an_excluded_column_is_asked_for_only_if_a_formula_uses_it(tmp_path):
    config = Features(create={"wage": "since / 2", "log_wage": "log(wage)"}, exclude=("age", "since"))
    value = recipes(tmp_path, config).value
    assert (value.schema["age"].role, value.schema["since"].role) == ("ignored", "feature")
    assert {"age", "since"}.isdisjoint(value.by_family["trees"].columns)
    assert value.left_out["age"] == value.left_out["since"] == "excluded by you"


def test_a_declared_method_takes_the_place_of_the_chosen_one(tmp_path):
    by_family = recipes(tmp_path, Features(methods={"age": "robust", "job": "frequency"})).value.by_family
    assert methods(by_family["linear"])["age"] == {"robust"}
    assert methods(by_family["linear"])["job"] == {"frequency_scaled"}
    assert methods(by_family["trees"])["age"] == {"keep"}  # no scaling changes what trees learn
    assert methods(by_family["trees"])["job"] == {"frequency"}


@pytest.mark.parametrize("method", ["standard", "robust", "range", "clipped", "power", "box_cox", "constant"])
def test_every_method_of_numbers_makes_a_complete_column(method):
    column = Profile("income", "number", missing=0.0, distinct=500, minimum=1.0)
    recipe = linear(Features(methods={"income": method}), Outline("regression", 0, 500, (column,)))
    assert [each.method for each in recipe.transformers] == [method]
    table = recipe.build(0).fit_transform(pd.DataFrame({"income": np.random.default_rng(0).lognormal(size=500)}))
    assert np.isfinite(table).all()


def test_a_result_survives_the_disk(tmp_path):
    value = recipes(tmp_path, Features(create={"age_2": "age * age"})).value
    value.save(tmp_path)
    assert Recipes.load(tmp_path) == value


@pytest.mark.parametrize(
    ("config", "code"),
    [
        (Features(exclude=("agee",)), "TF-FEATURE-001"),
        (Features(create={"age": "age + 1"}), "TF-FEATURE-002"),
        (Features(methods={"agee": "robust"}), "TF-FEATURE-001"),
        (Features(methods={"age": "one_hot"}), "TF-FEATURE-004"),
        (Features(methods={"job": "robust"}), "TF-FEATURE-004"),
        (Features(methods={"note": "ordinal"}), "TF-FEATURE-004"),
        (Features(methods={"age": "box_cox"}), "TF-FEATURE-005"),
        (Features(transformers=("nowhere_at_all:Thing",)), "TF-MODEL-001"),
    ],
)
def test_mistakes_are_named(tmp_path, config, code):
    with pytest.raises(UserError) as error:
        recipes(tmp_path, config)
    assert error.value.problems[0].code == code


def test_trees_are_offered_pairs_of_what_is_on_a_scale(tmp_path):
    result = recipes(tmp_path, Features(create={"made": "age * 2"}))
    by_family = result.value.by_family
    assert by_family["trees"].pairs == ("age", "since", "made")
    assert by_family["linear"].pairs == ()
    assert "pairs" not in {each.method for each in by_family["trees"].transformers}, "a search may add them"
    said = [block.text for block in result.chapter.blocks if isinstance(block, Text)]
    assert ["age, since, made" in each for each in said] == [True]
    none = recipes(tmp_path, Features(pairs="none"))
    assert none.value.by_family["trees"].pairs == ()
    assert not [block for block in none.chapter.blocks if isinstance(block, Text)]


@pytest.mark.parametrize(
    ("config", "left"),
    [
        (Features(monotone={"a": "increasing"}), ("b", "c")),
        (Features(methods={"a": "constant", "b": "robust"}), ()),
    ],
)
def test_what_is_promised_or_declared_is_not_paired(config, left):
    columns = (*(Profile(name, "number") for name in "abc"), Profile("levels", "number", distinct=4))
    assert trees(config, Outline("binary", 2, 500, columns)).pairs == left


def test_of_very_many_columns_no_pairs_are_made():
    columns = tuple(Profile(f"n{place}", "number") for place in range(300))
    assert trees(Features(), Outline("binary", 2, 500, columns)).pairs == ()


def test_nothing_left_to_learn_from_is_a_mistake(tmp_path):
    schema = Schema((Column("empty", "number"), Column("left", "category", "target")))
    with pytest.raises(UserError, match="TF-FEATURE-003"):
        recipes(tmp_path, schema=schema)


def test_several_texts_share_the_components_that_trees_look_at():
    def components(count):
        texts = tuple(Profile(f"text{number}", "text", distinct=1000, words=20) for number in range(count))
        recipe = trees(Features(), Outline("regression", 0, 1000, texts))
        return [part.parameters["components"] for part in recipe.transformers]

    assert components(1) == [64]
    assert components(4) == [32] * 4
    assert components(20) == [16] * 20


def test_all_mistakes_are_told_at_once(tmp_path):
    formulas = {"a": "age / Nope", "b": "log(age", "c": "__import__(1)", "d": "a + 1"}
    with pytest.raises(UserError) as raised:
        recipes(tmp_path, Features(create=formulas, exclude=("agee",)))
    where = [problem.where for problem in raised.value.problems]
    assert where == ["features.exclude", "features.create.a", "features.create.b", "features.create.c"]


def test_constrained_columns_come_first_and_a_date_without_its_parts(tmp_path):
    directions = {"since": "decreasing", "age": "increasing", "made": "increasing"}
    config = Features(monotone=directions, create={"made": "age * 2"})
    recipe = recipes(tmp_path, config).value.by_family["trees"]
    assert recipe.transformers[0].columns == ("age", "since", "made")
    assert recipe.monotone == (1, -1, 1)
    assert methods(recipe)["since"] == {"keep"}
    assert Recipe.from_dict(recipe.to_dict()) == recipe
    plain = recipes(tmp_path).value.by_family["trees"]
    assert plain.monotone == ()
    assert "monotone" not in plain.to_dict()


@pytest.mark.parametrize(
    ("monotone", "task", "code"),
    [
        ({"age": "increasing"}, "multiclass", "TF-FEATURE-006"),
        ({"job": "increasing"}, "binary", "TF-FEATURE-007"),
        ({"note": "increasing"}, "binary", "TF-FEATURE-007"),
        ({"agee": "increasing"}, "binary", "TF-FEATURE-001"),
    ],
)
def test_a_direction_that_cannot_be_promised_is_refused(tmp_path, monotone, task, code):
    config, context = Features(monotone=monotone), small.context(tmp_path, "features")
    with pytest.raises(UserError, match=code):
        run(config, tmp_path, small.SCHEMA, task, small.findings(), context, classes=("a", "b", "c"))


def test_what_goes_round_a_promise_is_said(tmp_path):
    config = Features(monotone={"age": "increasing"}, create={"young": "40 - age", "younger": "young * 2"})
    result = recipes(tmp_path, config)
    told = [(each.code, each.subject) for each in result.chapter.findings if each.severity == "warning"]
    assert told == [("TF-FEATURE-102", "young"), ("TF-FEATURE-102", "younger")]


class TestOfVeryManyColumns:
    COLUMNS = tuple(Profile(f"c{place}", "number", skewness=2.0 * (place % 5 == 0)) for place in range(MANY + 250))

    def narrowed(self, rows=600, config=Features(), columns=COLUMNS):  # noqa: B008
        outline = Outline("regression", 0, rows, columns)
        return {make.__name__: narrowed(make(config, outline), config, outline) for make in (linear, trees)}

    def test_each_family_gets_its_share_of_the_most_telling(self):
        by_family = self.narrowed()
        (kept,) = by_family["trees"].transformers
        assert (kept.method, kept.parameters) == ("keep", {"most_telling": 300, "of_values": True})
        shares = {each.method: each.parameters["most_telling"] for each in by_family["linear"].transformers}
        assert shares == {"power": 60, "clipped": 240}

    @pytest.mark.parametrize(("rows", "most"), [(100, 250), (1_000, 500), (50_000, 1_000)])
    def test_more_rows_can_tell_more_columns_apart(self, rows, most):
        assert self.narrowed(rows)["trees"].transformers[0].parameters["most_telling"] == most

    def test_what_was_declared_is_kept(self):
        config = Features(methods={"c1": "robust", "c2": "constant"}, monotone={"c3": "increasing"})
        for recipe in self.narrowed(config=config).values():
            assert set(recipe.columns) == {column.name for column in self.COLUMNS}
            for each in recipe.transformers:
                declared = {"c1", "c2", "c3"} & {*each.columns}
                assert declared == set() or "most_telling" not in each.parameters or each.columns == ("c1",)
        assert self.narrowed(config=config)["trees"].monotone == (1,)

    @pytest.mark.parametrize("config", [Features(), Features(selection="all")])
    def test_all_are_kept_where_there_are_not_so_many_or_all_were_asked_for(self, config):
        columns = self.COLUMNS if config.selection == "all" else self.COLUMNS[:MANY]
        for recipe in self.narrowed(config=config, columns=columns).values():
            assert all("most_telling" not in each.parameters for each in recipe.transformers)

    def test_a_fold_chooses_by_its_own_rows(self):
        random = np.random.default_rng(0)
        frame = pd.DataFrame(random.normal(size=(200, len(self.COLUMNS))), columns=[c.name for c in self.COLUMNS])
        target = frame["c1"] + frame["c2"]
        for recipe in self.narrowed().values():
            fitted = recipe.build(seed=0).fit(frame, target)
            assert fitted.transform(frame).shape == (200, 300)
            assert {"c1", "c2"} <= {name.rpartition("__")[2] for name in fitted_names(fitted)}


def fitted_names(fitted):
    columns = fitted.named_steps["columns"] if hasattr(fitted, "named_steps") else fitted
    return columns.get_feature_names_out()
