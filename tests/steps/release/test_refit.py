"""A model that is fitted again on everything is the one that was judged, on more rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from catboost import CatBoostRegressor
from lightgbm import LGBMRegressor
from sklearn.linear_model import Ridge
from sklearn.pipeline import Pipeline

from tenfold.learning.bagging import as_grown

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
