"""The step as a whole: rows conserved, order irrelevant, everything pinned, mistakes named."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any
from unittest.mock import ANY

import numpy as np
import pyarrow.parquet as pq
import pytest

from tenfold.core.errors import Fault, UserError
from tenfold.schema import Reader
from tenfold.schema.finish import finish
from tenfold.steps.cleaning.config import Cleaning
from tenfold.steps.cleaning.pinning import columns_section
from tenfold.steps.cleaning.result import Cleaned, Ledger
from tenfold.tables import examples

Clean = Callable[..., Any]


def table(rows: int = 60) -> dict[str, list[Any]]:
    draw = random.Random(3)
    return {
        "id": [f"k{row:03d}" for row in range(rows)],
        "age": [str(draw.randint(18, 90)) if row % 7 else None for row in range(rows)],
        "fee": [f"${draw.randint(1000, 9999):,}.50" for _ in range(rows)],
        "rate": [f"{draw.randint(1, 99)}%" if row % 5 else "N/A" for row in range(rows)],
        "member": [draw.choice(["yes", "no"]) for _ in range(rows)],
        "since": [f"{draw.randint(13, 28)}/0{draw.randint(1, 9)}/2021" for _ in range(rows)],
        "job": [draw.choice(["nurse", "cook", "?", " pilot "]) for _ in range(rows)],
        "note": [" ".join(draw.choices(["très", "bon", "sleep", "well!", "été"], k=6)) for _ in range(rows)],
        "empty": [None] * rows,
        "same": ["1"] * rows,
        "y": ["a" if row % 3 else "b" for row in range(rows)],
    }


def test_kinds_roles_and_gaps_are_inferred(clean: Clean) -> None:
    cleaned = clean(table()).value
    kinds = {column.name: (column.kind, column.role, column.optional) for column in cleaned.schema.columns}
    assert kinds == {
        "id": ("category", "key", False),
        "age": ("number", "feature", True),
        "fee": ("number", "feature", False),
        "rate": ("number", "feature", True),
        "member": ("boolean", "feature", False),
        "since": ("date", "feature", False),
        "job": ("category", "feature", True),
        "note": ("text", "feature", False),
        "empty": ("category", "ignored", True),
        "same": ("number", "ignored", False),
        "y": ("category", "target", False),
    }
    assert (cleaned.task, cleaned.classes, cleaned.positive) == ("binary", ("a", "b"), "b")


def test_the_typed_table_holds_what_the_architecture_says(clean: Clean) -> None:
    typed = pq.read_table(clean(table()).value.typed)
    assert typed.schema.names == [
        "age",
        "fee",
        "id",
        "job",
        "member",
        "note",
        "rate",
        "since",
        "y",
        "__key",
        "__content",
    ]
    types = {str(typed.schema.field(name).type) for name in ("age", "fee", "member", "rate", "since")}
    assert types == {"double"}
    keys = typed["__key"].to_pylist()
    assert keys == sorted(keys)
    assert set(typed["job"].to_pylist()) == {"nurse", "cook", "pilot", None}


def test_shuffling_rows_and_columns_leaves_the_same_bytes(clean: Clean) -> None:
    columns = table()
    order = list(range(60))
    random.Random(5).shuffle(order)
    shuffled = {name: [columns[name][row] for row in order] for name in sorted(columns, reverse=True)}
    first, second = clean(columns).value, clean(shuffled).value
    assert first.typed.read_bytes() == second.typed.read_bytes()
    assert {column.name: column for column in first.schema.columns} == {
        column.name: column for column in second.schema.columns
    }


def test_without_a_key_column_the_row_is_its_own_key_whatever_the_order(clean: Clean) -> None:
    columns = {name: values for name, values in table().items() if name != "id"}
    turned = {name: values[::-1] for name, values in columns.items()}
    assert clean(columns).value.typed.read_bytes() == clean(turned).value.typed.read_bytes()


def test_the_pinned_section_gives_the_same_schema(clean: Clean) -> None:
    first = clean(table()).value
    again = clean(table(), config=columns_section(first.schema)).value
    assert again.schema == first.schema
    assert again.typed.read_bytes() == first.typed.read_bytes()


def test_records_read_as_the_table_was(clean: Clean) -> None:
    columns = table()
    cleaned = clean(columns).value
    loaded = examples.load(cleaned.typed, cleaned.schema, cleaned.task)
    rows = zip(*columns.values(), strict=True)
    reading = Reader(cleaned.schema).read([dict(zip(columns, row, strict=True)) for row in rows])
    typed = pq.read_table(cleaned.typed)
    places = {key: place for place, key in enumerate(typed["id"].to_pylist())}
    order = [places[str(identity)] for identity in reading.ids]
    assert reading.problems == ()
    for name, kind in cleaned.schema.inputs:
        expected = loaded.features[name].to_numpy()[order]
        if kind in ("category", "text"):
            assert reading.columns[name].tolist() == expected.tolist()
        else:
            np.testing.assert_array_equal(reading.columns[name], expected)


def test_what_cannot_be_used_is_set_aside_with_reasons(clean: Clean) -> None:
    columns = table()
    columns["age"][1], columns["y"][2], columns["job"][4] = "old", None, "spy"
    config = {
        "columns": {
            "age": {"kind": "number", "contract": {"max": 80}},
            "job": {"contract": {"allowed": ["nurse", "cook", "pilot"]}},
            "id": {"contract": {"unique": True}},
        }
    }
    result = clean(columns, config=config)
    cleaned = result.value
    aside = pq.read_table(cleaned.quarantine).to_pylist()
    reasons = " ".join(row["__reasons"] for row in aside)
    assert "age: not a number (old)" in reasons
    assert "y: the target is missing" in reasons
    assert "job: not an allowed value (spy)" in reasons
    assert all(row["age"] is not None for row in aside if "above 80" in row["__reasons"])
    assert cleaned.ledger.rows_in == 60 == cleaned.ledger.rows_out + len(aside)
    assert {finding.code for finding in result.chapter.findings} >= {"TF-CLEAN-110", "TF-CLEAN-112"}
    told = {each.message: each.action for each in result.chapter.findings if each.code == "TF-CLEAN-112"}
    for reason, remedy in {
        "age: not a number": "another kind",
        "y: the target is missing": "nothing can be learned",
        "job: not an allowed value": "contract",
    }.items():
        assert any(reason in message and remedy in action for message, action in told.items()), reason


@pytest.mark.parametrize(
    ("values", "contract", "reason", "broken"),
    [
        ([float(row) for row in range(60)], {"min": 3, "max": 55}, "y: below 3", {0, 1, 2, 56, 57, 58, 59}),
        ([["no", "yes"][row % 2] for row in range(54)] + ["maybe"] * 6, {"allowed": ["no", "yes"]},
         "y: not an allowed value", set(range(54, 60))),
    ],
)  # fmt: skip
def test_the_target_keeps_its_contract(
    clean: Clean, values: list[Any], contract: Any, reason: str, broken: set[int]
) -> None:
    columns = table() | {"y": values}
    cleaned = clean(columns, config={"columns": {"y": {"contract": contract}}}).value
    aside = pq.read_table(cleaned.quarantine).to_pylist()
    assert {row["id"] for row in aside} == {columns["id"][place] for place in broken}
    assert any(reason in row["__reasons"] for row in aside)
    assert cleaned.classes == (("no", "yes") if "allowed" in contract else ())


TWELVE = ["no", "yes", "Yes", "YES", "Y", "n"] * 10
RECODED = dict.fromkeys(["Yes", "YES", "Y"], "yes") | {"n": "no"}


@pytest.mark.parametrize(
    ("values", "rule", "problem", "classes"),
    [
        (TWELVE, {"recode": RECODED},
         {"task": "binary", "positive": "yes"}, ("no", "yes")),
        (TWELVE, {"recode": RECODED}, {"positive": "yes"}, ("no", "yes")),
        (["a", "b", "seldom"] * 20, {"missing": ["seldom"]}, {"task": "binary"}, ("a", "b")),
        (["a", "b", "seldom"] * 20, {"contract": {"allowed": ["a", "b"]}}, {"task": "binary"}, ("a", "b")),
        (TWELVE, {"kind": "boolean", "true": ["yes", "Y"], "false": ["no", "N"]}, {}, ("no", "yes")),
        (["ja", "nein", "?"] * 20, {"true": ["ja"], "false": ["nein"]}, {}, ("ja", "nein")),
        ([1, 0] * 30, {"kind": "boolean"}, {"task": "binary"}, ("0", "1")),
        ([float(row % 30) for row in range(600)], {"kind": "category"}, {}, tuple(sorted(map(str, range(30))))),
        ([row % 2 for row in range(60)], {"kind": "number"}, {}, ()),
        (["1,5", "2,5", "word", "3"] * 15, {"kind": "number", "decimal": ","}, {"task": "regression"}, ()),
    ],
)  # fmt: skip
def test_the_target_is_judged_as_its_declared_rule_reads_it(
    clean: Clean, values: list[Any], rule: Any, problem: Any, classes: tuple[str, ...]
) -> None:
    columns = {**table(len(values)), "y": values}
    cleaned = clean(columns, config={"columns": {"y": rule}}, **problem).value
    assert cleaned.classes == classes
    assert cleaned.task == ("regression" if not classes else "binary" if len(classes) == 2 else "multiclass")
    pinned = columns_section(cleaned.schema, Cleaning.model_validate({"columns": {"y": rule}}))
    again = clean(columns, config=pinned, task=cleaned.task).value
    assert again.schema == cleaned.schema
    assert again.typed.read_bytes() == cleaned.typed.read_bytes()


def test_a_boolean_target_sets_aside_what_is_neither(clean: Clean) -> None:
    columns = {**table(), "y": ["ja", "nein"] * 29 + ["vielleicht"] * 2}
    cleaned = clean(columns, config={"columns": {"y": {"kind": "boolean", "true": ["ja"], "false": ["nein"]}}}).value
    assert (cleaned.classes, cleaned.positive) == (("ja", "nein"), "ja")
    assert cleaned.ledger.reasons == {"y: neither true nor false": 2}


def test_values_that_stand_for_more_are_followed_by_dots(clean: Clean) -> None:
    assert clean({**table(), "y": list("ABCD") * 15}).value.reason.endswith("('A', 'B', 'C' …)")
    assert clean({**table(), "y": list("ABC") * 20}).value.reason.endswith("('A', 'B', 'C')")


def test_two_classes_left_of_many_are_said_to_be_multiclass(clean: Clean) -> None:
    columns = {**table(), "y": ["a", "b"] * 28 + ["c"] * 4}
    result = clean(columns)
    assert (result.value.task, result.value.classes) == ("multiclass", ("a", "b"))
    (told,) = [each for each in result.chapter.findings if each.code == "TF-CLEAN-120"]
    assert "allowed: ['a', 'b']" in told.action
    cleaned = clean(columns, config={"columns": {"y": {"contract": {"allowed": ["a", "b"]}}}}).value
    assert cleaned.task == "binary"


@pytest.mark.parametrize(
    ("role", "rule", "reason"),
    [
        ("key", {"contract": {"unique": True}}, "not unique"),
        ("group", {"contract": {"pattern": "[0-9]{19}"}}, "does not match"),
        ("group", {"kind": "number", "contract": {"min": 1}}, "below 1"),
        ("audit", {"kind": "number", "contract": {"min": 1}}, "below 1"),
        ("ignored", {"contract": {"pattern": "1[0-9]*"}}, "does not match"),
        ("feature", {"kind": "category", "contract": {"unique": True}}, "not unique"),
    ],
)  # fmt: skip
def test_a_column_keeps_its_contract_whatever_its_role(
    clean: Clean, role: str, rule: dict[str, Any], reason: str
) -> None:
    columns = {**table(62), "no": [str(10**18 + row) for row in range(60)] + ["0", "0"]}
    for name in columns:
        columns[name][61] = columns[name][60]  # the same row twice, which a key may name
    result = clean(columns, config={"roles": {"no": role, "id": "ignored"}, "columns": {"no": rule}})
    assert result.value.ledger.quarantined == 2
    assert any(f"no: {reason}" in each for each in result.value.ledger.reasons)


def test_unreadable_values_may_count_as_missing(clean: Clean) -> None:
    columns = table()
    columns["age"][1] = "old"
    config = {"columns": {"age": {"kind": "number", "unreadable": "missing"}}}
    assert clean(columns, config=config).value.ledger.quarantined == 0


def test_small_classes_are_set_aside_and_a_small_binary_class_is_refused(clean: Clean) -> None:
    columns = table()
    columns["y"] = ["a", "b", "c"] * 19 + ["rare"] * 3
    cleaned = clean(columns).value
    assert cleaned.classes == ("a", "b", "c")
    assert cleaned.ledger.reasons == {"y: the class has fewer than 5 rows": 3}
    (found,) = [each for each in clean(columns).chapter.findings if each.code == "TF-CLEAN-112"]
    assert found.severity == "note"
    assert found.message.startswith("3 rows set aside")
    assert "merge" in found.action
    assert "missing mark" not in found.action
    columns["y"] = ["a"] * 57 + ["b"] * 3
    with pytest.raises(UserError, match="TF-CLEAN-037"):
        clean(columns)


@pytest.mark.parametrize(
    ("change", "settings", "code"),
    [
        ({}, {"target": "Y"}, "TF-CLEAN-030"),
        ({"y": [None] * 60}, {}, "TF-CLEAN-031"),
        ({"y": ["1"] * 60}, {}, "TF-CLEAN-032"),
        ({}, {"task": "regression"}, "TF-CLEAN-033"),
        ({"y": ["a", "b", "c"] * 20}, {"task": "binary"}, "TF-CLEAN-034"),
        ({}, {"config": {"columns": {"y": {"kind": "date"}}}}, "TF-CLEAN-045"),
        ({}, {"task": "regression", "config": {"columns": {"y": {"kind": "category"}}}}, "TF-CLEAN-045"),
        ({}, {"config": {"columns": {"y": {"kind": "number"}}}}, "TF-CLEAN-033"),
        ({}, {"config": {"columns": {"y": {"kind": "boolean"}}}}, "TF-CLEAN-031"),
        ({}, {"config": {"columns": {"y": {"contract": {"allowed": ["c"]}}}}}, "TF-CLEAN-031"),
        ({}, {"config": {"columns": {"y": {"recode": {"a": "b"}}}}}, "TF-CLEAN-032"),
        ({}, {"config": {"columns": {"y": {"contract": {"min": 0}}}}}, "TF-CLEAN-046"),
        ({}, {"config": {"columns": {"id": {"contract": {"max": 9}}}}}, "TF-CLEAN-046"),
        ({"y": ["1", "2", "a"] * 20}, {"task": "regression"}, "TF-CLEAN-033"),
        ({}, {"positive": "B"}, "TF-CLEAN-035"),
        ({}, {"positive": "1"}, "TF-CLEAN-035"),
        ({}, {"config": {"roles": {"agee": "ignored"}}}, "TF-CLEAN-040"),
        ({}, {"fairness": {"sensitive": ["agee"]}}, "TF-CLEAN-040"),
        ({}, {"config": {"roles": {"age": "target"}}}, "TF-CLEAN-041"),
        ({}, {"config": {"roles": {"id": "key", "age": "key"}}}, "TF-CLEAN-042"),
        ({}, {"config": {"roles": {"job": "group", "age": "group"}}}, "TF-CLEAN-050"),
        ({}, {"config": {"infer": False}}, "TF-CLEAN-043"),
        ({"since": ["01/02/2021", "03/04/2021"] * 30}, {}, "TF-CLEAN-044"),
        ({"since": ["13/02/2021", "02/13/2021"] * 30}, {}, "TF-CLEAN-044"),
        ({}, {"config": {"columns": {"since": {"kind": "date", "formats": ["%q"]}}}}, "TF-CLEAN-010"),
    ],
)  # fmt: skip
def test_mistakes_are_named(clean: Clean, change: dict[str, Any], settings: dict[str, Any], code: str) -> None:
    with pytest.raises(UserError) as raised:
        clean({**table(), **change}, **settings)
    assert raised.value.problems[0].code == code
    assert raised.value.problems[0].do


@pytest.mark.parametrize(
    ("change", "rules", "got", "do"),
    [
        ({}, {"id": {"kind": "date"}}, "(none); set aside: id: not a date (60 rows)", "cleaning.columns.id"),
        ({}, {"fee": {"contract": {"max": 1}}}, "(none); set aside: fee: above 1 (60 rows)", "cleaning.columns.fee"),
        ({"y": [-2.5] * 30 + ["1.5"] * 30}, {"y": {"kind": "number", "contract": {"max": 0}}},
         "constant (-2.5 in all 30 usable rows; set aside: y: above 0 (30 rows))", "cleaning.columns.y"),
        ({"y": [str(row / 8) for row in range(8)]}, {}, "too few usable rows (8)", "collect more rows"),
    ],
)  # fmt: skip
def test_why_too_little_is_left_is_said(
    clean: Clean, change: dict[str, Any], rules: dict[str, Any], got: str, do: str
) -> None:
    rows = len(change.get("y", range(60)))
    columns = {name: list(map(str, values)) for name, values in {**table(60), **change}.items()}
    columns = {name: values[:rows] for name, values in columns.items()}
    with pytest.raises(UserError) as raised:
        clean(columns, config={"columns": rules, "roles": {"id": "feature"}})
    (problem,) = raised.value.problems
    assert got in problem.got
    assert "quarantine" not in str(problem)
    assert problem.do is not None
    assert do in problem.do


def test_a_key_has_to_identify_rows_but_may_repeat_with_them(clean: Clean) -> None:
    columns = table()
    twice = {name: values + values[:5] for name, values in columns.items()}
    keyed = {"config": {"roles": {"id": "key"}}}
    assert clean(twice, **keyed).value.ledger.quarantined == 0
    twice["fee"][60] = "$1.00"  # of the first row: two of 65
    result = clean(twice, **keyed)
    ledger = result.value.ledger
    assert (ledger.rows_out, ledger.reasons) == (63, {"id: the key stands for different rows": 2})
    (told,) = [each for each in result.chapter.findings if each.code == "TF-CLEAN-112"]
    assert "`id: group`" in told.action
    twice["y"][60] = None
    assert clean(twice, **keyed).value.ledger.rows_out == 64, "what is set aside anyway is no other row"
    twice["fee"][61:65] = ["$1.00"] * 4
    with pytest.raises(UserError) as raised:
        clean(twice, **keyed)
    problem = raised.value.problems[0]
    assert (problem.code, problem.where) == ("TF-CLEAN-039", "cleaning.roles.id")
    assert problem.got.startswith("8 rows share a value of the key 'id' with a different row: 'k000' (2 rows)")


def test_a_table_without_rows_is_refused(clean: Clean) -> None:
    with pytest.raises(UserError, match="TF-CLEAN-036"):
        clean({"y": [], "x": []})


def test_declared_date_format_settles_ambiguous_dates(clean: Clean) -> None:
    columns = {**table(), "since": ["01/02/2021", "03/04/2021"] * 30}
    cleaned = clean(columns, config={"columns": {"since": {"kind": "date", "formats": ["%d/%m/%Y"]}}}).value
    assert cleaned.schema["since"].rule.formats == ("%d/%m/%Y",)


def test_watched_columns_that_no_model_sees_are_kept_aside(clean: Clean) -> None:
    columns = {**table(), "born": [str(1950 + row) if row else "unknown" for row in range(60)]}
    roles = {"born": "ignored", "job": "ignored", "note": "ignored"}
    rules = {"born": {"kind": "number"}}
    cleaned = clean(
        columns, config={"roles": roles, "columns": rules}, fairness={"sensitive": ["born", "job", "same", "age"]}
    ).value
    schema = cleaned.schema
    assert {name: schema[name].role for name in ("born", "job", "same", "age", "note")} == {
        "born": "audit", "job": "audit", "same": "audit", "age": "feature", "note": "ignored"
    }  # fmt: skip
    assert {"born", "job", "same"}.isdisjoint(dict(schema.inputs))
    assert cleaned.ledger.quarantined == 0, "what cannot be read there is missing, and costs no row"
    values = examples.beside(cleaned.typed, schema, ["born", "job", "same", "note", "__key"])
    assert set(values) == {"born", "job", "same"}
    assert sorted(values["born"])[:2] == [1951.0, 1952.0]
    assert np.isnan(values["born"]).sum() == 1
    assert set(values["job"]) == {"nurse", "cook", "pilot", "⟨missing⟩"}


def test_the_users_own_test_rows_pass_through(clean: Clean) -> None:
    cleaned = clean({**table(), "__test": [row < 10 for row in range(60)], "__source": ["f"] * 60}).value
    typed = pq.read_table(cleaned.typed)
    assert sum(typed["__test"].to_pylist()) == 10
    assert "__source" not in typed.schema.names


def test_typed_sources_read_like_text(clean: Clean) -> None:
    columns = table()
    as_numbers = {
        **columns,
        "age": [None if each is None else float(each) for each in columns["age"]],
        "same": [1] * 60,
    }
    first, second = pq.read_table(clean(columns).value.typed), pq.read_table(clean(as_numbers).value.typed)
    assert first.equals(second)


def test_a_cleaned_table_is_saved_and_loaded(clean: Clean) -> None:
    cleaned = clean(table()).value
    cleaned.save(cleaned.typed.parent)
    assert Cleaned.load(cleaned.typed.parent) == cleaned


def test_the_chapter_lists_what_a_request_may_leave_out(clean: Clean) -> None:
    rules = {"fee": {"optional": True}, "rate": {"optional": False}}
    chapter = clean(table(), config={"columns": rules}).chapter
    grid = next(block for block in chapter.blocks if getattr(block, "title", "").startswith("Columns that"))
    assert [(row[0], row[2]) for row in grid.rows] == [("age", 9), ("fee", "none: declared"), ("job", ANY)]
    assert "as in training" in grid.rows[0][3]
    assert "no row of training" in grid.rows[1][3]
    plain = clean({"x": [str(n) for n in range(30)] * 2, "y": ["a", "b", "a"] * 20}).chapter
    assert "No column is optional" in plain.blocks[2].text


def test_a_ledger_that_does_not_balance_stops_the_run() -> None:
    with pytest.raises(Fault, match="TF-CLEAN-090"):
        Ledger.balance(10, 8, 1, {})


def test_numbers_regress_and_infinities_are_told(clean: Clean) -> None:
    columns = {
        **table(),
        "y": [str(row * 1.5) for row in range(60)],
        "age": [float(row) for row in range(59)] + [float("inf")],
    }
    result = clean(columns)
    assert result.value.task == "regression"
    assert any(finding.code == "TF-CLEAN-111" for finding in result.chapter.findings)
    loaded = examples.load(result.value.typed, result.value.schema, "regression")
    assert np.isnan(loaded.features["age"]).sum() == 1


def test_finishing_is_the_same_from_the_table(clean: Clean) -> None:
    cleaned = clean(table()).value
    rows = pq.read_table(cleaned.typed)
    typed = {c.name: rows[c.name].to_numpy(zero_copy_only=False) for c in cleaned.schema.features}
    assert set(finish(typed, cleaned.schema)["job"]) == {"nurse", "cook", "pilot", "⟨missing⟩"}


def test_dates_of_several_formats_are_said_and_the_remedy_reads_them(clean: Clean) -> None:
    days = [f"2015-03-{day:02d}" for day in range(1, 25)] + [f"{day:02d} Mar 2015" for day in range(1, 17)]
    columns = {"seen": days * 2, "n": [*range(80)], "y": ["a", "b"] * 40}
    found = [each for each in clean(columns).chapter.findings if each.code == "TF-CLEAN-117"]
    assert [each.subject for each in found] == ["seen"]
    assert "%Y-%m-%d (48 rows), %d %b %Y (32 rows)" in found[0].message
    told = {"columns": {"seen": {"kind": "date", "formats": ["%Y-%m-%d", "%d %b %Y"]}}}
    mended = clean(columns, config=told)
    assert mended.value.schema["seen"].kind == "date"
    assert "TF-CLEAN-117" not in [each.code for each in mended.chapter.findings]
    assert pq.read_table(mended.value.typed)["seen"].null_count == 0


def test_blanks_around_a_name_belong_to_it_and_are_said(clean: Clean) -> None:
    columns = {" age ": [str(30 + row % 40) for row in range(60)], "y ": ["a", "b"] * 30}
    found = clean(columns, target="y ", config={"columns": {" age ": {"kind": "number"}}})
    said = [each.subject for each in found.chapter.findings if each.code == "TF-CLEAN-118"]
    assert said == ["' age '", "'y '"]
    schema = found.value.schema
    read = Reader(schema).read([{" age ": "31"}, {"age": "31"}])
    assert read.columns[" age "].tolist()[0] == 31
    assert [(each.row, each.field) for each in read.problems] == [(1, " age ")]


def test_what_names_things_with_several_rows_is_offered_as_the_group(clean: Clean) -> None:
    draw = random.Random(0)
    columns = {
        "patient_id": [draw.randint(1, 150) for _ in range(600)],  # dense, and as frequent as chance has it
        "visit": [1 + row % 120 for row in range(600)],
        "host_id": [f"H{draw.randint(1, 150) * 7919}" for _ in range(600)],
        "age": [draw.randint(18, 90) for _ in range(600)],
        "No": [1 + row % 200 for row in range(600)],  # 1, 2, 3 … anew in each of three parts
        "y": ["a", "b"] * 300,
    }
    found = clean(columns)
    said = [each for each in found.chapter.findings if each.code == "TF-CLEAN-119"]
    assert [each.subject for each in said] == ["patient_id", "host_id"]
    assert "cleaning.roles.host_id: group" in said[1].action
    grouped = clean(columns, config={"roles": {"patient_id": "group"}}).chapter.findings
    assert "TF-CLEAN-119" not in [each.code for each in grouped]


def test_marks_and_words_that_are_numbers_need_no_quotes(clean: Clean) -> None:
    columns = {
        "age": [str(20 + row) if row % 6 else "-999" for row in range(60)],
        "member": [str(row % 2) for row in range(60)],
        "job": [str(row % 3) for row in range(60)],
        "y": ["a" if row % 4 else "b" for row in range(60)],
    }
    rules = {
        "age": {"missing": [-999]},
        "member": {"kind": "boolean", True: [1], False: [0]},
        "job": {"kind": "category", "recode": {0: "nurse", 1: "cook"}, "contract": {"allowed": ["nurse", "cook", 2]}},
    }
    cleaned = clean(columns, config={"columns": rules}).value
    assert (cleaned.ledger.rows_out, cleaned.ledger.quarantined) == (60, 0)
    typed = pq.read_table(cleaned.typed)
    assert typed["age"].null_count == 10
    assert set(typed["member"].to_pylist()) == {0.0, 1.0}
    assert set(typed["job"].to_pylist()) == {"nurse", "cook", "2"}
