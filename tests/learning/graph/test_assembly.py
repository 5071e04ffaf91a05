"""What surrounds the members: inputs, the order of classes, weights, what is refused."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import onnx
import pandas as pd
import pytest
from lightgbm import LGBMClassifier
from sklearn.base import BaseEstimator
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.dummy import DummyClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, OrdinalEncoder

from tenfold.learning.composition import Composition, Member
from tenfold.learning.graph import NotConvertible, compose, run_graph, typed_feeds
from tenfold.learning.graph.builder import Graph
from tenfold.schema import Kind

AMOUNT: tuple[tuple[str, Kind], ...] = (("amount", "number"),)


TOKENS = {"token_pattern": "[^ ]+", "lowercase": False}


def on(columns: Any, transformer: Any, model: Any) -> Pipeline:
    return Pipeline([("features", ColumnTransformer([("part", transformer, columns)])), ("model", model)])


def filled() -> SimpleImputer:
    return SimpleImputer(strategy="median")


def served(composition: Composition, frame: pd.DataFrame, inputs: Any) -> np.ndarray:
    return run_graph(compose(composition, inputs).SerializeToString(), typed_feeds(frame, inputs))


def test_model_is_valid_and_declares_its_inputs(train: Any, labels: Any, inputs: Any) -> None:
    pipeline = on(["amount"], filled(), LogisticRegression()).fit(train, labels["binary"])
    model = compose(Composition("binary", ("no", "yes"), (Member("m", "linear", pipeline),)), inputs)
    onnx.checker.check_model(model, full_check=True)
    assert [each.name for each in model.graph.input] == ["numbers", "categories", "texts"]
    assert [each.name for each in model.graph.output] == ["scores"]


def test_input_without_columns_is_left_out(train: Any, labels: Any) -> None:
    pipeline = on(["amount"], filled(), LogisticRegression()).fit(train[["amount"]], labels["binary"])
    model = compose(Composition("binary", ("no", "yes"), (Member("m", "linear", pipeline),)), AMOUNT)
    assert [each.name for each in model.graph.input] == ["numbers"]


def test_columns_in_another_order_than_in_training(train: Any, labels: Any, hostile: Any, inputs: Any) -> None:
    shuffled = train[["words", "grade", "Größe", "amount", "city", "flag", "when"]]
    pipeline = on(["amount", "Größe"], filled(), Ridge()).fit(shuffled, labels["regression"])
    composition = Composition("regression", (), (Member("m", "linear", pipeline),))
    trained = pipeline.predict(hostile[list(shuffled.columns)])
    np.testing.assert_allclose(served(composition, hostile, inputs)[:, 0], trained, rtol=1e-12)


def test_member_fitted_on_codes_of_classes(train: Any, labels: Any, inputs: Any) -> None:
    codes = np.unique(labels["multiclass"], return_inverse=True)[1]
    classes = tuple(sorted(set(labels["multiclass"])))
    by_code = on(["amount"], filled(), LogisticRegression()).fit(train, codes)
    by_label = on(["amount"], filled(), LogisticRegression()).fit(train, labels["multiclass"])
    composition = Composition("multiclass", classes, (Member("m", "linear", by_code),))
    np.testing.assert_allclose(composition.scores(train), by_label.predict_proba(train))
    np.testing.assert_allclose(served(composition, train, inputs), composition.scores(train), atol=1e-12)


def test_member_that_never_saw_a_class(train: Any, labels: Any, inputs: Any) -> None:
    without = labels["multiclass"] != "c"
    some = on(["amount"], filled(), LogisticRegression()).fit(train[without], labels["multiclass"][without])
    every = on(["amount"], filled(), LogisticRegression()).fit(train, labels["multiclass"])
    members = (Member("some", "linear", some, 3.0), Member("all", "linear", every, 1.0))
    composition = Composition("multiclass", ("é", "c", "b"), members, temperature=1.5)
    scores = composition.scores(train)
    np.testing.assert_allclose(scores.sum(axis=1), 1)
    np.testing.assert_allclose(served(composition, train, inputs), scores, atol=1e-12)


def test_dummy_needs_nothing_of_what_stands_before_it(train: Any, labels: Any, inputs: Any) -> None:
    pipeline = on(["city"], OneHotEncoder(handle_unknown="ignore"), DummyClassifier()).fit(train, labels["binary"])
    composition = Composition("binary", ("no", "yes"), (Member("m", "none", pipeline),))
    assert len(compose(composition, inputs).graph.node) <= 10
    np.testing.assert_array_equal(served(composition, train, inputs), composition.scores(train))


def test_equal_nodes_and_constants_are_built_once() -> None:
    graph = Graph()
    first = graph.node("Add", "x", graph.constant(np.array([1.0])))
    assert graph.node("Add", "x", graph.constant(np.array([1.0]))) == first
    assert graph.node("Add", "x", graph.constant(np.array([1]))) != first


class Mine(BaseEstimator):
    """Somebody's own estimator."""

    def fit(self, X: Any, y: Any) -> Mine:
        self.classes_ = np.unique(y)
        return self

    def predict_proba(self, X: Any) -> Any:
        return np.full((len(X), 2), 0.5)


