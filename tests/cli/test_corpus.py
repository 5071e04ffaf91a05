"""The corpus of bad input through the command line: exit status, code, words, and nothing half-written."""

from __future__ import annotations

import json
import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tenfold.workflow.resolved import to_yaml

Tenfold = Callable[..., Any]
#: `make check` reads the same corpus without the command line: tests/corpus.
pytestmark = pytest.mark.slow
CORPUS = Path(__file__).parents[1] / "corpus"
FILES, TABLES = (runpy.run_path(str(CORPUS / name)) for name in ("cases.py", "tables.py"))
#: These ask for a target that is there.
SECTIONS = {"name": "corpus", "splitting": {"small": 0}}


def named(cases: Any) -> Any:
    return pytest.mark.parametrize("case", [pytest.param(c, id=c.name) for c in cases])


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def check_refusal(case: Any, said: Any, folder: Path) -> None:
    assert said.status == case.status == 2, said.err
    problems = json.loads(said.err)["problems"]
    assert any(each["code"].startswith(case.code) for each in problems), problems
    told = " ".join(f"{each['where']}: {each['got']} {each['expected']} {each['do']}" for each in problems)
    for words in case.says:
        assert words in told
    assert all(each["do"] for each in problems), "every problem has its remedy"
    assert said.out == ""
    hidden = [path for path in (folder / ".tenfold").rglob(".*") if path.name.endswith((".tmp", ".gone"))]
    assert hidden == [], "nothing may be left half-written"
    runs = [json.loads(path.read_text("utf-8")) for path in (folder / ".tenfold" / "runs").rglob("run.json")]
    assert all(run["status"] == "failed" for run in runs)


@named(FILES["REFUSED"])
def test_bad_file_is_refused(case: Any, tenfold: Tenfold, folder: Path) -> None:
    case.make(folder)
    (folder / "workflow.yaml").write_text(to_yaml({**SECTIONS, "problem": {"target": "y"}, "data": case.data}), "utf-8")
    check_refusal(case, tenfold("run", "--until", "data", "--json"), folder)
    assert not [path for path in folder.glob(".tenfold/cache/*/*") if path.suffix == ".parquet"]


@named(FILES["ACCEPTED"])
def test_odd_file_is_accepted_with_its_note(case: Any, tenfold: Tenfold, folder: Path) -> None:
    case.make(folder)
    (folder / "workflow.yaml").write_text(to_yaml({**SECTIONS, "problem": {"target": "y"}, "data": case.data}), "utf-8")
    said = tenfold("run", "--until", "data", "--json")
    assert said.status == 0, said.err
    assert not case.code or case.code in notes(tenfold, "data")


def notes(tenfold: Tenfold, step: str) -> dict[str, str]:
    """The findings of a step: code → words."""
    (chapter,) = tenfold("report", "latest", "--step", step, "--json").data["chapters"]
    return {
        each["code"]: f"{each['subject']} {each['message']} {each.get('action', '')}" for each in chapter["findings"]
    }


def run_table(case: Any, tenfold: Tenfold, folder: Path) -> Any:
    (folder / "data.csv").write_text(case.text, "utf-8")
    content = {**SECTIONS, "data": {"sources": {"main": {"file": "data.csv"}}}, **case.sections}
    (folder / "workflow.yaml").write_text(to_yaml(content), "utf-8")
    return tenfold("run", "--until", case.until, "--json")


@named(TABLES["REFUSED"])
def test_bad_table_is_refused(case: Any, tenfold: Tenfold, folder: Path) -> None:
    check_refusal(case, run_table(case, tenfold, folder), folder)


@pytest.mark.slow
@named(TABLES["ACCEPTED"])
def test_odd_table_is_accepted_with_its_note(case: Any, tenfold: Tenfold, folder: Path) -> None:
    said = run_table(case, tenfold, folder)
    assert said.status == 0, said.err
    if case.code:
        found = notes(tenfold, case.step)
        told = [words for code, words in found.items() if code.startswith(case.code)]
        assert any(all(each in words for each in case.says) for words in told), found


def test_refusal_for_people_has_no_traceback(tenfold: Tenfold, folder: Path) -> None:
    (folder / "data.csv").write_text("", "utf-8")
    said = tenfold("run", "data.csv", "--target", "y", "--quiet")
    assert said.status == 2
    assert said.err.startswith("TF-DATA-002")
    assert "Traceback" not in said.err
