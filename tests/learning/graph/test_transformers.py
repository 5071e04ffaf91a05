"""Every transformer's graph gives the transformer's own columns, on rows that are meant to break it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.impute import MissingIndicator, SimpleImputer
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    MinMaxScaler,
    OneHotEncoder,
    OrdinalEncoder,
    PowerTransformer,
    RobustScaler,
    StandardScaler,
    TargetEncoder,
)

from tenfold.learning.transformers import (
    Clip,
    DateParts,
    Float32,
    FrequencyEncoder,
    Pairs,
    TellingColumns,
    Terms,
    Topics,
    YeoJohnson,
)
from tenfold.schema import MISSING

NUMBERS, CATEGORIES = ["amount", "Größe"], ["city", "grade"]
TOKENS = {"token_pattern": "[^ ]+", "lowercase": False}


def on(columns: Any, transformer: Any) -> ColumnTransformer:
    return ColumnTransformer([("part", transformer, columns)])


@pytest.mark.parametrize(
    "transformer",
    [
        SimpleImputer(strategy="median"),
        SimpleImputer(strategy="median", add_indicator=True),
        SimpleImputer(strategy="most_frequent"),
        SimpleImputer(strategy="constant", fill_value=-1.0, add_indicator=True, keep_empty_features=True),
        MissingIndicator(),
        MissingIndicator(features="all"),
        StandardScaler(),
        StandardScaler(with_mean=False),
        StandardScaler(with_std=False),
        RobustScaler(quantile_range=(10, 90), unit_variance=True),
        RobustScaler(with_centering=False),
        MinMaxScaler(clip=True),
        MinMaxScaler((-2, 3)),
        Clip(0.01, 0.9),
        Float32(),
        make_pipeline(Clip(), PowerTransformer("yeo-johnson")),
        make_pipeline(Clip(), PowerTransformer("yeo-johnson", standardize=False)),
        make_pipeline(Clip(0.0, 1.0), SimpleImputer(strategy="median"), YeoJohnson()),
        make_pipeline(StandardScaler(), FunctionTransformer()),
    ],
    ids=str,
)
def test_number_transformer(transformer: Any, same_columns: Callable[..., None]) -> None:
    same_columns(on(NUMBERS, transformer))


@pytest.mark.parametrize(
    "transformer",
    [
        TellingColumns(1),
        make_pipeline(TellingColumns(1), SimpleImputer(strategy="median", add_indicator=True), StandardScaler()),
        make_pipeline(TellingColumns(5), "passthrough"),
    ],
    ids=str,
)
def test_columns_chosen_by_the_target(transformer: Any, labels: Any, same_columns: Callable[..., None]) -> None:
    same_columns(on(NUMBERS, transformer), labels["binary"])


@pytest.mark.parametrize("operations", [[*"+-*/"], [*"-/"], []], ids=str)
def test_pairs_of_columns(operations: list[str], train: Any, by_graph: Any, hostile: Any) -> None:
    names = [*NUMBERS, "when", "flag"]
    transformer = ColumnTransformer([("keep", "passthrough", NUMBERS), ("pairs", Pairs(rows=100), names)])
    transformer.fit(train, np.arange(len(train)) % 2)
    made = [(each, *places) for each in operations for places in ((0, 1), (1, 0), (2, 3), (3, 3), (0, 3))]
    transformer.named_transformers_["pairs"].pairs_ = made
    for rows in (train, hostile):
        expected = transformer.transform(rows)
        assert expected.shape[1] == 2 + len(made)
        np.testing.assert_array_equal(by_graph(transformer, rows), expected)


@pytest.mark.parametrize("exponent", [0.0, 1e-19, 3e-7, -2e-5, 0.4, 2.0, 2 - 1e-9, -1.5])
@pytest.mark.parametrize("method", ["box-cox", "yeo-johnson"])
def test_power_transformer_with_any_exponent(method: str, exponent: float, train: Any, by_graph: Any) -> None:
    transformer = on(["Größe"], PowerTransformer(method, standardize=False)).fit(train)
    transformer.named_transformers_["part"].lambdas_ = np.array([exponent])
    np.testing.assert_allclose(by_graph(transformer, train), transformer.transform(train), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(
    "encoder",
    [
        OneHotEncoder(handle_unknown="ignore"),
        OneHotEncoder(handle_unknown="ignore", sparse_output=False),
        OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=20),
        OneHotEncoder(handle_unknown="infrequent_if_exist", max_categories=4),
        OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=20, drop="first"),
        OneHotEncoder(handle_unknown="ignore", drop="if_binary"),
        OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1),
        OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1, min_frequency=25),
        OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=np.nan, max_categories=5),
        FrequencyEncoder(),
    ],
    ids=str,
)
@pytest.mark.filterwarnings("ignore:Found unknown categories:UserWarning")
def test_category_encoder(encoder: Any, same_columns: Callable[..., None]) -> None:
    same_columns(on(CATEGORIES, encoder))
    same_columns(on(["grade"], encoder))


@pytest.mark.parametrize("task", ["binary", "multiclass", "regression"])
def test_target_encoder(task: str, same_columns: Callable[..., None], labels: Any) -> None:
    same_columns(on(CATEGORIES, TargetEncoder()), labels[task])
    same_columns(on(["city"], TargetEncoder(smooth=3.0)), labels[task])


@pytest.mark.parametrize("cyclic", [False, True])
@pytest.mark.parametrize("parts", [["year"], ["dayofyear", "hour"], ["year", "month", "day", "weekday"]])
def test_dates(parts: list[str], cyclic: bool, same_columns: Callable[..., None]) -> None:
    same_columns(on(["when"], DateParts(parts, cyclic)))
    same_columns(on(["when", "Größe"], DateParts(parts, cyclic)))


@pytest.mark.parametrize(
    "vectorizer",
    [
        TfidfVectorizer(**TOKENS),
        TfidfVectorizer(**TOKENS, ngram_range=(1, 2)),
        TfidfVectorizer(**TOKENS, ngram_range=(2, 2)),
        TfidfVectorizer(**TOKENS, ngram_range=(1, 3), sublinear_tf=True, max_features=30),
        TfidfVectorizer(**TOKENS, binary=True, norm="l1"),
        TfidfVectorizer(**TOKENS, use_idf=False, norm=None, min_df=3),
        TfidfVectorizer(**TOKENS, ngram_range=(1, 2), vocabulary=["café", "to be", "absent"]),
        CountVectorizer(**TOKENS, ngram_range=(1, 2)),
        make_pipeline(TfidfVectorizer(**TOKENS), TruncatedSVD(3, random_state=0)),
        Terms(**TOKENS, ngram_range=(1, 2), sublinear_tf=True),
        Terms(**TOKENS, ngram_range=(1, 2), min_df=0.999),  # no term is so common
        make_pipeline(Terms(**TOKENS), Topics(3)),
        make_pipeline(Terms(**TOKENS), Topics(10_000)),
        make_pipeline(Terms(**TOKENS, min_df=0.999), Topics(3)),
    ],
    ids=str,
)
def test_texts(vectorizer: Any, same_columns: Callable[..., None]) -> None:
    same_columns(on("words", vectorizer))


def test_structure_of_any_depth(same_columns: Callable[..., None]) -> None:
    encoder = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
    inner = ColumnTransformer([("a", StandardScaler(), [0]), ("b", "passthrough", slice(1, 3))], remainder="drop")
    both = FeatureUnion([("same", "passthrough"), ("scaled", RobustScaler())], transformer_weights={"scaled": 2.0})
    parts = [
        ("numbers", Pipeline([("all", inner), ("both", both), ("none", "passthrough")]), ["Größe", "flag", "amount"]),
        ("levels", encoder, lambda frame: ["grade"]),
        ("nothing", StandardScaler(), []),
        ("gone", "drop", ["city", "words"]),
    ]
    same_columns(ColumnTransformer(parts, remainder="passthrough", transformer_weights={"levels": 0.5}))


@pytest.mark.filterwarnings("ignore:Skipping features without any observed values:UserWarning")
def test_imputer_leaves_out_what_was_never_there(train: Any, hostile: Any, by_graph: Any) -> None:
    transformer = on(NUMBERS, SimpleImputer()).fit(train.assign(amount=np.nan))
    expected = transformer.transform(hostile)
    assert expected.shape[1] == 1
    np.testing.assert_array_equal(by_graph(transformer, hostile), expected)


def test_text_imputer(train: Any, hostile: Any, by_graph: Any) -> None:
    filled = SimpleImputer(missing_values=MISSING, strategy="constant", fill_value="none given")
    encoder = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
    transformer = on(CATEGORIES, make_pipeline(filled, encoder)).fit(train)
    np.testing.assert_array_equal(by_graph(transformer, hostile), transformer.transform(hostile))
