"""The proof on real tables, read as they stand in their files."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from catboost import CatBoostClassifier, CatBoostRegressor
from lightgbm import LGBMClassifier, LGBMRegressor
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler, TargetEncoder

from tenfold.learning.composition import Composition, Member
from tenfold.learning.graph import compose
from tenfold.learning.graph.running import session
from tenfold.learning.proof import prove
from tenfold.learning.transformers import Clip, Float32
from tenfold.schema import Column, Kind, Reader, Schema, feeds
from tenfold.tables.examples import frame_of

ROWS = 1500
NUMBERS: dict[str, tuple[str, str, str]] = {
    "telco_churn": ("Telco-Customer-Churn.csv", "Churn", "tenure MonthlyCharges TotalCharges"),
    "titanic": ("train.csv", "Survived", "Age SibSp Parch Fare"),
    "california_housing": (
        "housing.csv", "median_house_value",
        "longitude latitude housing_median_age total_rooms total_bedrooms population households median_income",
    ),
}  # fmt: skip


def records_of(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return [{name: value or None for name, value in row.items()} for row in csv.DictReader(stream)][:ROWS]


def schema_of(records: list[dict[str, Any]], target: str, numbers: list[str]) -> Schema:
    def kind(name: str) -> Kind:
        return "number" if name in numbers else "text" if name == "Name" else "category"

    role = {target: "target", "customerID": "key", "PassengerId": "key"}
    return Schema(tuple(Column(n, kind(n), role.get(n, "feature"), optional=True) for n in records[0]))  # type: ignore[arg-type]


def pipelines(schema: Schema, regression: bool) -> list[Pipeline]:
    by_kind = {kind: [n for n, k in schema.inputs if k == kind] for kind in ("number", "category", "text")}
    scaled = make_pipeline(Clip(), SimpleImputer(strategy="median", add_indicator=True), StandardScaler())
    one_hot = OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=10)
    words = [
        ("t", TfidfVectorizer(token_pattern="[^ ]+", lowercase=False, ngram_range=(1, 2)), n) for n in by_kind["text"]
    ]
    ordinal = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
    linear = ColumnTransformer([("n", scaled, by_kind["number"]), ("c", one_hot, by_kind["category"]), *words])
    trees = ColumnTransformer(
        [("n", "passthrough", by_kind["number"]), ("c", ordinal, by_kind["category"]),
         ("e", TargetEncoder(target_type="continuous" if regression else "binary"), by_kind["category"])]
    )  # fmt: skip
    quiet = {"verbose": 0, "allow_writing_files": False, "thread_count": 1, "iterations": 100}
    boosted = {"n_estimators": 100, "verbose": -1, "n_jobs": 1}
    models = (
        [Ridge(), LGBMRegressor(**boosted), CatBoostRegressor(**quiet), ExtraTreesRegressor(30, random_state=0)]
        if regression
        else [
            LogisticRegression(max_iter=1000),
            LGBMClassifier(**boosted),
            CatBoostClassifier(**quiet),
            ExtraTreesClassifier(30, random_state=0),
        ]
    )
    return [
        make_pipeline(linear, models[0]),
        *(make_pipeline(trees, SimpleImputer(), Float32(), model) for model in models[1:]),
    ]


@pytest.mark.data
@pytest.mark.parametrize("name", NUMBERS)
def test_real_table_is_proven_from_raw_records(name: str, data_sets: Path) -> None:
    file, target, numbers = NUMBERS[name]
    records = records_of(data_sets / name / file)
    schema = schema_of(records, target, numbers.split())
    reader, regression = Reader(schema), name == "california_housing"
    frame = frame_of(reader.read(records).columns, schema.inputs)
    labels = np.array([r[target] for r in records], dtype=object)
    answer = labels.astype(float) if regression else labels
    fitted = [pipeline.fit(frame, answer) for pipeline in pipelines(schema, regression)]
    members = tuple(Member(f"m{i}", "any", pipeline, i + 1.0) for i, pipeline in enumerate(fitted))
    classes = () if regression else tuple(sorted(set(labels)))
    composition = Composition("regression" if regression else "binary", classes, members, None if regression else 1.3)
    running = session(compose(composition, schema.inputs).SerializeToString())
    proof = prove(
        composition, schema, lambda rows: running.run(None, feeds(reader.read(rows).columns, schema))[0], records
    )
    assert proof.problems == ()
    assert proof.cases > len(records) + 200
    assert proof.largest_difference < 1e-6
