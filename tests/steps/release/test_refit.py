"""A model that is fitted again on everything is the one that was judged, on more rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from catboost import CatBoostRegressor
from lightgbm import LGBMRegressor
from sklearn.linear_model import Ridge
from sklearn.pipeline import Pipeline
from sklearn.svm import SVC

from tenfold.learning.bagging import again, as_grown
from tenfold.learning.candidates import Size, candidate
from tenfold.learning.monotone import constrain
from tenfold.learning.question import Question
from tenfold.learning.recipe import Recipe, Transformation

X = np.random.default_rng(0).normal(size=(200, 3))


@pytest.mark.parametrize(
    ("made", "asked"),
    [
        (LGBMRegressor(n_estimators=7, verbose=-1), "n_estimators"),
        (CatBoostRegressor(iterations=7, logging_level="Silent", allow_writing_files=False), "iterations"),
    ],
    ids=["lightgbm", "catboost"],
)
def test_boosting_that_time_cut_short_grows_as_far_again(made: Any, asked: str) -> None:
    fitted = Pipeline([("estimator", made.fit(X, X[:, 0]))])
    wanted = Pipeline([("estimator", type(made)(**{**made.get_params(), asked: 500}))])
    assert as_grown(fitted, wanted)[-1].get_params()[asked] == 7


def test_what_is_not_boosted_stays_as_it_is() -> None:
    fitted = Pipeline([("estimator", Ridge(solver="lsqr").fit(X, X[:, 0]))])
    unfitted = Pipeline([("estimator", Ridge(solver="lsqr"))])
    assert as_grown(fitted, unfitted)[-1].get_params() == Ridge(solver="lsqr").get_params()


def test_what_counts_its_steps_for_every_pair_of_classes_stays_as_it_is() -> None:
    known = SVC().fit(X, np.arange(200) % 3)
    assert np.size(known.n_iter_) == 3
    fitted, unfitted = (Pipeline([("estimator", each)]) for each in (known, SVC()))
    assert as_grown(fitted, unfitted)[-1].get_params() == SVC().get_params()


@pytest.mark.parametrize("name", ["lightgbm", "extra_trees", "catboost"])
def test_promised_directions_and_weights_go_along_where_new_levels_widen_the_table(name: str) -> None:
    recipe = Recipe("trees", (Transformation("keep", ("age",)), Transformation("one_hot", ("job",))), monotone=(1,))
    draw, model = np.random.default_rng(1), candidate(name)
    jobs = draw.choice(np.array(["nurse", "smith", "cook", "clerk"], dtype=object), 400)
    frame = pd.DataFrame({"age": draw.normal(size=400), "job": jobs}).astype({"job": object})
    target = np.sin(3 * frame["age"].to_numpy())
    few = frame["job"].isin(["nurse", "smith"]).to_numpy()
    made = recipe.build(0)
    numbers = made.fit_transform(frame[few], target[few])
    estimator = model.estimator("regression", dict(model.defaults("regression", Size(200, 2))) | {model.rounds: 30}, 0)
    constrain(estimator, name, recipe.monotone, Question("regression"), numbers.shape[1])
    estimator.fit(numbers, target[few])
    weights = np.where(np.arange(400) % 2, 0.1, 10.0)
    plain, weighed = (
        again(Pipeline([("recipe", made), ("estimator", estimator)]), frame, target, own) for own in (None, weights)
    )
    moved = pd.DataFrame({"age": np.linspace(-4, 4, 100), "job": "cook"}).astype({"job": object})
    for each in (plain, weighed):
        assert np.diff(np.asarray(each.predict(moved)).ravel()).min() >= 0
    assert not np.array_equal(plain.predict(frame), weighed.predict(frame))
