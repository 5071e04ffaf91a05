"""Step 9: the evidence is right, the gates decide, and the same seed gives the same result."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tenfold.bundle import Decision
from tenfold.bundle.coverage import IntervalRule
from tenfold.core.chapter import Facts, Grid
from tenfold.core.clock import Deadline
from tenfold.core.result import Context
from tenfold.learning.conformal import calibrate
from tenfold.metrics import METRICS
from tenfold.schema import MISSING
from tenfold.statistics.values import Interval
from tenfold.steps.problem.config import Problem
from tenfold.steps.problem.result import Specification
from tenfold.steps.validation.config import Validation
from tenfold.steps.validation.inputs import ValidationInputs
from tenfold.steps.validation.result import CoverageEvidence, Validated
from tenfold.steps.validation.step import run

CLASSES = ("no", "yes")
QUICK = Validation(resamples=200)


@dataclass(frozen=True)
class Rows:
    """What validation reads of `tables.examples.Examples`."""

    features: pd.DataFrame
    target: Any
    groups: Any = None
    folds: Any = None
    weights: Any = ()


def logistic(features: pd.DataFrame) -> Any:
    """Knows `x` only, so it is wrong where `kind` is "odd", for there the truth is the other way round."""
    probability = 1 / (1 + np.exp(-2 * features["x"].to_numpy()))
    return np.column_stack([1 - probability, probability])


def churn(rows: int = 1500, seed: int = 0) -> Rows:
    random = np.random.default_rng(seed)
    x = random.normal(size=rows)
    kind = random.choice(["even", "plain", "odd", MISSING], rows, p=[0.45, 0.35, 0.15, 0.05]).astype(object)
    sign = np.where(kind == "odd", -1, 1)
    yes = random.random(rows) < 1 / (1 + np.exp(-2 * sign * x))
    frame = pd.DataFrame({"x": x, "kind": kind, "noise": random.normal(size=rows)})
    return Rows(frame, np.where(yes, "yes", "no").astype(object))


def problem(**fields: Any) -> Specification:
    return Specification(Problem.model_validate({"target": "y", **fields}))


def inputs(rows: Rows | None = None, accepted: Mapping[str, str] | None = None, **fields: Any) -> ValidationInputs:
    rows = rows or churn()
    dummy = np.tile([0.5, 0.5], (len(rows.target), 1))
    return ValidationInputs(
        problem(**fields), "binary", CLASSES, "yes", 0.5, logistic, dummy,
        test=rows, accepted=accepted or {},  # type: ignore[arg-type]
    )  # fmt: skip


@pytest.fixture
def context(tmp_path: Path) -> Context:
    return Context("validation", tmp_path, tmp_path, seed=1)


def test_metrics_are_the_metrics_and_beat_the_dummy(context: Context) -> None:
    rows = churn()
    found = run(QUICK, inputs(rows), context).value
    for name, evidence in found.metrics.items():
        expected = METRICS[name].score(rows.target, logistic(rows.features), CLASSES, "yes", 0.5)
        assert evidence.value == pytest.approx(expected)
        assert evidence.interval.low < evidence.value < evidence.interval.high
    assert found.metric == "roc_auc"
    assert found.metrics["roc_auc"].baseline == pytest.approx(0.5)
    assert found.metrics["roc_auc"].difference.low > 0.1
    assert found.sealed


def test_gates_decide_and_are_accepted_only_by_name(context: Context) -> None:
    success = {"roc_auc": {"min": 0.6}, "log_loss": {"max": 0.01}, "latency_p99_ms": {"max": 10}}
    outcomes = run(QUICK, inputs(success=success), context).value
    assert [(each.name, each.status) for each in outcomes.gates] == [
        ("roc_auc", "passed"), ("log_loss", "failed"), ("latency_p99_ms", "pending"),
    ]  # fmt: skip
    assert outcomes.verdict == "failed"
    accepted = run(QUICK, inputs(success=success, accepted={"log_loss": "a pilot"}), context).value
    assert accepted.verdict == "accepted"
    assert accepted.gates[1].reason == "a pilot"


def test_no_gate_is_no_gate_passed(context: Context) -> None:
    result = run(QUICK, inputs(), context)
    assert result.value.verdict == result.value.with_measured({}, {}).verdict == "none"
    facts = next(block for block in result.chapter.blocks if isinstance(block, Facts))
    assert dict(facts.items)["verdict"] == "no gates were set"


def test_pending_gates_are_decided_once_measured(context: Context) -> None:
    found = run(QUICK, inputs(success={"bundle_mb": {"max": 5}}), context).value
    assert found.verdict == "passed"
    assert found.with_measured({"bundle_mb": 3.0}, {}).gates[0].status == "passed"
    too_big = found.with_measured({"bundle_mb": 9.0}, {})
    assert (too_big.verdict, too_big.failed[0].value) == ("failed", 9.0)
    assert found.with_measured({"bundle_mb": 9.0}, {"bundle_mb": "for now"}).verdict == "accepted"


def test_a_metric_of_another_task_fails_its_gate_with_the_reason(context: Context) -> None:
    outcome = run(QUICK, inputs(success={"rmse": {"max": 5}}), context).value.gates[0]
    assert (outcome.status, outcome.reason) == ("failed", "it is no metric of a binary problem")


def test_the_slice_where_the_model_is_wrong_is_found(context: Context) -> None:
    result = run(QUICK, inputs(), context)
    worst = result.value.slices[0]
    assert (worst.column, worst.value, worst.worse) == ("kind", "odd", True)
    assert worst.interval.value < 0.5 < worst.elsewhere
    assert [(each.column, each.value) for each in result.value.slices if each.worse] == [("kind", "odd")]
    assert any(each.code == "TF-VALID-104" for each in result.chapter.findings)


@pytest.mark.slow
def test_a_model_that_is_equally_good_everywhere_has_no_worse_slice(context: Context) -> None:
    rows = churn(2000)
    alarms = 0
    for seed in range(10):
        random = np.random.default_rng(seed)
        yes = random.random(2000) < logistic(rows.features)[:, 1]
        honest = Rows(
            rows.features.drop(columns="x").assign(x=rows.features["x"], more=random.integers(0, 8, 2000).astype(str)),
            np.where(yes, "yes", "no").astype(object),
        )
        found = run(Validation(resamples=100, importance_repeats=0, slices_shown=3), inputs(honest), context).value
        alarms += sum(each.worse for each in found.slices if each.column != "x")
    assert alarms <= 1


def test_importance_is_of_the_column_that_the_model_uses(context: Context) -> None:
    found = {each.column: each.loss for each in run(QUICK, inputs(), context).value.importance}
    assert found["x"] > 0.1
    assert found["kind"] == found["noise"] == 0
    late = replace(context, deadline=Deadline(0.0, clock=lambda: 1.0))
    assert run(QUICK, inputs(), late).value.importance == ()


def test_unfair_decisions_are_measured_and_gated(context: Context) -> None:
    fairness = {"sensitive": ["kind"], "equal_opportunity_difference": {"max": 0.1}}
    rows = churn()
    found = run(QUICK, inputs(rows, fairness=fairness), context).value
    by_group = {each.group: each for each in found.fairness[0].groups}
    odd = (rows.features["kind"] == "odd").to_numpy() & (rows.target == "yes")
    decided = logistic(rows.features)[:, 1] >= 0.5
    assert by_group["odd"].true_positive_rate == pytest.approx(decided[odd].mean())
    assert set(by_group) == {"even", "plain", "odd", "missing"}
    assert found.gates[0].value > 0.3
    assert found.verdict == "failed"


def test_a_sensitive_column_that_is_not_there_fails_its_gate(context: Context) -> None:
    fairness = {"sensitive": ["gender"], "demographic_parity_difference": {"max": 0.1}}
    result = run(QUICK, inputs(fairness=fairness), context)
    assert result.value.verdict == "failed"
    assert "TF-VALID-108" in [each.code for each in result.chapter.findings]
    given = replace(inputs(fairness=fairness), groups={"gender": np.tile(["f", "m", "m"], 500)})
    assert run(QUICK, given, context).value.verdict == "passed"


def test_a_small_group_takes_no_part(context: Context) -> None:
    fairness = {"sensitive": ["gender"], "demographic_parity_difference": {"max": 0.2}}
    gender = np.array(["f"] * 740 + ["m"] * 740 + ["x"] * 20)
    given = replace(inputs(fairness=fairness), groups={"gender": gender})
    result = run(QUICK, given, context)
    assert [each.judged for each in result.value.fairness[0].groups] == [True, True, False]
    assert "TF-VALID-105" in [each.code for each in result.chapter.findings]


def test_a_useless_model_is_called_so(context: Context) -> None:
    rows = churn()
    guess = np.random.default_rng(0).random(1500)
    useless = replace(inputs(rows), composition_scores=lambda frame: np.column_stack([1 - guess, guess])[: len(frame)])
    assert "TF-VALID-103" in [each.code for each in run(QUICK, useless, context).chapter.findings]


def test_without_a_seal_out_of_fold_answers_are_judged(context: Context) -> None:
    rows = churn()
    given = replace(
        inputs(), test=None, out_of_fold=(rows.target, logistic(rows.features)), development=rows,  # type: ignore[arg-type]
    )  # fmt: skip
    result = run(QUICK, given, context)
    assert not result.value.sealed
    assert "TF-VALID-107" in [each.code for each in result.chapter.findings]
    assert result.value.slices
    bare = run(QUICK, replace(given, development=None), context).value
    assert (bare.slices, bare.importance) == ((), ())
    assert bare.metrics == result.value.metrics


def test_rows_of_a_group_widen_the_intervals(context: Context) -> None:
    rows = churn(300)
    copies = np.repeat(np.arange(300), 5)
    repeated = Rows(rows.features.iloc[copies].reset_index(drop=True), rows.target[copies], copies.astype(str))
    widths = [
        (found := run(QUICK, inputs(each), context).value.metrics["roc_auc"].interval).high - found.low
        for each in (replace(repeated, groups=None), repeated)
    ]
    assert widths[1] > 1.7 * widths[0]


def test_multiclass_and_regression_are_judged_too(context: Context) -> None:
    random = np.random.default_rng(3)
    frame = pd.DataFrame({"x": random.normal(size=600)})
    scores = np.exp(np.column_stack([frame["x"], -frame["x"], np.zeros(600)]))
    scores /= scores.sum(axis=1, keepdims=True)
    labels = np.array(["a", "b", "c"], dtype=object)
    target = labels[[random.choice(3, p=row) for row in scores]]
    many = replace(
        inputs(Rows(frame, target)), task="multiclass", classes=("a", "b", "c"), positive=None, threshold=None,
        composition_scores=lambda features: scores[: len(features)], baseline_scores=np.full((600, 3), 1 / 3),
    )  # fmt: skip
    found = run(QUICK, many, context).value
    assert found.metric == "log_loss"
    assert set(found.classification.roc) == {"a", "b", "c"}  # type: ignore[union-attr]
    assert found.classification.calibration_error < 0.08  # type: ignore[union-attr]

    numbers = Rows(frame, 3 * frame["x"].to_numpy() + random.normal(size=600))
    values = replace(
        inputs(numbers), task="regression", classes=(), positive=None, threshold=None,
        composition_scores=lambda features: 3 * features[["x"]].to_numpy(), baseline_scores=np.zeros((600, 1)),
    )  # fmt: skip
    found = run(QUICK, values, context).value
    assert found.metrics["rmse"].value == pytest.approx(1, abs=0.1)
    assert found.classification is None
    assert abs(found.residuals.quantiles[2]) < 0.2  # type: ignore[union-attr]


def test_the_same_seed_gives_the_same_evidence_and_it_survives_the_disk(context: Context, tmp_path: Path) -> None:
    given = inputs(success={"roc_auc": {"min": 0.6}, "bundle_mb": {"max": 9}}, fairness={"sensitive": ["kind"]})
    given = replace(given, decision=promised())
    first, second = run(QUICK, given, context), run(QUICK, given, context)
    first.value.save(tmp_path)
    text = (tmp_path / "validated.json").read_text()
    second.value.save(tmp_path)
    assert (tmp_path / "validated.json").read_text() == text
    loaded = Validated.load(tmp_path)
    loaded.save(tmp_path)
    assert (tmp_path / "validated.json").read_text() == text
    assert loaded.verdict == first.value.verdict
    assert first.chapter == second.chapter
    json.dumps(first.chapter.to_dict(), allow_nan=False)


def test_neither_test_rows_nor_answers_is_our_own_mistake(context: Context) -> None:
    with pytest.raises(ValueError, match="test rows or out-of-fold"):
        run(QUICK, replace(inputs(), test=None), context)


@pytest.mark.slow
def test_short_of_time_every_column_is_shuffled_on_fewer_rows(context: Context) -> None:
    evidence = inputs()

    def slow(features: Any) -> Any:
        time.sleep(len(features) / 2000)
        return evidence.composition_scores(features)

    short = replace(context, deadline=Deadline.after(4.0))
    config = Validation(resamples=100, importance_repeats=5, importance_rows=4000)
    found = run(config, replace(evidence, composition_scores=slow), short).value
    assert {each.column for each in found.importance} == {"x", "kind", "noise"}
    assert found.columns == 3


def test_an_out_of_fold_score_beyond_the_sealed_interval_is_spoken_of(context: Context) -> None:
    def codes(expected: float) -> list[str]:
        result = run(QUICK, replace(inputs(), expected=expected), context)
        return [f"{each.code} {each.severity}" for each in result.chapter.findings if each.code == "TF-VALID-109"]

    main = run(QUICK, inputs(), context).value
    value = main.metrics[main.metric].value
    assert codes(float("nan")) == codes(value) == []
    assert codes(1.0) == ["TF-VALID-109 warning"]
    assert codes(0.0) == ["TF-VALID-109 note"]


def promised(level: float = 0.9, rows: int = 20_000) -> Decision:
    """The decision of `logistic` with sets of labels calibrated on other rows."""
    known = churn(rows, seed=9)
    codes = (known.target == "yes").astype(int)
    rule = calibrate(codes, logistic(known.features), level)
    return Decision("binary", CLASSES, "yes", 0.5, "roc_auc", rule)


def test_sets_are_measured_on_sealed_rows_and_hold_what_they_promise(context: Context) -> None:
    result = run(QUICK, replace(inputs(), decision=promised()), context)
    found = result.value.coverage
    assert found is not None
    assert found.covered.low < 0.9 < found.covered.high
    assert not found.short
    assert 1 < found.size < 2
    assert sum(rows for rows, _ in found.by_class.values()) == result.value.rows
    average = sum(rows * share for rows, share in found.by_class.values()) / result.value.rows
    assert average == pytest.approx(found.covered.value)
    assert "Coverage" in [block.title for block in result.chapter.blocks if isinstance(block, Grid)]
    assert run(QUICK, inputs(), context).value.coverage is None


def test_where_later_rows_err_more_that_is_said(context: Context) -> None:
    other = replace(churn(), target=np.random.default_rng(1).permutation(churn().target))
    result = run(QUICK, replace(inputs(other), decision=promised()), context)
    (told,) = [each for each in result.chapter.findings if each.code == "TF-VALID-111"]
    assert told.severity == "warning"
    assert "not 90 % as promised" in told.message


def test_a_rule_from_few_rows_may_miss_by_chance(context: Context) -> None:
    evidence = CoverageEvidence(0.9, 100_000, Interval(0.88, 0.87, 0.89), 1.0, {})
    assert evidence.short
    assert not replace(evidence, calibrated=100).short
    assert not replace(evidence, covered=Interval(0.895, 0.885, 0.905)).short


def test_coverage_is_cross_fitted_where_nothing_is_sealed(context: Context) -> None:
    random = np.random.default_rng(0)
    x = random.uniform(1, 10, 3000)
    rows = Rows(pd.DataFrame({"x": x}), 3 * x + x * random.normal(size=3000), folds=np.arange(3000) % 3)
    scores = (3 * x).reshape(-1, 1)
    huge = Decision("regression", metric="rmse", coverage=IntervalRule(0.8, 3000, (1e6,)))
    given = replace(
        inputs(), task="regression", classes=(), positive=None, threshold=None, test=None, decision=huge,
        out_of_fold=(rows.target, scores), development=rows, repeated=(scores + 0.01,),  # type: ignore[arg-type]
        composition_scores=lambda features: 3 * features[["x"]].to_numpy(), baseline_scores=np.zeros((3000, 1)),
    )  # fmt: skip
    found = run(QUICK, given, context).value.coverage
    assert found is not None
    assert found.covered.value == pytest.approx(0.8, abs=0.03), "by rules of other folds, not by the released one"
    assert found.size < 50
    assert found.by_class == {}
    one = replace(given, development=replace(rows, folds=np.zeros(3000)))  # type: ignore[arg-type]
    assert run(QUICK, one, context).value.coverage is None


def test_a_weight_is_how_often_a_row_stands_there(context: Context) -> None:
    rows, copies = churn(), np.random.default_rng(3).integers(0, 4, 1500)
    fairness = {"sensitive": ["kind"]}
    weighed = run(QUICK, inputs(replace(rows, weights=copies.astype(float)), fairness=fairness), context).value
    plain = run(QUICK, inputs(rows, fairness=fairness), context).value
    frame = rows.features.loc[np.repeat(np.arange(1500), copies)].reset_index(drop=True)
    repeated = run(QUICK, inputs(Rows(frame, np.repeat(rows.target, copies)), fairness=fairness), context).value
    for name, evidence in weighed.metrics.items():
        assert evidence.value == pytest.approx(repeated.metrics[name].value), name
        assert evidence.baseline == pytest.approx(repeated.metrics[name].baseline, nan_ok=True), name
        assert evidence.value != plain.metrics[name].value
        width, wider = (each.interval.high - each.interval.low for each in (plain.metrics[name], evidence))
        assert wider > width, name  # fewer rows count
    mine, theirs = weighed.classification, repeated.classification
    assert mine is not None
    assert theirs is not None
    assert mine.positive_share == pytest.approx(theirs.positive_share)
    assert [each.captured for each in mine.gains] == pytest.approx([each.captured for each in theirs.gains])
    assert sum(map(sum, mine.counts)) == 1500  # rows, whatever they weigh
    for one, other in zip(weighed.fairness[0].groups, repeated.fairness[0].groups, strict=True):
        assert (one.group, one.metric) == (other.group, pytest.approx(other.metric))
        assert one.positive_rate == pytest.approx(other.positive_rate)
    for name, difference in weighed.fairness[0].differences.items():
        assert difference.value == pytest.approx(repeated.fairness[0].differences[name].value)
    odd, too = (next(s for s in each.slices if s.value == "odd") for each in (weighed, repeated))
    assert (odd.interval.value, odd.elsewhere, odd.loss_ratio) == pytest.approx(
        (too.interval.value, too.elsewhere, too.loss_ratio)
    )
    assert odd.worse
    assert weighed.effective == pytest.approx(copies.sum() ** 2 / (copies**2).sum())


def test_equal_weights_change_no_figure(context: Context) -> None:
    rows = churn()
    plain = run(QUICK, inputs(rows), context).value
    equal = run(QUICK, inputs(replace(rows, weights=np.full(1500, 2.0))), context).value
    for name, evidence in plain.metrics.items():
        for each in ("value", "low", "high"):
            known = getattr(equal.metrics[name].interval, each)
            assert known == pytest.approx(getattr(evidence.interval, each), abs=1e-12), name
    assert [each.chance for each in equal.slices] == pytest.approx([each.chance for each in plain.slices])
