"""Every estimator's graph gives the estimator's own scores, ensembles and calibration included."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from catboost import CatBoostClassifier, CatBoostRegressor
from lightgbm import LGBMClassifier, LGBMRegressor, early_stopping
from sklearn.base import clone
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor, RandomForestClassifier, RandomForestRegressor
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import ElasticNet, Lasso, LinearRegression, LogisticRegression, Ridge
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler, TargetEncoder
from sklearn.tree import DecisionTreeClassifier

from tenfold.learning.composition import Composition, Member
from tenfold.learning.graph import compose, run_graph, typed_feeds
from tenfold.learning.transformers import Clip, DateParts, Float32, FrequencyEncoder
from tenfold.schema import Kind

Check = Callable[..., Any]

NUMBERS = ["amount", "Größe", "flag"]
LIGHTGBM = {"n_estimators": 25, "num_leaves": 8, "verbose": -1, "n_jobs": 1}
CATBOOST = {"iterations": 25, "depth": 4, "verbose": 0, "allow_writing_files": False, "thread_count": 1}


def linear(model: Any) -> Pipeline:
    numbers = make_pipeline(Clip(), SimpleImputer(strategy="median", add_indicator=True), StandardScaler())
    dates = make_pipeline(DateParts(), SimpleImputer(), StandardScaler())
    words = TfidfVectorizer(token_pattern="[^ ]+", lowercase=False, ngram_range=(1, 2))
    one_hot = OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=15)
    parts = [("n", numbers, NUMBERS), ("d", dates, ["when"]), ("c", one_hot, ["city", "grade"]), ("t", words, "words")]
    return Pipeline([("features", ColumnTransformer(parts)), ("model", clone(model))])


def trees(model: Any, imputed: bool = False) -> Pipeline:
    ordinal = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
    parts = [
        ("n", "passthrough", [*NUMBERS, "when"]), ("o", ordinal, ["grade"]), ("f", FrequencyEncoder(), ["city"]),
        ("t", TargetEncoder(), ["city", "grade"]),
    ]  # fmt: skip
    gaps = SimpleImputer() if imputed else "passthrough"
    return Pipeline(
        [("features", ColumnTransformer(parts)), ("gaps", gaps), ("float32", Float32()), ("model", clone(model))]
    )


CLASSIFIERS = [
    linear(LogisticRegression(max_iter=2000)),
    trees(LGBMClassifier(**LIGHTGBM)),
    trees(LGBMClassifier(**LIGHTGBM, linear_tree=False, boosting_type="dart")),
    trees(CatBoostClassifier(**CATBOOST)),
    trees(ExtraTreesClassifier(20, random_state=0), imputed=True),
    trees(RandomForestClassifier(10, random_state=0)),
    trees(DecisionTreeClassifier(max_depth=4, random_state=0), imputed=True),
    trees(DummyClassifier(strategy="prior")),
]
REGRESSORS = [
    linear(Ridge()),
    linear(LinearRegression()),
    linear(ElasticNet(0.01)),
    linear(Lasso(0.01)),
    linear(TransformedTargetRegressor(Ridge(), func=np.log1p, inverse_func=np.expm1)),
    trees(TransformedTargetRegressor(LGBMRegressor(**LIGHTGBM), func=np.log1p, inverse_func=np.expm1)),
    *(trees(LGBMRegressor(**LIGHTGBM, objective=o)) for o in ("regression", "l1", "huber", "poisson", "tweedie")),
    *(trees(CatBoostRegressor(**CATBOOST, loss_function=loss)) for loss in ("RMSE", "MAE", "Poisson")),
    trees(ExtraTreesRegressor(20, random_state=0), imputed=True),
    trees(RandomForestRegressor(10, random_state=0, criterion="poisson"), imputed=True),
    trees(DummyRegressor(strategy="median")),
]


def name(pipeline: Pipeline) -> str:
    model = pipeline["model"]
    settings = getattr(model, "objective", None) or getattr(model, "boosting_type", None) or ""
    return f"{type(model).__name__} {settings}"


@pytest.mark.parametrize("task", ["binary", "multiclass"])
@pytest.mark.parametrize("pipeline", CLASSIFIERS, ids=name)
def test_classifier(task: str, pipeline: Pipeline, same_scores: Check) -> None:
    same_scores(task, clone(pipeline))


@pytest.mark.parametrize("pipeline", REGRESSORS, ids=name)
def test_regressor(pipeline: Pipeline, same_scores: Check) -> None:
    same_scores("regression", clone(pipeline))


@pytest.mark.slow
@pytest.mark.parametrize("task", ["binary", "multiclass"])
@pytest.mark.parametrize("temperature", [None, 0.6, pytest.param(2.5, marks=pytest.mark.slow)])
def test_weighted_ensemble_with_temperature(task: str, temperature: float | None, same_scores: Check) -> None:
    members = [clone(each) for each in CLASSIFIERS[:4]]
    same_scores(task, *members, temperature=temperature)


def test_weighted_ensemble_of_regressors(same_scores: Check) -> None:
    same_scores("regression", *(clone(each) for each in REGRESSORS[:6:2]))


def test_missing_where_training_had_none(train: Any, hostile: Any, same_scores: Check) -> None:
    """LightGBM reads NaN as 0 where a node saw nothing missing; CatBoost as the smallest value."""
    gaps = hostile.assign(Größe=np.nan, flag=np.nan)
    for model in (LGBMClassifier(**LIGHTGBM), CatBoostClassifier(**CATBOOST)):
        from_numbers = ColumnTransformer([("n", "passthrough", ["Größe", "flag", "amount"])])
        composition = same_scores("binary", Pipeline([("features", from_numbers), ("model", model)]))
        assert np.isfinite(composition.scores(gaps)).all()


@pytest.mark.parametrize("mode", ["Min", "Max"])
def test_catboost_with_missing_as_an_extreme(mode: str, same_scores: Check) -> None:
    same_scores("binary", trees(CatBoostClassifier(**CATBOOST, nan_mode=mode)))


def test_thresholds_between_two_floats(train: Any) -> None:
    """Rows that lie exactly on a split, and one double away from it, without rounding to float32 first."""
    values = np.repeat([0.1, np.nextafter(0.1, 1), 0.3, np.nextafter(0.3, 0)], 100)
    frame = train[["amount"]].assign(amount=values)
    target = np.where(values > 0.2, "a", "b").astype(object)
    keep = ColumnTransformer([("n", "passthrough", ["amount"])])
    pipeline = make_pipeline(keep, LGBMClassifier(**LIGHTGBM, min_child_samples=1)).fit(frame, target)
    composition = Composition("binary", ("a", "b"), (Member("m", "trees", pipeline),))
    inputs: tuple[tuple[str, Kind], ...] = (("amount", "number"),)
    served = run_graph(compose(composition, inputs).SerializeToString(), typed_feeds(frame, inputs))
    np.testing.assert_allclose(served, composition.scores(frame), atol=1e-7)


@pytest.mark.parametrize("task", ["binary", "multiclass", "regression"])
def test_columns_that_say_nothing(task: str, train: Any, labels: Any, inputs: Any) -> None:
    """Constant and empty columns, and trees that never split."""
    frame = train.assign(amount=np.nan, flag=1.0)
    models = [LGBMRegressor, CatBoostRegressor] if task == "regression" else [LGBMClassifier, CatBoostClassifier]
    stumps = models[0](**{**LIGHTGBM, "min_child_samples": len(frame)})
    for model in (models[0](**LIGHTGBM), models[1](**CATBOOST), stumps):
        keep = ColumnTransformer([("n", "passthrough", ["flag", "amount", "Größe"])])
        pipeline = make_pipeline(keep, model).fit(frame, labels[task])
        classes = () if task == "regression" else tuple(sorted(set(labels[task])))
        composition = Composition(task, classes, (Member("m", "trees", pipeline),))
        model = compose(composition, inputs).SerializeToString()
        served = run_graph(model, typed_feeds(train, inputs))
        np.testing.assert_allclose(served, composition.scores(train), rtol=1e-6, atol=1e-6)


def test_boosting_that_was_stopped_early(train: Any, hostile: Any, labels: Any, inputs: Any) -> None:
    keep = ColumnTransformer([("n", "passthrough", NUMBERS)])
    X, y = keep.fit_transform(train), (labels["binary"] == "yes").astype(int)
    boosted = LGBMClassifier(**{**LIGHTGBM, "n_estimators": 200, "learning_rate": 0.5})
    boosted.fit(X[:300], y[:300], eval_X=X[300:], eval_y=y[300:], callbacks=[early_stopping(5, verbose=False)])
    assert boosted.best_iteration_ < 200
    composition = Composition("binary", ("no", "yes"), (Member("m", "trees", make_pipeline(keep, boosted)),))
    served = run_graph(compose(composition, inputs).SerializeToString(), typed_feeds(hostile, inputs))
    np.testing.assert_allclose(served, composition.scores(hostile), atol=1e-6)


def test_an_answer_near_zero_keeps_its_digits_though_the_mean_is_large() -> None:
    """CatBoost adds the mean to its trees: where they cancel, rounding the trees' sum first would show."""
    rows = pd.DataFrame({"amount": np.linspace(0, 1, 200)})
    target = np.where(rows["amount"] < 0.1, 0.001, 1000.0)
    model = CatBoostRegressor(iterations=300, depth=2, learning_rate=0.3, verbose=False, allow_writing_files=False)
    pipeline = Pipeline([("float32", Float32()), ("model", model)]).fit(rows, target)
    inputs = (("amount", "number"),)
    graph = compose(Composition("regression", (), (Member("m", "trees", pipeline),)), inputs).SerializeToString()
    answers = pipeline.predict(rows)
    assert np.abs(answers).min() < 0.1
    np.testing.assert_allclose(run_graph(graph, typed_feeds(rows, inputs))[:, 0], answers, rtol=1e-6, atol=0)
