"""Every bad source is refused with its code, every odd one accepted with its note; neither leaves a half."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tenfold.core.errors import ExitStatus, UserError
from tenfold.core.result import Context
from tenfold.steps.data.config import Data
from tenfold.steps.data.step import run

CORPUS = runpy.run_path(str(Path(__file__).with_name("cases.py")))


def named(cases: Any) -> Any:
    return pytest.mark.parametrize("case", cases, ids=[case.name for case in cases])


@pytest.fixture
def context(tmp_path: Path) -> Context:
    folder, root = tmp_path / "step", tmp_path / "project"
    folder.mkdir()
    root.mkdir()
    return Context("data", folder, root)


@named(CORPUS["REFUSED"])
def test_bad_source_is_refused(case: Any, context: Context) -> None:
    case.make(context.root)
    with pytest.raises(UserError) as caught:
        run(Data.model_validate(case.data), context)
    assert case.code in [problem.code for problem in caught.value.problems], str(caught.value)
    assert caught.value.exit_status == ExitStatus(case.status)
    for words in case.says:
        assert words in str(caught.value)
    assert all(problem.where and problem.do for problem in caught.value.problems)
    assert not any(context.folder.iterdir()), "nothing may be left half-written"


@named(CORPUS["ACCEPTED"])
def test_odd_source_is_accepted_with_its_note(case: Any, context: Context) -> None:
    case.make(context.root)
    result = run(Data.model_validate(case.data), context)
    found = [finding for finding in result.chapter.findings if finding.code == case.code]
    assert [finding.code for finding in result.chapter.findings if not case.code] == []
    assert found or not case.code
    said = " ".join(f"{finding.message} {finding.action}" for finding in found)
    assert all(words in said for words in case.says), said
    assert case.rows in (None, result.value.rows)
    assert case.columns in (None, len(result.value.columns))
    assert pq.read_metadata(result.value.raw).num_rows == result.value.rows


def test_message_never_shows_a_password(context: Context) -> None:
    case = next(case for case in CORPUS["REFUSED"] if case.name == "another database")
    with pytest.raises(UserError) as caught:
        run(Data.model_validate(case.data), context)
    assert "secret" not in str(caught.value)


def test_every_case_has_a_name_of_its_own() -> None:
    names = [case.name for case in CORPUS["CASES"]]
    assert len(names) == len(set(names))


def test_mistakes_of_several_sources_are_told_at_once(context: Context) -> None:
    (context.root / "a.csv").write_text("")
    sources = {"a": "a.csv", "b": "b.csv", "c": {"sql": "mysql://db/x", "table": "t"}}
    with pytest.raises(UserError) as caught:
        run(Data.model_validate({"sources": sources, "combine": "from a"}), context)
    assert [problem.code for problem in caught.value.problems] == ["TF-DATA-002", "TF-DATA-001", "TF-DATA-021"]
