"""Step 5: what is planted is found, what is harmless is left alone, and no order matters."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tenfold.schema import MISSING, Kind
from tenfold.steps.cleaning.config import ColumnRule, Contract
from tenfold.steps.exploration.chapter import chapter
from tenfold.steps.exploration.config import Exploration
from tenfold.steps.exploration.explore import explore, usable_folds, view_columns
from tenfold.steps.exploration.result import Findings
from tenfold.steps.exploration.view import Target, View

ROWS = 1200
TODAY = date(2026, 1, 1)
DAY = 86_400.0
Frame = Mapping[str, tuple[Kind, Any]]


def look(
    columns: Frame,
    target: Any,
    *,
    classes: tuple[str, ...] = (),
    order: Any = None,
    time: str | None = None,
    today: date | None = TODAY,
    **config: Any,
) -> Findings:
    """Findings about some columns, given as name → (kind, values), with the rows in some order."""
    rows = np.arange(len(target)) if order is None else order
    folds = usable_folds((np.arange(len(target)) % 5)[rows])
    task = "regression" if not classes else "binary" if len(classes) == 2 else "multiclass"
    goal = Target("outcome", task, classes, classes[-1] if len(classes) == 2 else None, np.asarray(target)[rows], folds)  # type: ignore[arg-type]
    frame = pd.DataFrame({name: values for name, (_, values) in columns.items()}).iloc[rows]
    kinds = {name: kind for name, (kind, _) in columns.items()}
    view = View(view_columns(frame, kinds, goal, {}), goal, len(rows), len(rows), time)
    return explore(view, Exploration(**config), today)


def codes(findings: Findings, *, above_notes: bool = False) -> set[tuple[str, str]]:
    found = [each for each in findings.findings if not above_notes or each.severity != "note"]
    return {(each.code.removeprefix("TF-EXPLORE-"), each.subject) for each in found}


def churn(seed: int = 0) -> tuple[dict[str, tuple[Kind, Any]], Any]:
    """Ordinary columns, some of which tell a little about the outcome."""
    random = np.random.default_rng(seed)
    signal = random.normal(size=ROWS)
    yes = random.random(ROWS) < 1 / (1 + np.exp(-signal))
    plan = random.choice(["basic", "plus", "pro"], ROWS).astype(object)
    columns: dict[str, tuple[Kind, Any]] = {
        "usage": ("number", signal + random.normal(size=ROWS)),
        "visits": ("number", random.poisson(4, ROWS).astype(float)),
        "fee": ("number", random.gamma(5.0, 9.0, ROWS).round(2)),
        "paperless": ("boolean", random.integers(0, 2, ROWS).astype(float)),
        "plan": ("category", np.where(random.random(ROWS) < 0.05, MISSING, plan).astype(object)),
        "since": ("date", random.uniform(0, 1.6e9, ROWS).round()),
    }
    return columns, np.where(yes, "yes", "no").astype(object)


BINARY = ("no", "yes")


@pytest.mark.parametrize("seed", range(8))
def test_ordinary_columns_raise_no_warning(seed: int) -> None:
    columns, target = churn(seed)
    assert codes(look(columns, target, classes=BINARY), above_notes=True) == set()


def planted() -> tuple[dict[str, tuple[Kind, Any]], Any]:
    columns, target = churn()
    random = np.random.default_rng(1)
    yes = target == "yes"
    columns["copy"] = ("category", np.where(yes, "left", "stayed").astype(object))
    columns["outcome_note"] = ("category", random.choice(["a", "b"], ROWS).astype(object))
    columns["reason"] = ("category", np.where(yes, random.choice(["price", "service"], ROWS), MISSING).astype(object))
    columns["row"] = ("number", random.permutation(ROWS).astype(float))
    columns["customer"] = ("category", np.array([f"c{n:x}" for n in random.permutation(10**6)[:ROWS]], dtype=object))
    columns["mail"] = ("category", np.array([f"p{n}@example.org" for n in random.integers(0, 400, ROWS)], dtype=object))
    columns["ends"] = ("date", np.where(random.random(ROWS) < 0.1, 4e9, 1e9))
    columns["wait"] = ("number", np.where(random.random(ROWS) < 0.6, 999.0, random.integers(0, 30, ROWS)))
    columns["same"] = ("category", np.full(ROWS, "x", dtype=object))
    columns["fee_in_cents"] = ("number", columns["fee"][1] * 100)
    columns["gender"] = ("category", random.choice(["f", "m"], ROWS).astype(object))
    columns["notes"] = ("number", np.where(random.random(ROWS) < 0.8, np.nan, 1.5 * random.normal(size=ROWS)))
    return columns, target


def test_everything_planted_is_found_and_nothing_else() -> None:
    columns, target = planted()
    found = look(columns, target, classes=BINARY)
    assert codes(found) == {
        ("130", "copy"), ("130", "reason"), ("135", "outcome_note"), ("120", "copy, reason"), ("134", "row"),
        ("134", "customer"), ("150", "mail"), ("140", "ends"), ("113", "wait"), ("114", "same"),
        ("120", "fee, fee_in_cents"), ("151", "gender"), ("110", "notes"), ("116", "mail"),
    }  # fmt: skip
    proposals = {key: value for each in found.findings for key, value in (each.proposal or {}).items()}
    assert proposals["cleaning.roles.copy"] == "ignored"
    assert proposals["cleaning.columns.wait"] == {"missing": ["999"]}
    assert len({"cleaning.roles.fee", "cleaning.roles.fee_in_cents"} & set(proposals)) == 1
    assert found.findings[0].severity == "problem"


def test_shuffling_rows_or_columns_changes_nothing() -> None:
    columns, target = planted()
    plain = look(columns, target, classes=BINARY)
    order = np.random.default_rng(5).permutation(ROWS)
    turned = dict(reversed(list(columns.items())))
    assert look(turned, target, classes=BINARY) == plain
    shuffled = look(columns, target, classes=BINARY, order=order)
    assert [(each.code, each.subject, each.message) for each in shuffled.findings] == [
        (each.code, each.subject, each.message) for each in plain.findings
    ]


def test_a_column_far_above_the_others_is_a_suspect() -> None:
    columns, target = churn()
    noisy = (target == "yes") ^ (np.random.default_rng(2).random(ROWS) < 0.05)
    columns["duration"] = ("boolean", noisy.astype(float))
    assert ("131", "duration") in codes(look(columns, target, classes=BINARY))


def test_only_what_is_sure_is_proposed_to_be_left_out() -> None:
    """A suspect may be the best honest predictor: `tenfold next --apply` must not take it away."""
    columns, target = planted()
    random = np.random.default_rng(2)
    columns["missing"] = ("number", np.where((target == "yes") ^ (random.random(ROWS) < 0.05), np.nan, 1.0))
    given = np.where((target == "yes") | (random.random(ROWS) < 0.05), "x", random.choice(["u", "v"], ROWS))
    columns["given"] = ("category", given.astype(object))
    found = [*look(columns, target, classes=BINARY).findings]
    columns, target = churn()
    columns["duration"] = ("boolean", ((target == "yes") ^ (random.random(ROWS) < 0.05)).astype(float))
    found += look(columns, target, classes=BINARY).findings
    proposed = {code: {bool(each.proposal) for each in found if each.code == f"TF-EXPLORE-{code}"}
                for code in ("130", "131", "133", "134", "135", "136")}  # fmt: skip
    assert proposed == {"130": {True}, "134": {True}, "131": {False}, "133": {False}, "135": {False}, "136": {False}}


def test_of_two_categories_the_finer_one_is_kept() -> None:
    columns, target = churn()
    lines = np.random.default_rng(11).choice(["none", "one", "many"], ROWS).astype(object)
    columns |= {
        "lines": ("category", lines),
        "phone": ("category", np.where(lines == "none", "no", "yes").astype(object)),
    }
    found = [each for each in look(columns, target, classes=BINARY).findings if each.code == "TF-EXPLORE-120"]
    assert [(each.subject, each.proposal) for each in found] == [("lines, phone", None)]
    columns["renamed"] = ("category", np.where(lines == "one", "1", np.where(lines == "none", "0", "2")).astype(object))
    found = [each for each in look(columns, target, classes=BINARY).findings if each.code == "TF-EXPLORE-120"]
    assert [each.proposal for each in found] == [{"cleaning.roles.renamed": "ignored"}]


def test_a_gap_that_knows_the_answer_is_a_suspect() -> None:
    columns, target = churn()
    asked = (target == "yes") ^ (np.random.default_rng(8).random(ROWS) < 0.1)
    columns["complaint"] = ("number", np.where(asked, np.random.default_rng(9).normal(size=ROWS), np.nan))
    assert ("136", "complaint") in codes(look(columns, target, classes=BINARY))


def test_a_value_that_comes_with_one_class_is_a_suspect() -> None:
    columns, _ = churn()
    random = np.random.default_rng(10)
    target = random.choice(["a", "b", "c", "d"], ROWS).astype(object)
    reason = np.where(target == "a", MISSING, random.choice(["x", "y", "z"], ROWS)).astype(object)
    found = look(columns | {"reason": ("category", reason)}, target, classes=("a", "b", "c", "d"))
    assert ("133", "reason") in codes(found, above_notes=True)


def test_the_parts_of_a_numeric_target_are_found() -> None:
    columns, _ = churn()
    random = np.random.default_rng(3)
    casual, registered = random.poisson(20, ROWS).astype(float), random.poisson(60, ROWS).astype(float)
    columns |= {"casual": ("number", casual), "registered": ("number", registered)}
    found = codes(look(columns, casual + registered))
    assert {("132", "casual"), ("132", "registered")} <= found
    assert not {
        each for each in codes(look(columns, casual + registered + random.normal(0, 3, ROWS))) if each[0] == "132"
    }


def test_stray_values_of_a_target_can_be_set_aside_as_the_finding_says() -> None:
    target = np.random.default_rng(3).normal(100, 10, ROWS)
    target[:3] = 1e6
    (found,) = (each for each in look(churn()[0], target).findings if each.code == "TF-EXPLORE-104")
    named = re.findall(r"`([a-z]+)`", found.action)
    assert set(named) <= {*ColumnRule.model_fields, *Contract.model_fields}
    assert {"min", "max"} <= set(named)


def test_a_rescaled_copy_of_a_numeric_target_is_found() -> None:
    columns, _ = churn()
    price = np.random.default_rng(4).lognormal(5, 1, ROWS)
    columns["in_euro"] = ("number", price / 1.1)
    assert ("130", "in_euro") in codes(look(columns, price))


def test_dates_after_the_time_column_are_reported() -> None:
    columns, target = churn()
    columns["closed"] = ("date", columns["since"][1] + 30 * DAY)
    assert ("141", "closed") in codes(look(columns, target, classes=BINARY, time="since"))
    assert not {each for each in codes(look(columns, target, classes=BINARY)) if each[0] == "141"}


def test_targets_out_of_balance_skewed_or_capped_are_noted() -> None:
    columns, _ = churn()
    random = np.random.default_rng(6)
    rare = np.where(np.arange(ROWS) % 50 == 0, "yes", "no").astype(object)
    assert ("101", "outcome") in codes(look(columns, rare, classes=BINARY))
    several = np.where(np.arange(ROWS) % 100 == 0, "c", np.where(np.arange(ROWS) % 2, "a", "b")).astype(object)
    assert ("102", "outcome") in codes(look(columns, several, classes=("a", "b", "c")))
    prices = random.lognormal(5, 1.2, ROWS)
    assert {("103", "outcome"), ("104", "outcome")} <= codes(look(columns, prices))
    assert ("105", "outcome") in codes(look(columns, np.minimum(prices, 400.0)))


def test_gaps_that_tell_about_the_target_are_noted() -> None:
    columns, target = churn()
    random = np.random.default_rng(7)
    gap = random.random(ROWS) < np.where(target == "yes", 0.6, 0.2)
    columns["income"] = ("number", np.where(gap, np.nan, random.normal(size=ROWS)))
    assert ("111", "income") in codes(look(columns, target, classes=BINARY))


@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [
        ("contact", lambda n: f"+49 170 {n:07d}"[:11] + f" {n:05d}", "telephone numbers"),
        ("origin", lambda n: f"10.0.{n % 200}.{n % 7}", "IP addresses"),
        ("person", lambda n: f"Braund, Mr. Owen {n}", "names of persons"),
        ("code", lambda n: f"{100 + n % 800}-{10 + n % 80}-{1000 + n}", "social security numbers"),
        ("account", lambda n: f"DE89 3704 0044 0532 {n:04d} 00", "bank accounts (IBAN)"),
        ("surname", lambda n: f"name{n % 300}", "names of persons"),
    ],
)
def test_personal_data_is_suspected(name: str, value: Any, kind: str) -> None:
    columns, target = churn()
    columns[name] = ("category", np.array([value(n) for n in range(ROWS)], dtype=object))
    found = [each for each in look(columns, target, classes=BINARY).findings if each.code == "TF-EXPLORE-150"]
    assert [(each.subject, each.evidence["kind"]) for each in found] == [(name, kind)]


@pytest.mark.parametrize(
    "value", [lambda n: f"2024-{1 + n % 12:02d}-{1 + n % 28:02d}", lambda n: f"{n % 90}-{n % 7}", str]
)
def test_dates_ranges_and_numbers_are_no_personal_data(value: Any) -> None:
    columns, target = churn()
    columns["span"] = ("category", np.array([value(n % 300) for n in range(ROWS)], dtype=object))
    assert "150" not in {code for code, _ in codes(look(columns, target, classes=BINARY))}


def test_many_notes_of_one_kind_become_one() -> None:
    columns, target = churn()
    columns |= {f"empty{n:02d}": ("number", np.full(ROWS, 1.0)) for n in range(20)}
    constant = [each for each in look(columns, target, classes=BINARY).findings if each.code == "TF-EXPLORE-114"]
    assert len(constant) == 1
    assert len(constant[0].proposal or {}) == 20


def test_a_switched_off_check_is_silent() -> None:
    columns, target = planted()
    only = look(columns, target, classes=BINARY, checks=("dates",))
    assert codes(only) == {("140", "ends")}


def test_findings_survive_the_disk_and_the_chapter_is_json(tmp_path: Path) -> None:
    columns, target = planted()
    for found in (look(columns, target, classes=BINARY), look(columns, np.arange(float(ROWS)))):
        found.save(tmp_path)
        assert Findings.load(tmp_path) == found
        json.dumps(chapter(found).to_dict(), allow_nan=False)


@pytest.mark.parametrize("rows", [1, 2, 7])
def test_a_handful_of_rows_breaks_nothing(rows: int) -> None:
    columns: dict[str, tuple[Kind, Any]] = {
        "a": ("number", np.full(rows, np.nan)),
        "b": ("number", np.array([np.inf, -np.inf, 1.0, 2.0, 3.0, 4.0, 5.0])[:rows]),
        "c": ("category", np.full(rows, MISSING, dtype=object)),
        "d": ("text", np.full(rows, "", dtype=object)),
    }
    target = np.array(["yes", "no"] * 4, dtype=object)[:rows]
    chapter(look(columns, target, classes=BINARY))
    chapter(look(columns, np.arange(float(rows))))


def test_without_a_day_nothing_is_future() -> None:
    columns, target = planted()
    assert codes(look(columns, target, classes=BINARY, checks=("dates",), today=None)) == set()
