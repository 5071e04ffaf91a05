"""Versions, aliases and their history."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenfold.core.errors import UserError
from tenfold.registry import Reference, Registry

Make = Callable[[str], Path]


def code(call: Callable[[], object]) -> str:
    with pytest.raises(UserError) as caught:
        call()
    return caught.value.problems[0].code


def test_a_registered_bundle_is_found_with_all_that_was_said(registry: Registry, make: Make) -> None:
    at = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    number = registry.register("churn", make("one"), "run-7", {"roc_auc": 0.84}, at)
    found = registry.resolve("churn")
    assert (number, found.version, found.run, found.evidence, found.created) == (1, 1, "run-7", {"roc_auc": 0.84}, at)
    assert found.folder == registry.bundles / "churn" / "1"
    assert {each.name for each in found.folder.iterdir()} == {each.name for each in make("one").iterdir()}


def test_the_same_bundle_again_is_the_same_version_and_not_told_twice(registry: Registry, make: Make) -> None:
    assert [registry.register("churn", make(name), "r") for name in ("one", "two", "one", "two")] == [1, 2, 1, 2]
    assert registry.register("other", make("one"), "r") == 1
    assert len(registry.history()) == 3


def test_a_name_alone_means_the_champion_else_the_latest(registry: Registry, make: Make) -> None:
    for name in ("one", "two", "three"):
        registry.register("churn", make(name), name)
    assert registry.resolve("churn").version == 3
    registry.alias("churn", "champion", 2, "ada", "better recall")
    assert registry.resolve("churn").version == 2
    assert registry.resolve("churn@latest").version == 3
    assert registry.resolve("churn@1").version == 1
    assert registry.resolve("churn@champion").aliases == ("champion",)


def test_an_alias_moves_and_the_history_says_who_why_and_from_where(registry: Registry, make: Make) -> None:
    for name in ("one", "two"):
        registry.register("churn", make(name), name, actor="ci")
    registry.alias("churn", "champion", 1, "ada", "first")
    registry.alias("churn", "champion", 2, "bob", "a better one")
    registry.alias("churn", "champion", 2, "bob", "again")  # nothing changes, nothing to tell
    told = [(each.actor, each.action, each.detail["version"]) for each in registry.history("churn")]
    assert told == [("ci", "register", 1), ("ci", "register", 2), ("ada", "alias", 1), ("bob", "alias", 2)]
    assert registry.history()[-1].detail == {"alias": "champion", "version": 2, "before": 1, "reason": "a better one"}
    assert registry.resolve("churn@1").aliases == ()


def test_models_and_versions_are_listed(registry: Registry, make: Make) -> None:
    registry.register("zeta", make("one"), "r")
    for name in ("one", "two"):
        registry.register("alpha", make(name), name)
    registry.alias("alpha", "staging", 1, "ada", "")
    first, second = registry.models()
    assert (first.name, first.versions, first.latest, dict(first.aliases)) == ("alpha", 2, 2, {"staging": 1})
    assert second.name == "zeta"
    assert [each.run for each in registry.versions("alpha")] == ["one", "two"]


def test_mistaken_names_are_answered_with_the_nearest(registry: Registry, make: Make) -> None:
    registry.register("churn", make("one"), "r")
    registry.alias("churn", "champion", 1, "ada", "")
    for wrong, expected, near in (
        ("chrun", "TF-REGISTRY-004", "'churn'"),
        ("churn@9", "TF-REGISTRY-005", "use one of 1"),
        ("churn@champoin", "TF-REGISTRY-006", "'champion'"),
        ("churn@", "TF-REGISTRY-002", ""),
        ("", "TF-REGISTRY-002", ""),
        ("../churn", "TF-REGISTRY-002", "'churn'"),
        ("churn@../1", "TF-REGISTRY-002", ""),
    ):
        with pytest.raises(UserError) as caught:
            registry.resolve(wrong)
        (problem,) = caught.value.problems
        assert problem.code == expected
        assert near in problem.do


@pytest.mark.parametrize("alias", ["3", "latest", "", "a b", "x@y"])
def test_what_cannot_be_an_alias_is_refused(registry: Registry, make: Make, alias: str) -> None:
    registry.register("churn", make("one"), "r")
    assert code(lambda: registry.alias("churn", alias, 1, "ada", "")) in ("TF-REGISTRY-002", "TF-REGISTRY-003")


def test_an_alias_of_nothing_is_refused_and_leaves_no_trace(registry: Registry, make: Make) -> None:
    registry.register("churn", make("one"), "r")
    assert code(lambda: registry.alias("churn", "champion", 2, "ada", "")) == "TF-REGISTRY-005"
    assert code(lambda: registry.alias("chrun", "champion", 1, "ada", "")) == "TF-REGISTRY-004"
    assert len(registry.history()) == 1


def test_looking_makes_no_registry(registry: Registry) -> None:
    assert (registry.models(), registry.history(), registry.verify()) == ((), (), ())
    assert code(lambda: registry.resolve("churn")) == "TF-REGISTRY-004"
    assert code(lambda: registry.versions("churn")) == "TF-REGISTRY-004"
    assert not registry.path.exists()


def test_a_file_that_is_no_registry_is_named(registry: Registry, make: Make) -> None:
    registry.path.parent.mkdir()
    registry.path.write_text("this is not a database, it is a letter to somebody, and it is long enough to be one")
    assert code(registry.models) == "TF-REGISTRY-001"
    assert code(lambda: registry.register("churn", make("one"), "r")) == "TF-REGISTRY-001"


def test_a_registry_of_the_future_is_refused(registry: Registry, make: Make) -> None:
    registry.register("churn", make("one"), "r")
    with sqlite3.connect(registry.path) as connection:
        connection.execute("pragma user_version = 9")
    connection.close()
    assert code(registry.models) == "TF-REGISTRY-001"


def test_a_damaged_bundle_is_not_registered(registry: Registry, make: Make) -> None:
    (make("one") / "card.md").write_text("other")
    assert code(lambda: registry.register("churn", make("one"), "r")) == "TF-BUNDLE-006"
    assert registry.models() == ()


def test_a_lost_bundle_is_put_back_by_registering_it_again(registry: Registry, make: Make) -> None:
    registry.register("churn", make("one"), "r")
    shutil.rmtree(registry.resolve("churn").folder)
    assert [each.code for each in registry.verify()] == ["TF-BUNDLE-001"]
    assert registry.register("churn", make("one"), "r") == 1
    assert registry.verify() == ()


def test_rows_of_versions_and_history_cannot_be_changed(registry: Registry, make: Make) -> None:
    registry.register("churn", make("one"), "r")
    connection = sqlite3.connect(registry.path)
    for statement in ("update history set actor = 'x'", "delete from history", "delete from versions",
                      "update versions set run = 'x'"):  # fmt: skip
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            connection.execute(statement)
    connection.close()


@pytest.mark.parametrize(
    ("tampering", "found"),
    [
        ("update history set actor = 'eve' where seq = 2", "TF-REGISTRY-010"),
        ("update history set detail = '{\"version\": 2}' where seq = 3", "TF-REGISTRY-010"),
        ("delete from history where seq = 1", "TF-REGISTRY-010"),
        ("delete from history where seq = 3", "TF-REGISTRY-011"),
        ("update versions set evidence = '{}' where version = 1", "TF-REGISTRY-011"),
        ("update versions set identity = 'x' where version = 1", "TF-REGISTRY-011"),
        ("update aliases set version = 2", "TF-REGISTRY-011"),
        ("delete from aliases", "TF-REGISTRY-011"),
    ],
)
def test_tampering_past_the_guards_is_found(registry: Registry, make: Make, tampering: str, found: str) -> None:
    registry.register("churn", make("one"), "r", {"auc": 0.9})
    registry.register("churn", make("two"), "r", {"auc": float("nan")})
    registry.alias("churn", "champion", 1, "ada", "good")
    assert registry.verify() == ()
    connection = sqlite3.connect(registry.path)
    for (name,) in connection.execute("select name from sqlite_master where type = 'trigger'").fetchall():
        connection.execute(f"drop trigger {name}")
    connection.execute(tampering)
    connection.commit()
    connection.close()
    assert found in {each.code for each in registry.verify()}


def test_an_exchanged_bundle_is_found(registry: Registry, make: Make) -> None:
    registry.register("churn", make("one"), "r")
    folder = registry.resolve("churn").folder
    shutil.rmtree(folder)
    shutil.copytree(make("two"), folder)
    assert [each.code for each in registry.verify()] == ["TF-REGISTRY-012"]


NAMES = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,20}", fullmatch=True)


@given(NAMES, st.none() | st.integers(0, 10**9) | NAMES.filter(lambda each: not each.isdigit()))
@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])
def test_a_reference_is_read_as_it_is_written(model: str, which: int | str | None) -> None:
    number, alias = (which, None) if isinstance(which, int) else (None, which)
    reference = Reference(model, number, alias)
    assert Reference.parse(str(reference)) == reference
