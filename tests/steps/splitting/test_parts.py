"""Who is tested: exact shares at first, nobody moves later, units stay together, time runs forward."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tenfold.core.errors import UserError
from tenfold.core.result import Context
from tenfold.schema import Column, Schema
from tenfold.steps.splitting import step
from tenfold.steps.splitting.chapter import chapter
from tenfold.steps.splitting.config import Splitting
from tenfold.steps.splitting.result import Overlap, Parts
from tenfold.steps.splitting.strategy import divide_by
from tenfold.tables.examples import load, units
from tenfold.workflow.assigning import assignment_for
from tenfold.workflow.seals import TestSet
from tenfold.workflow.store import Store

SCHEMA = Schema(
    (
        Column("amount", "number"),
        Column("household", "category", "group"),
        Column("day", "number"),
        Column("left", "category", "target"),
    )
)


def rows(count: int, more: int = 0) -> pd.DataFrame:
    """Typed rows; the first ``count`` are the same whatever ``more`` is."""
    total = count + more
    number = np.arange(total)
    keys = [hashlib.md5(str(n).encode()).hexdigest() for n in number]
    frame = pd.DataFrame(
        {
            "amount": np.sin(number) * 100,
            "household": [f"h{n % 211}" for n in number],
            "day": (number * 37 % 400).astype(float),
            "left": np.where(number % 9 == 0, "yes", "no"),
            "__key": keys,
            "__content": keys,
        }
    )
    return frame.sort_values("__key")


Divided = tuple[Parts, pd.DataFrame, pd.DataFrame]


@pytest.fixture
def divide(tmp_path: Path) -> Callable[..., Divided]:
    """Divide a typed frame in a store of its own; later calls see what earlier ones recorded."""
    store, number = Store(tmp_path / ".tenfold"), iter(range(100))

    def run(frame: pd.DataFrame, config: Splitting, schema: Schema = SCHEMA) -> Divided:
        folder = tmp_path / f"step{next(number)}"
        folder.mkdir()
        typed = folder.with_suffix(".parquet")
        frame.to_parquet(typed)
        content = hashlib.sha256(typed.read_bytes()).hexdigest()
        division = divide_by(config, schema, True)
        test_set = TestSet(store, division.test_set("w", schema))
        given = assignment_for(typed, content, division, test_set, config.small, 1 << 30)
        context = Context("splitting", folder, tmp_path)
        parts = step.run(typed, schema, division, given, test_set.sealed(content), context).value
        sealed = test_set.sealed(content)
        return parts, pd.read_parquet(parts.train), pd.read_parquet(sealed) if sealed.exists() else pd.DataFrame()

    return run


@pytest.mark.parametrize(
    "config",
    [
        Splitting(strategy="random"),
        Splitting(strategy="stratified"),
        Splitting(strategy="grouped"),
        Splitting(strategy="time", by="day"),
    ],
    ids=lambda config: config.strategy,
)
def test_appended_rows_move_no_old_row(divide: Callable[..., Divided], config: Splitting) -> None:
    _, _, first = divide(rows(3000), config)
    parts, train, second = divide(rows(3000, more=500), config)
    old = set(rows(3000)["__key"])
    assert set(second["__key"]) & old == set(first["__key"])
    assert len(train) + len(second) == 3500 == parts.rows_train + parts.rows_test


def test_stratified_draw_keeps_the_shares_of_classes(divide: Callable[..., Divided]) -> None:
    _, train, test = divide(rows(3000), Splitting(strategy="stratified", folds=4))
    assert len(test) == pytest.approx(600, abs=2)
    assert (test["left"] == "yes").mean() == pytest.approx((train["left"] == "yes").mean(), abs=0.002)
    by_fold = train.groupby("__fold")["left"].agg(lambda left: (left == "yes").mean())
    assert by_fold.index.tolist() == [0, 1, 2, 3]
    assert by_fold.max() - by_fold.min() < 0.01


def test_groups_are_never_divided(divide: Callable[..., Divided]) -> None:
    parts, train, test = divide(rows(3000), Splitting())
    assert parts.strategy == "grouped"
    assert not set(train["household"]) & set(test["household"])
    assert train.groupby("household")["__fold"].nunique().max() == 1
    assert parts.overlap.groups == 0


UNGROUPED = Schema(tuple(replace(column, role="feature") for column in SCHEMA.columns[:3]) + SCHEMA.columns[3:])


@pytest.mark.parametrize(
    ("schema", "config"),
    [(SCHEMA, Splitting()), (UNGROUPED, Splitting(by="household")), (SCHEMA, Splitting(strategy="time", by="day"))],
    ids=["by its role", "by `by`", "in time"],
)
def test_later_steps_know_the_groups_and_a_row_without_one_is_its_own(
    divide: Callable[..., Divided], schema: Schema, config: Splitting
) -> None:
    frame = rows(3000)
    frame.loc[frame.index[::50], "household"] = None
    parts, train, test = divide(frame, config, schema)
    for each in (train, test):
        groups = each["household"].fillna(each["__key"])
        assert each["__group"].tolist() == groups.tolist()
    assert load(parts.train, schema, "binary").groups.tolist() == train["__group"].tolist()
    assert units(parts.train).tolist() == train["__group"].tolist()


def test_one_group_alone_is_refused(divide: Callable[..., Divided]) -> None:
    frame = rows(500).assign(household="h")
    with pytest.raises(UserError) as raised:
        divide(frame, Splitting(test=0))
    problem = raised.value.problems[0]
    assert (problem.code, problem.got) == ("TF-SPLIT-006", "all training rows share one value of 'household'")


def test_time_runs_forward_in_parts_and_folds(divide: Callable[..., Divided]) -> None:
    parts, train, test = divide(rows(3000), Splitting(strategy="time", by="day", folds=3))
    assert parts.time_ordered
    assert train["day"].max() < test["day"].min()
    ranges = train.groupby("__fold")["day"].agg(["min", "max"])
    assert ranges.index.tolist() == [-1, 0, 1, 2]
    assert (ranges["max"].to_numpy()[:-1] <= ranges["min"].to_numpy()[1:]).all()


def test_rows_of_one_moment_lie_in_one_fold(divide: Callable[..., Divided]) -> None:
    frame = rows(3000)
    frame["day"] = frame["day"] // 30
    parts, train, test = divide(frame, Splitting(strategy="time", by="day", folds=4))
    assert train.groupby("day")["__fold"].nunique().max() == 1
    assert sorted(train["__fold"].unique()) == list(range(-1, parts.folds))
    assert parts.folds == 4
    assert train["day"].max() < test["day"].min()


def test_few_moments_make_fewer_folds(divide: Callable[..., Divided]) -> None:
    frame = rows(3000)
    frame["day"] = frame["day"] // 80  # four days are trained on, of which each is a block
    parts, train, _ = divide(frame, Splitting(strategy="time", by="day", folds=6))
    assert train.groupby("day")["__fold"].nunique().max() == 1
    assert parts.folds == train["__fold"].max() + 1 == 3
    frame["day"] = frame["day"] // 4  # one day alone judges nothing: it is parted
    parts, train, _ = divide(frame, Splitting(strategy="time", by="day", folds=6, test=0))
    assert sorted(train["__fold"].unique()) == list(range(-1, parts.folds)) == list(range(-1, 6))


def numbers(count: int, width: int, seed: int = 0) -> tuple[pd.DataFrame, Schema]:
    """Unrelated rows of some number columns."""
    drawn, names = np.random.default_rng(seed).normal(size=(count, width)), [f"x{n}" for n in range(width)]
    frame = pd.DataFrame(drawn, columns=names).assign(left=np.where(drawn[:, 0] > 0, "yes", "no"))
    keys = [hashlib.md5(f"{seed} {n}".encode()).hexdigest() for n in range(count)]
    schema = Schema((*(Column(name, "number") for name in names), Column("left", "category", "target")))
    return frame.assign(__key=keys, __content=keys).sort_values("__key"), schema


@pytest.mark.parametrize("width", [1, 2, 3, 4])
def test_unrelated_rows_of_a_narrow_table_are_no_near_duplicates(divide: Callable[..., Divided], width: int) -> None:
    frame, schema = numbers(1500, width)
    for name in frame.columns[:width]:
        frame[name] = frame[name].round(1)
    parts, _, _ = divide(frame, Splitting(small=0), schema)
    assert parts.overlap.near <= 0.01 * parts.rows_test


@pytest.mark.parametrize("name", ["x1", "file_row_number"])  # the engine's own name of a row's number
def test_near_duplicates_of_a_wider_table_are_found(divide: Callable[..., Divided], name: str) -> None:
    frame, schema = numbers(1000, 12)
    frame = frame.rename(columns={"x1": name})
    schema = replace(schema, columns=tuple(replace(c, name=name) if c.name == "x1" else c for c in schema.columns))
    twins = frame.assign(__key=[hashlib.md5(key.encode()).hexdigest() for key in frame["__key"]])
    twins["x0"] *= 1 + 1e-9
    twins["__content"] = twins["__key"]
    both = pd.concat([frame, twins]).sort_values("__key")
    parts, _, _ = divide(both, Splitting(small=0), schema)
    assert parts.overlap.near > 0.7 * parts.rows_test  # about four of five twins are trained on
    alone, _, _ = divide(frame, Splitting(small=0, salt="other"), schema)
    assert alone.overlap.near == 0


@pytest.mark.parametrize(
    ("config", "own", "said"),
    [
        (Splitting(strategy="random"), False, True),
        (Splitting(strategy="stratified", test=0), False, True),
        (Splitting(strategy="random"), True, False),
        (Splitting(strategy="grouped"), False, False),
        (Splitting(strategy="time", by="day"), False, False),
    ],
)
def test_a_date_is_spoken_of_where_rows_are_divided_at_random(config: Splitting, own: bool, said: bool) -> None:
    columns = (Column("when", "date"), *SCHEMA.columns)
    division = divide_by(config, Schema(columns), True)
    seal = "own test file" if own else "sealed"
    parts = Parts(
        Path("train.parquet"), division.strategy, division.by, 5, division.time_ordered, seal, "w", 80, 20, Overlap()
    )
    found = chapter(parts, Schema(columns), division).findings
    assert ("TF-SPLIT-104" in {finding.code for finding in found}) is said


def test_exact_duplicates_stay_together(divide: Callable[..., Divided]) -> None:
    frame = rows(3000)
    frame["__content"] = [hashlib.md5(str(n // 3).encode()).hexdigest() for n in range(len(frame))]
    parts, train, test = divide(frame, Splitting(strategy="random"))
    assert not set(train["__content"]) & set(test["__content"])
    assert train.groupby("__content")["__fold"].nunique().max() == 1
    assert parts.overlap.exact == 0
    assert parts.repeated == len(train) - train["__content"].nunique() > 0
    told = {each.code: each for each in chapter(parts, SCHEMA, divide_by(Splitting(), SCHEMA, True)).findings}
    assert f"{parts.repeated:,} training rows with the same values" in told["TF-SPLIT-106"].message


@pytest.mark.parametrize(
    ("config", "seal"), [(Splitting(test=0), "none: test is 0"), (Splitting(small=10_000), "none: too few rows")]
)
def test_nothing_sealed_says_why(divide: Callable[..., Divided], config: Splitting, seal: str) -> None:
    parts, train, test = divide(rows(3000), config)
    assert (parts.seal, len(train), len(test)) == (seal, 3000, 0)


def test_own_test_rows_are_the_sealed_part(divide: Callable[..., Divided]) -> None:
    frame = rows(3000)
    frame["__test"] = np.arange(3000) % 10 == 0
    parts, train, test = divide(frame, Splitting())
    assert parts.seal == "own test file"
    assert (len(train), len(test)) == (2700, 300)
    assert "__test" not in train


def test_text_that_time_cannot_order_is_refused(divide: Callable[..., Divided]) -> None:
    with pytest.raises(UserError, match="TF-SPLIT-005"):
        divide(rows(3000), Splitting(strategy="time", by="household"))


def test_grouping_without_a_column_is_refused() -> None:
    plain = Schema(tuple(column for column in SCHEMA.columns if column.role != "group"))
    with pytest.raises(UserError, match="TF-SPLIT-001"):
        divide_by(Splitting(strategy="grouped"), plain, True)


DATED = Schema((Column("when", "date"), Column("shop", "category"), *UNGROUPED.columns))


@pytest.mark.parametrize(
    ("config", "said"),
    [
        (Splitting(strategy="stratified", by="shop"), "TF-SPLIT-010.*`by: .shop.`.*To do: say `strategy: grouped`"),
        (Splitting(strategy="random", by=("shop", "day")), "TF-SPLIT-010.*`by: .shop, day.`"),
        (Splitting(by="when"), "TF-SPLIT-011.*'when' is a date.*strategy: time.*strategy: grouped"),
        (Splitting(by=("shop", "when")), "TF-SPLIT-011"),
        (Splitting(strategy="grouped", by=("shop", "day")), "TF-SPLIT-003.*`by: .shop, day.`.*data.combine"),
        (Splitting(strategy="random", by="shup"), "TF-SPLIT-002.*did you mean 'shop'"),
    ],
)
def test_columns_to_divide_by_that_would_be_for_nothing_are_refused(config: Splitting, said: str) -> None:
    with pytest.raises(UserError, match=said) as caught:
        divide_by(config, DATED, True)
    assert len(caught.value.problems) == 1


@pytest.mark.parametrize(
    ("config", "strategy"),
    [
        (Splitting(by="shop"), "grouped"),
        (Splitting(strategy="grouped", by="when"), "grouped"),
        (Splitting(strategy="time", by=("day", "when")), "time"),
    ],
)
def test_columns_whose_purpose_is_plain_are_divided_by(config: Splitting, strategy: str) -> None:
    division = divide_by(config, DATED, True)
    assert (division.strategy, division.by) == (strategy, config.by)


@pytest.mark.parametrize(("classes", "said"), [(True, False), (False, True)])
def test_a_number_that_cannot_be_stratified_is_spoken_of(classes: bool, said: bool) -> None:
    division = divide_by(Splitting(strategy="stratified"), UNGROUPED, classes)
    parts = Parts(Path("train.parquet"), division.strategy, (), 5, False, "sealed", "w", 80, 20, Overlap())
    codes = {finding.code for finding in chapter(parts, UNGROUPED, division).findings}
    assert ("TF-SPLIT-109" in codes) is said
