"""A gap in time: no fold, and no test row, is answered by what was learned from rows too near before it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from tenfold.core.errors import UserError
from tenfold.core.result import Context
from tenfold.learning.folds import splits
from tenfold.schema import Column, Schema
from tenfold.steps.splitting import step
from tenfold.steps.splitting.chapter import chapter
from tenfold.steps.splitting.config import Splitting
from tenfold.steps.splitting.result import Assignment, Parts
from tenfold.steps.splitting.strategy import Division, divide_by
from tenfold.tables.engine import connect, fetch, store, table
from tenfold.tables.examples import load
from tenfold.workflow.assigning import assignment_for
from tenfold.workflow.seals import TestSet
from tenfold.workflow.store import Store

DAY = 86_400.0
SCHEMA = Schema((Column("when", "date"), Column("week", "number"), Column("left", "category", "target")))


def rows(times: list[float | None]) -> pd.DataFrame:
    keys = [hashlib.md5(str(n).encode()).hexdigest() for n in range(len(times))]
    when = pd.array([None if each is None else float(each) for each in times], dtype="Float64")
    left = np.where(np.arange(len(times)) % 3 == 0, "yes", "no")
    frame = pd.DataFrame({"when": when, "week": when, "left": left, "__key": keys, "__content": keys})
    return frame.sort_values("__key")


@pytest.fixture
def divide(tmp_path: Path) -> Callable[..., tuple[Parts, pd.DataFrame, pd.DataFrame]]:
    def run(frame: pd.DataFrame, config: Splitting) -> tuple[Parts, pd.DataFrame, pd.DataFrame]:
        folder = tmp_path / "step"
        folder.mkdir()
        typed = tmp_path / "typed.parquet"
        frame.to_parquet(typed)
        division = divide_by(config, SCHEMA, True)
        test_set = TestSet(Store(tmp_path / ".tenfold"), division.test_set("w", SCHEMA))
        given = assignment_for(typed, "content", division, test_set, config.small, 1 << 30)
        sealed, context = test_set.sealed("content"), Context("splitting", folder, tmp_path)
        step.run(typed, SCHEMA, division, given, sealed, context).value.save(folder)
        parts, tested = Parts.load(folder), pd.read_parquet(sealed) if sealed.exists() else frame.iloc[:0]
        return parts, pd.read_parquet(parts.train), tested

    return run


@given(
    st.lists(st.none() | st.integers(0, 60).map(float), min_size=8, max_size=120),
    st.integers(1, 25).map(float),
    st.integers(2, 6),
    st.integers(0, 30),
)
@settings(max_examples=60, deadline=None)
def test_nothing_within_the_gap_is_learned_from_and_every_row_is_accounted_for(
    times: list[float | None], gap: float, folds: int, tested: int
) -> None:
    assume(sum(each is not None for each in times) > 4)
    engine = connect(1 << 28)
    frame = rows(times)
    shown = frame.assign(at=range(len(frame)))
    engine.register("shown", shown)
    typed = store(engine, "typed", table(engine, "shown"))
    last = max(each for each in times if each is not None)
    test = typed.filter((typed["when"] > last - tested).fill_null(False) & (tested > 0))
    before = fetch(engine, typed.anti_join(test, "__key")).to_pandas()
    division = Division("time", ("when",), None, 0.2, folds, "s", 0, gap, str(gap))
    earlier = store(engine, "before", typed.anti_join(test, "__key"))
    try:
        train, spacing, unused = step._with_folds(engine, earlier, test, division)
    except UserError as error:
        event(error.problems[0].code)
        return
    left = fetch(engine, train).to_pandas()
    sealed = fetch(engine, test).to_pandas()
    when = left["when"].to_numpy(float, na_value=np.nan)
    # The sealed part: what is gone is too near to it, what stays is not.
    if len(sealed):
        begin = sealed["when"].min()
        assert not (when > begin - gap).any()
        gone = before[~before["__key"].isin(left["__key"])]
        assert (gone["when"] > begin - gap).all()
    else:
        assert len(left) == len(before)
    # The folds: likewise, for each; later ones may learn from whatever earlier ones may.
    fold, since = left["__fold"].to_numpy(), left["__since"].to_numpy()
    assert sorted(set(fold.tolist()) - {-1}) == list(range(len(spacing)))
    found = splits(fold, True, since)
    assert [len(valid) for _, valid in found] == [each.judged for each in reversed(spacing)]
    for (learned, judged), each in zip(found, reversed(spacing), strict=True):
        begin = np.nanmin(when[judged])
        assert len(learned) == each.learned > 0
        assert not (when[learned] > begin - gap).any()
        assert not set(learned) & set(judged)
        earlier = np.flatnonzero(fold < fold[judged[0]])
        kept = np.isin(earlier, learned)
        assert (when[earlier[~kept]] > begin - gap).all()
        assert each.left_out == (~kept).sum()
    used = set(np.concatenate([np.concatenate(each) for each in found]).tolist())
    assert unused == len(left) - len(used)


def test_every_row_is_trained_on_tested_or_counted_in_the_gap(divide: Callable[..., object]) -> None:
    days = [n * 37 % 400 * DAY for n in range(3000)]
    parts, train, test = divide(rows(days), Splitting(strategy="time", by="when", folds=4, gap="7d"))
    assert parts.rows_train + parts.rows_test + parts.rows_gap == 3000
    assert (parts.rows_train, parts.rows_test) == (len(train), len(test))
    assert parts.rows_gap == sum(test["when"].min() - 7 * DAY < day < test["when"].min() for day in days) > 0
    assert train["when"].max() == test["when"].min() - 7 * DAY
    assert parts.between is not None
    everybody = pd.concat([train, test, pd.read_parquet(parts.between)])["__key"]
    assert everybody.is_unique
    assert len(everybody) == 3000
    assert len(load(parts.between, SCHEMA, "binary")) == parts.rows_gap
    examples = load(parts.train, SCHEMA, "binary")
    assert examples.since.tolist() == train["__since"].tolist()
    assert examples.take([2, 0]).since.tolist() == train["__since"].iloc[[2, 0]].tolist()
    told = chapter(parts, SCHEMA, divide_by(Splitting(strategy="time", by="when", folds=4, gap="7d"), SCHEMA, True))
    assert [each.code for each in told.findings] == ["TF-SPLIT-107"]
    assert f"{parts.rows_gap} rows less than 7d before the first test row" in told.findings[0].message


def test_without_a_gap_nothing_changes(divide: Callable[..., object]) -> None:
    config = Splitting(strategy="time", by="when", gap=0)
    parts, train, _ = divide(rows([n * 37 % 400 * DAY for n in range(3000)]), config)
    assert (parts.gap, parts.rows_gap, parts.spacing, parts.unused) == ("", 0, (), 0)
    assert "__since" not in train


def test_a_gap_in_a_columns_own_unit(divide: Callable[..., object]) -> None:
    frame = rows([float(n % 100) for n in range(3000)])
    parts, train, test = divide(frame, Splitting(strategy="time", by="week", gap=4))
    assert parts.gap == "4"
    assert test["week"].min() - train["week"].max() == 4


def test_a_gap_that_takes_the_past_from_a_fold_leaves_fewer(divide: Callable[..., object]) -> None:
    config = Splitting(strategy="time", by="week", gap=35, folds=4, test=0)
    parts, train, _ = divide(rows([float(n % 100) for n in range(3000)]), config)
    assert parts.folds == len(parts.spacing) == train["__fold"].max() + 1 == 3
    assert all(each.learned for each in parts.spacing)
    told = chapter(parts, SCHEMA, divide_by(config, SCHEMA, True))
    assert [each.code for each in told.findings] == ["TF-SPLIT-108"]


@pytest.mark.parametrize("test", [0, 0.2])
def test_a_gap_that_leaves_nothing_to_learn_from_is_refused(divide: Callable[..., object], test: float) -> None:
    with pytest.raises(UserError, match="TF-SPLIT-009"):
        divide(rows([float(n % 100) for n in range(3000)]), Splitting(strategy="time", by="week", gap=120, test=test))


def test_an_own_test_file_has_its_gap_too(tmp_path: Path) -> None:
    frame = rows([float(n % 100) for n in range(1000)])
    frame["__test"] = frame["week"] >= 80
    frame.to_parquet(tmp_path / "typed.parquet")
    division = divide_by(Splitting(strategy="time", by="week", gap=10), SCHEMA, True)
    context, given = Context("splitting", tmp_path, tmp_path), Assignment(tmp_path / "none", "own test file", "")
    sealed = tmp_path / "seal" / "sealed.parquet"
    sealed.parent.mkdir()
    parts = step.run(tmp_path / "typed.parquet", SCHEMA, division, given, sealed, context).value
    assert (parts.rows_train, parts.rows_test, parts.rows_gap) == (710, 200, 90)


@pytest.mark.parametrize(
    ("config", "code"),
    [
        ({"strategy": "random", "gap": "7d"}, "TF-SPLIT-007"),
        ({"gap": "7d"}, "TF-SPLIT-007"),
        ({"strategy": "time", "by": ("week", "when"), "gap": "7d"}, "TF-SPLIT-008"),
        ({"strategy": "time", "by": "week", "gap": "7d"}, "TF-SPLIT-008"),
        ({"strategy": "time", "by": "when", "gap": 7}, "TF-SPLIT-008"),
    ],
)
def test_a_gap_needs_an_order_of_time_and_its_unit(config: dict[str, object], code: str) -> None:
    with pytest.raises(UserError, match=code):
        divide_by(Splitting(**config), SCHEMA, True)


@pytest.mark.parametrize(
    ("by", "gap", "do"), [("week", "7d", "write `gap: 7`, say"), ("when", 7, "write `gap: 7d`, say")]
)
def test_a_gap_in_another_unit_says_which_one(by: str, gap: object, do: str) -> None:
    with pytest.raises(UserError) as caught:
        divide_by(Splitting(strategy="time", by=by, gap=gap), SCHEMA, True)
    assert [(each.code, each.do) for each in caught.value.problems] == [("TF-SPLIT-008", do)]


@pytest.mark.parametrize("gap", ["soon", -1, "inf"])
def test_what_is_no_length_of_time_is_refused(gap: object) -> None:
    with pytest.raises(ValueError, match="gap"):
        Splitting(gap=gap)
