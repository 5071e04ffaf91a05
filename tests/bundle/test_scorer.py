"""A loaded bundle answers, and its answers are what the graph and the decision say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenfold.bundle import Decision, Scorer
from tenfold.bundle.load import load
from tenfold.core.errors import Fault
from tenfold.schema import feeds

RECORDS = [
    {"id": "a", "age": 40, "fee": "$1,200", "job": "nurse", "note": "Très bien!"},
    {"id": "b", "age": "30", "fee": None, "job": "diver"},
    {"age": 90, "job": "clerk", "unknown": 1},
]


def value(age: float, fee: float, job: float, note: float) -> float:
    return 0.05 * age - 0.01 * fee + job + note


def sigmoid(x: float) -> float:
    return float(1 / (1 + np.exp(-x)))


def test_scores_are_what_the_graph_computes(bundle: Path) -> None:
    expected = [value(40, 1200, 0.2, 0.5), value(30, 0, 0, 0), value(90, 0, 0.1, 0)]
    scores = load(bundle).scores(RECORDS)
    np.testing.assert_allclose(scores[:, 1], [sigmoid(each) for each in expected], atol=1e-7)
    np.testing.assert_allclose(scores.sum(axis=1), 1)


def test_answers_carry_ids_labels_probabilities_and_warnings(bundle: Path) -> None:
    answers = load(bundle).predict(RECORDS)
    assert list(answers.ids) == ["a", "b", None]
    assert answers.predictions == ["No", "Yes", "Yes"]
    assert answers.probabilities is not None
    assert answers.probabilities.shape == (3, 2)
    fields = [[(each.field, each.code) for each in row] for row in answers.warnings]
    assert fields[0] == []
    assert ("job", "TF-CLEAN-103") in fields[1]
    assert ("unknown", "TF-CLEAN-104") in fields[2]
    assert answers.problems == ()


def test_bad_fields_are_all_named_and_nothing_is_answered(bundle: Path) -> None:
    answers = load(bundle).predict([{"age": "old"}, {"age": 3, "fee": "much"}, {}])
    assert [(each.row, each.field) for each in answers.problems] == [(0, "age"), (1, "fee"), (2, "age")]
    assert len(answers) == 0


def test_regression_answers_values_without_probabilities(build: Callable[..., Path]) -> None:
    answers = load(build(decision=Decision("regression", metric="rmse"))).predict(RECORDS[:1])
    assert answers.predictions == pytest.approx([value(40, 1200, 0.2, 0.5)])
    assert answers.probabilities is None


def test_columns_and_records_are_answered_alike(bundle: Path) -> None:
    scorer = load(bundle)
    by_record = scorer.predict([{"age": 1, "job": "nurse"}, {"age": 2, "job": "clerk"}])
    by_column = scorer.predict_columns({"job": ["nurse", "clerk"], "age": [1, 2]})
    np.testing.assert_array_equal(by_record.probabilities, by_column.probabilities)


def test_no_records_give_no_answers(bundle: Path) -> None:
    answers = load(bundle).predict([])
    assert (len(answers), list(answers.ids)) == (0, [])


def test_many_rows_are_answered_in_blocks_as_one_by_one(bundle: Path) -> None:
    scorer = load(bundle)
    records = [{"age": age % 97, "job": "nurse"} for age in range(9000)]
    scores = scorer.scores(records)
    assert scores.shape == (9000, 2)
    edges = [0, 4095, 4096, 8999]
    np.testing.assert_array_equal(scores[edges], [scorer.scores([records[edge]])[0] for edge in edges])


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Scorer]:
    return {}


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.fixed_dictionaries(
            {"age": st.floats(allow_nan=False, allow_infinity=False, width=32)},
            optional={"job": st.text(max_size=5), "note": st.text(max_size=5), "fee": st.integers()},
        ),
        min_size=1,
        max_size=5,
    )
)
def test_the_plan_of_the_graph_is_the_contract_of_feeds(bundle: Path, kept: dict[str, Scorer], records: list) -> None:
    scorer = kept.setdefault("it", load(bundle) if not kept else None)
    columns = scorer.reader.read(records).columns
    direct = scorer.model.session.run(("scores",), feeds(columns, scorer.schema))[0]
    np.testing.assert_array_equal(scorer.model(columns), direct)


def test_a_score_that_is_no_number_is_our_fault_not_an_answer(build: Callable[..., Path]) -> None:
    scorer = load(build(decision=Decision("regression")))
    with pytest.raises(Fault, match="TF-BUNDLE-020"):
        scorer.run({**scorer.reader.read([{"age": 1}]).columns, "age": np.array([np.inf]), "fee": np.array([np.inf])})


def test_a_record_too_extreme_for_the_model_is_a_problem_of_its_row(build: Callable[..., Path]) -> None:
    folder = build(decision=Decision("regression"), weights=(1e300, 1e300))
    answers = load(folder).predict([{"age": 1}, {"age": 1e300}])
    assert [(each.row, each.field, each.code) for each in answers.problems] == [(1, "", "TF-BUNDLE-020")]
    assert len(answers) == 0