@pytest.mark.parametrize(
    ("pipeline", "why"),
    [
        (on(["amount"], filled(), Mine()), "no converter"),
        (on(["amount"], filled(), KNeighborsClassifier()), "no converter"),
        (on(["amount"], make_pipeline(filled(), FunctionTransformer(np.abs)), LogisticRegression()), "Python function"),
        (on(["grade"], OneHotEncoder(), LogisticRegression()), "must not be an error"),
        (on(["grade"], OrdinalEncoder(), LogisticRegression()), "have to be encoded"),
        (on("words", TfidfVectorizer(), LogisticRegression()), "token pattern"),
        (on("words", TfidfVectorizer(token_pattern="[^ ]+"), LogisticRegression()), "fold case"),
        (on("words", TfidfVectorizer(analyzer="char", lowercase=False), LogisticRegression()), "token pattern"),
        (on(["amount"], "passthrough", LGBMClassifier(n_estimators=2, verbose=-1, linear_tree=True)), "linear trees"),
        (on(["amount"], "passthrough", LGBMClassifier(n_estimators=2, verbose=-1, zero_as_missing=True)), "zero"),
        (on(["amount"], "passthrough", LGBMClassifier(n_estimators=2, verbose=-1, objective="multiclassova")), "ova"),
        (on(["flag"], OneHotEncoder(handle_unknown="ignore"), LogisticRegression()), "only text"),
        (
            on(
                "words",
                TfidfVectorizer(token_pattern="[^ ]+", lowercase=False, vocabulary=["to be"]),
                LogisticRegression(),
            ),
            "never",
        ),
        (on(["amount"], filled(), DummyClassifier(strategy="uniform")), "prior"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_refused_with_a_reason(pipeline: Pipeline, why: str, train: Any, labels: Any, inputs: Any) -> None:
    task = "multiclass" if why == "ova" else "binary"
    pipeline.fit(train, labels[task])
    classes = tuple(sorted(set(labels[task])))
    with pytest.raises(NotConvertible, match=why) as refusal:
        compose(Composition(task, classes, (Member("m", "any", pipeline),)), inputs)
    assert str(pickle.loads(pickle.dumps(refusal.value))) == str(refusal.value)


def test_transformed_target_with_a_function_of_its_own_is_refused(train: Any, labels: Any, inputs: Any) -> None:
    model = TransformedTargetRegressor(Ridge(), func=np.sqrt, inverse_func=np.square)
    pipeline = on(["amount"], filled(), model).fit(train, labels["regression"])
    with pytest.raises(NotConvertible, match="inverse"):
        compose(Composition("regression", (), (Member("m", "any", pipeline),)), inputs)
