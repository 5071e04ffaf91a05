"""The pages say what is true: their examples run, their commands exist, their codes are those of the source."""

from __future__ import annotations

import ast
import re
import runpy
import shutil
from pathlib import Path

import pytest

from tenfold import Workflow
from tenfold.cli.main import COMMANDS
from tenfold.metrics import METRICS
from tenfold.metrics.fairness import FAIRNESS_METRICS
from tenfold.steps.problem.config import SERVING_GATES
from tenfold.workflow import file as workflow_file
from tenfold.workflow.file import WorkflowFile

FENCE = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)
#: A row that tells nothing without its filled-in parts: they begin it, or stand one behind the other.
SKELETON = re.compile(r"^\W*…|…\s*…")
WHAT_THEY_END_WITH = {
    "TF-SERVE-105": "2", "TF-SERVE-008": "2, HTTP 422", "TF-SERVE-012": "HTTP 413", "TF-MODEL-090": "3",
    "TF-CLI-002": "130", "TF-VALID-101": "1", "TF-SPLIT-101": "–", "TF-CLEAN-002": "HTTP 422", "TF-CLEAN-030": "2",
}  # fmt: skip


def blocks(page: Path, language: str) -> list[str]:
    return [body for kind, body in FENCE.findall(page.read_text("utf-8")) if kind == language]


def test_codes_page_lists_every_code_of_the_source(project: Path) -> None:
    made = runpy.run_path(str(project / "docs" / "make_errors.py"))["page"](project / "src" / "tenfold")
    assert (project / "docs" / "errors.md").read_text("utf-8") == made, "run docs/make_errors.py"


def test_every_code_has_its_meaning_its_remedy_and_its_end(project: Path) -> None:
    known = runpy.run_path(str(project / "docs" / "make_errors.py"))["known"](project / "src" / "tenfold")
    assert [code for code, entry in known.items() if not (entry.means and entry.do and entry.ends)] == []
    assert [code for code, entry in known.items() if SKELETON.search(entry.means) or SKELETON.search(entry.do)] == []
    assert "date" in known["TF-SPLIT-104"].means
    assert "TF-CLEAN-001" in known
    assert "TF-CLEAN-100" not in known, "only a bound that codes are compared with"


def test_codes_say_what_they_end_with(project: Path) -> None:
    known = runpy.run_path(str(project / "docs" / "make_errors.py"))["known"](project / "src" / "tenfold")
    ends = {code: ", ".join(entry.ends) for code, entry in known.items()}
    assert {code: ends[code] for code in WHAT_THEY_END_WITH} == WHAT_THEY_END_WITH
    assert {end for entry in known.values() for end in entry.ends if "HTTP" not in end} == {"1", "2", "3", "130", "–"}


def test_words_under_a_name_that_is_assigned_twice_are_refused(project: Path) -> None:
    entries = runpy.run_path(str(project / "docs" / "make_errors.py"))["entries"]
    tree = ast.parse(
        "def check(one):\n"
        "    message = 'one is odd'\n"
        "    first = Finding('TF-X-101', 'note', 'one', message, 'mend it')\n"
        "    message = 'another thing'\n"
        "    return [first, Finding('TF-X-102', 'note', 'one', message, 'mend that')]\n"
    )
    with pytest.raises(ValueError, match=r"x\.py line 3, TF-X-101: 'message' is assigned more than once"):
        list(entries(tree, "x.py", {}))
    tabled = dict(entries(tree, "x.py", {}, ("TF-X-101", "TF-X-102")))
    assert tabled["TF-X-102"].ends == ("–",)


def test_workflow_page_has_every_key_of_the_classes(project: Path) -> None:
    made = runpy.run_path(str(project / "docs" / "make_workflow_file.py"))["page"]()
    assert (project / "docs" / "workflow-file.md").read_text("utf-8") == made, "run docs/make_workflow_file.py"
    assert [f"`{name}`" for name in (*METRICS, *SERVING_GATES, *FAIRNESS_METRICS) if f"| `{name}` |" not in made] == []


def test_every_key_says_what_it_means(project: Path) -> None:
    rows = [*runpy.run_path(str(project / "docs" / "make_workflow_file.py"))["rows"](WorkflowFile)]
    assert [row.key for row in rows if not (row.means and row.values and row.default)] == []
    known = {row.key: row for row in rows}
    assert known["splitting.folds"].values == "whole number, 2 to 20"
    assert known["problem.constraints.memory"][1:3] == ("size (`4GB`, `512MiB`), above 0", "`4GB`")
    assert known["problem.success.GATE.min"].default == "–"
    assert "Keys as of `data.sources.NAME`" in known["data.test"].means


def test_file_on_the_workflow_page_is_valid(project: Path, tmp_path: Path) -> None:
    (text,) = blocks(project / "docs" / "workflow-file.md", "yaml")
    (tmp_path / "workflow.yaml").write_text(text, "utf-8")
    assert {*workflow_file.load(tmp_path / "workflow.yaml").model_fields_set} > {"problem", "data", "features"}


@pytest.mark.slow
def test_file_on_the_workflow_page_runs(project: Path, tmp_path: Path) -> None:
    shutil.copytree(project / "examples" / "telco-churn" / "data", tmp_path / "data")
    (text,) = blocks(project / "docs" / "workflow-file.md", "yaml")
    (tmp_path / "workflow.yaml").write_text(text, "utf-8")
    run = Workflow(tmp_path / "workflow.yaml", project=tmp_path).run(until="features")
    assert run.steps[-1] == "features"
    assert [finding.code for finding in run.findings if finding.severity == "problem"] == []


def test_commands_in_the_pages_exist(project: Path) -> None:
    pages = [project / "README.md", *sorted((project / "docs").rglob("*.md"))]
    text = "\n".join(page.read_text("utf-8") for page in pages)
    named = set(re.findall(r"^\$ tenfold (\w+)", text, re.MULTILINE)) | set(re.findall(r"`tenfold (\w+)", text))
    assert named - set(COMMANDS) == set()
    assert {"run", "init", "predict", "serve"} <= named


def test_links_in_the_pages_lead_somewhere(project: Path) -> None:
    for page in [project / "README.md", project / "CONTRIBUTING.md", *sorted((project / "docs").rglob("*.md"))]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


@pytest.mark.slow
def test_python_of_the_readme_runs(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(project / "examples", tmp_path / "examples", ignore=shutil.ignore_patterns(".tenfold"))
    monkeypatch.chdir(tmp_path)
    (source,) = blocks(project / "README.md", "python")
    space: dict[str, object] = {}
    exec(compile(source, "README.md", "exec"), space)
    assert list(space["pipeline"].classes_) in ([0, 1], ["No", "Yes"])  # type: ignore[attr-defined]
    assert space["run"].released.bundle is not None  # type: ignore[attr-defined]
