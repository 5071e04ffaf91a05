"""The proof passes what is the same, and refuses what is not, from raw records as well as on typed rows."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from tenfold.learning.composition import Composition, Member
from tenfold.learning.graph import compose
from tenfold.learning.graph.running import session
from tenfold.learning.hostile import EXTREMES, UNSEEN, hostile_groups, largest_group
from tenfold.learning.hostile_frames import altered_frames
from tenfold.learning.proof import differences, prove, prove_member
from tenfold.learning.transformers import Clip, DateParts
from tenfold.schema import Column, Created, Reader, Rule, Schema, feeds
from tenfold.tables.examples import frame_of

SCHEMA = Schema(
    (
        Column("id", "text", "key"),
        Column("total", "number", rule=Rule(missing=("?",), affixes=("$",), thousands=","), optional=True),
        Column("months", "number"),
        Column("since", "date", rule=Rule(formats=("%d/%m/%Y",)), optional=True),
        Column("city", "category", optional=True),
        Column("note", "text", optional=True),
        Column("left", "category", "target"),
    ),
    (Created("monthly", "total / (months + 1)"),),
)

Served = Callable[[list[dict[str, Any]]], np.ndarray]


def raw(count: int) -> list[dict[str, Any]]:
    """Records as they stand in a file."""
    draw = np.random.default_rng(5)
    return [
        {
            "id": str(i),
            "total": draw.choice(["$1,200", "?", "35", " 7.5 ", "$90,000"]),
            "months": int(draw.integers(0, 60)),
            "since": draw.choice(["03/05/2024", "29/02/2000", None]),
            "city": draw.choice(["Zürich", "東京", "Lyon", None]),
            "note": draw.choice(["Très bon!", "slow… and café", "", "good good"]),
            "left": "yes" if draw.random() < 0.4 else "no",
        }
        for i in range(count)
    ]


def features() -> ColumnTransformer:
    numbers = make_pipeline(Clip(), SimpleImputer(add_indicator=True), StandardScaler())
    words = TfidfVectorizer(token_pattern="[^ ]+", lowercase=False)
    dates = make_pipeline(DateParts(), SimpleImputer(), StandardScaler())
    one_hot = OneHotEncoder(handle_unknown="ignore")
    return ColumnTransformer(
        [("n", numbers, ["months", "total", "monthly"]), ("d", dates, ["since"]), ("c", one_hot, ["city"]),
         ("t", words, "note")]
    )  # fmt: skip


@pytest.fixture(scope="module")
def records() -> list[dict[str, Any]]:
    return raw(200)


@pytest.fixture(scope="module")
def frame(records: list[dict[str, Any]]) -> pd.DataFrame:
    return frame_of(Reader(SCHEMA).read(records).columns, SCHEMA.inputs)


@pytest.fixture(scope="module")
def composition(records: list[dict[str, Any]], frame: pd.DataFrame) -> Composition:
    labels = np.array([record["left"] for record in records], dtype=object)
    pipeline = Pipeline([("features", features()), ("model", LogisticRegression())]).fit(frame, labels)
    member = Member("logistic", "linear", pipeline)
    return Composition("binary", ("no", "yes"), (member,), temperature=1.2, threshold=0.4, positive="yes")


@pytest.fixture(scope="module")
def served(composition: Composition) -> Served:
    running = session(compose(composition, SCHEMA.inputs).SerializeToString())
    reader = Reader(SCHEMA)
    return lambda rows: running.run(None, feeds(reader.read(rows).columns, SCHEMA))[0]


class TestHostileRecords:
    def test_are_the_same_every_time(self, records: list[dict[str, Any]]) -> None:
        assert repr(hostile_groups(SCHEMA, records)) == repr(hostile_groups(SCHEMA, records))

    def test_are_all_accepted_by_the_reading(self, records: list[dict[str, Any]]) -> None:
        for group in hostile_groups(SCHEMA, records).values():
            assert all(Reader(SCHEMA).read(group.records).usable)

    def test_of_every_kind(self, records: list[dict[str, Any]]) -> None:
        groups = hostile_groups(SCHEMA, records)
        assert set(groups) == {
            "nulls", "unseen levels", "accents and signs", "blank text", "extreme numbers", "another type",
            "odd texts", "odd dates",
        }  # fmt: skip
        assert any(
            record["months"] == "1e+30" or record["months"] == 1e30 for record in groups["extreme numbers"].records
        )
        assert all(record["months"] is not None for record in groups["nulls"].records)

    def test_start_from_what_the_reading_accepts(self, records: list[dict[str, Any]]) -> None:
        blank = hostile_groups(SCHEMA, records)["blank text"]
        assert any(each["total"] == each["city"] == each["note"] == "" for each in blank.records)  # months is required
        assert (blank.columns, blank.together) == (4, 1)

    def test_of_a_wide_table_are_few_and_reach_every_column(self) -> None:
        columns = tuple(Column(f"c{place}", "number", optional=True) for place in range(1200))
        record = {column.name: 1.5 for column in columns}
        for name, group in hostile_groups(Schema(columns), [record]).items():
            assert len(group.records) <= largest_group(1200) == 83, name
            assert (group.columns, 1 < group.together < 20) == (1200, True), name
        apart = [r for r in hostile_groups(Schema(columns), [record])["nulls"].records if 1.5 in r.values()]
        assert {name for each in apart for name, value in each.items() if value != 1.5} == record.keys()

    def test_of_no_record_is_none(self) -> None:
        assert hostile_groups(SCHEMA, []) == {}


class TestHostileFrames:
    def test_of_a_wide_table_are_few_and_reach_every_column(self) -> None:
        names = [f"c{place}" for place in range(1200)]
        frame = pd.DataFrame({name: [0.5, np.nan] if name == "c7" else [0.5, 0.5] for name in names})
        groups = altered_frames(frame, [(name, "number") for name in names])
        assert len(groups["odd values"]) == len(EXTREMES) + largest_group(1200)
        assert groups["odd values"][len(EXTREMES) :].isin(EXTREMES).any().all()
        assert groups["missing"].isna().any().sum() == 1

    def test_change_one_column_at_a_time(self) -> None:
        frame = pd.DataFrame({"a": [0.5, 1.5], "b": ["x", "y"]}).astype({"b": object})
        odd = altered_frames(frame, [("a", "number"), ("b", "category")])["odd values"]
        alone = odd.iloc[-2:]
        assert alone["a"].iloc[0] == EXTREMES[0]
        assert alone["a"].iloc[1] in (0.5, 1.5)
        assert alone["b"].iloc[0] in ("x", "y")
        assert alone["b"].iloc[1] == UNSEEN[0]


class TestProof:
    def test_passes_a_faithful_graph(self, composition: Composition, served: Served, records: Any) -> None:
        proof = prove(composition, SCHEMA, served, records)
        assert proof.problems == ()
        assert proof.passed
        assert proof.cases > len(records) + 100
        assert proof.largest_difference < 1e-9
        assert json.loads(json.dumps(proof.to_dict(), allow_nan=False))["passed"] is True

    def test_refuses_other_scores(self, composition: Composition, served: Served, records: Any) -> None:
        proof = prove(composition, SCHEMA, lambda rows: served(rows) + np.array([-2e-5, 2e-5]), records)
        assert not proof.passed
        assert proof.largest_difference == pytest.approx(2e-5, rel=1e-3)
        assert "as given: answers differ by up to 2e-05" in proof.problems

    def test_counts_changed_decisions(self, composition: Composition, served: Served, records: Any) -> None:
        proof = prove(composition, SCHEMA, lambda rows: served(rows)[:, ::-1], records)
        assert proof.changed_decisions > 0

    def test_refuses_what_leans_on_its_neighbours(self, composition: Composition, served: Served, records: Any) -> None:
        alone = lambda rows: served(rows) if len(rows) > 1 else served(rows) * [[1.1, 0.9]]  # noqa: E731
        assert not prove(composition, SCHEMA, alone, records).passed

    def test_refuses_an_answer_that_is_no_number(self, composition: Composition, served: Served, records: Any) -> None:
        proof = prove(composition, SCHEMA, lambda rows: served(rows) * np.nan, records)
        assert not proof.passed
        assert proof.to_dict()["largest_difference"] is None

    def test_refuses_too_few_answers(self, composition: Composition, served: Served, records: Any) -> None:
        assert not prove(composition, SCHEMA, lambda rows: served(rows)[:1], records).passed

    def test_tells_what_was_raised(self, composition: Composition, records: Any) -> None:
        def broken(rows: list[dict[str, Any]]) -> np.ndarray:
            raise RuntimeError("out of order")

        assert "as given: RuntimeError: out of order" in prove(composition, SCHEMA, broken, records).problems

    def test_refuses_without_a_single_row(self, composition: Composition, served: Served) -> None:
        assert prove(composition, SCHEMA, served, []).problems == ("no rows to compare",)

    def test_survives_a_threshold_that_lies_on_scores(self, composition: Composition, served: Served, records: Any):
        edge = float(served(records[:1])[0, 1])
        on_edge = replace(composition, threshold=edge)
        proof = prove(on_edge, SCHEMA, lambda rows: served(rows) + np.array([1e-12, -1e-12]), records)
        assert proof.changed_decisions == 0
        assert proof.passed


class TestMember:
    def test_passes(self, composition: Composition, frame: pd.DataFrame) -> None:
        proof = prove_member(composition.members[0], SCHEMA.inputs, frame)
        assert proof.problems == ()
        assert {group.name for group in proof.groups} >= {"as given", "odd values", "missing", "one row", "texts empty"}

    def test_of_a_regressor(self, frame: pd.DataFrame) -> None:
        pipeline = Pipeline([("features", features()), ("model", Ridge())]).fit(frame, frame["months"] * 2.0 + 1)
        assert prove_member(Member("ridge", "linear", pipeline), SCHEMA.inputs, frame).passed

    def test_of_one_fitted_on_codes(self, frame: pd.DataFrame) -> None:
        codes = np.arange(len(frame)) % 3
        pipeline = Pipeline([("features", features()), ("model", LogisticRegression(max_iter=1000))]).fit(frame, codes)
        assert prove_member(Member("logistic", "linear", pipeline), SCHEMA.inputs, frame).passed

    def test_says_what_has_no_graph(self, frame: pd.DataFrame) -> None:
        pipeline = Pipeline([("features", features()), ("model", KNeighborsClassifier())])
        pipeline.fit(frame, np.arange(len(frame)) % 2)
        proof = prove_member(Member("neighbours", "mine", pipeline), SCHEMA.inputs, frame)
        assert proof.problems == ("KNeighborsClassifier: there is no converter for this type",)

    def test_refuses_a_pipeline_that_breaks_on_what_the_reading_accepts(self, frame: pd.DataFrame) -> None:
        raw_numbers = ColumnTransformer([("n", "passthrough", ["months"])])
        pipeline = Pipeline([("features", raw_numbers), ("model", RandomForestClassifier(3))])
        pipeline.fit(frame, np.arange(len(frame)) % 2)
        proof = prove_member(Member("forest", "trees", pipeline), SCHEMA.inputs, frame)
        assert any("too large for dtype" in problem for problem in proof.problems)


def test_differences_are_relative_to_size_but_never_to_nothing() -> None:
    trained, near = np.array([[100.0], [0.0], [np.inf]]), np.array([[100.001], [1e-9], [np.inf]])
    apart = differences(trained, near, relative=True).ravel()
    assert apart.tolist() == pytest.approx([1e-5, 1e-8, 0.0], rel=1e-3)
