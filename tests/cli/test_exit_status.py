"""0: good. 1: a gate failed, nothing is released. 2: the user's mistake, without a traceback. 3: a fault of ours."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow  # whole runs: `make check` leaves them out

Tenfold = Callable[..., Any]
MISTAKES = {
    "no such command": (["rnu"], "did you mean 'run'"),
    "no such option": (["run", "--relese"], "--relese"),
    "no workflow file": (["run", "absent.yaml"], "there is no such file"),
    "table without target": (["run", "rows.csv"], "--target"),
    "target twice": (["run", "workflow.yaml", "--target", "left"], "problem.target"),
    "no such step": (["run", "workflow.yaml", "--until", "modelling"], "did you mean 'modeling'"),
    "no such step to begin with": (["run", "workflow.yaml", "--from", "clean"], "did you mean 'cleaning'"),
    "nonsense budget": (["run", "workflow.yaml", "--budget", "soon"], "soon"),
    "no trials": (["run", "workflow.yaml", "--trials", "0"], "--trials"),
    "gate without reason": (["run", "workflow.yaml", "--accept", "roc_auc"], "--reason"),
    "no such table": (["run", "rws.csv", "--target", "left"], "rws.csv"),
    "no such column": (["run", "rows.csv", "--target", "lefft"], "did you mean 'left'"),
    "no such run": (["why", "20200101", "data"], "no run is named"),
    "no such run to release": (["release", "xyz"], "no run is named"),
    "no such model": (["serve", "nothing"], "nothing"),
    "no such model for a list": (["models", "nothing"], "nothing"),
    "nonsense age": (["gc", "--older-than", "long"], "long"),
    "init without target": (["init", "rows.csv"], "--target"),
    "init of another column": (["init", "rows.csv", "--target", "visist", "-o", "made.yaml"], "did you mean 'visits'"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_mistake_is_told_without_a_traceback(
    name: str, tenfold: Tenfold, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project)
    arguments, words = MISTAKES[name]
    before = sorted(path.name for path in project.iterdir() if path.name != ".tenfold")
    said = tenfold(*arguments)
    assert said.status == 2
    assert words in said.err
    assert any(line.startswith("TF-") for line in said.err.splitlines())
    assert "Traceback" not in said.err
    assert "To do:" in said.err
    as_json = tenfold(*arguments, "--json")
    assert as_json.status == 2
    assert as_json.out == ""
    assert all(problem["code"].startswith("TF-") for problem in json.loads(as_json.err)["problems"])
    assert sorted(path.name for path in project.iterdir() if path.name != ".tenfold") == before


def test_all_mistakes_of_a_file_are_listed_with_line_and_near_name(tenfold: Tenfold, tmp_path: Path) -> None:
    file = tmp_path / "workflow.yaml"
    file.write_text(
        "name: a b\nproblem:\n  taget: left\n  metrik: roc_auc\n  constraints: {budget: soon}\n"
        "data:\n  sources:\n    main: {fil: rows.csv}\nspliting: {test: 0.2}\nmodeling: {candidates: [lightgmb]}\n"
        "splitting: {test: 2}\n",
        "utf-8",
    )
    said = tenfold("run", file, "--json")
    assert said.status == 2
    problems = json.loads(said.err)["problems"]
    found = {each["where"].removeprefix("workflow.yaml "): f"{each['got']} {each['do']}" for each in problems}
    expected = {
        "line 1, name": "", "line 2, problem.target": "missing", "line 3, problem.taget": "did you mean 'target'",
        "line 4, problem.metrik": "did you mean 'metric'", "line 5, problem.constraints.budget": "soon",
        "line 8, data.sources.main.fil": "did you mean 'file'", "line 9, spliting": "did you mean 'splitting'",
        "line 10, modeling.candidates": "did you mean 'lightgbm'", "line 11, splitting.test": "2",
    }  # fmt: skip
    for where, words in expected.items():
        assert words in found.get(where, "nothing was said"), (where, found)
    assert not (tmp_path / ".tenfold").exists()


def test_import_paths_are_checked_with_the_other_mistakes_and_nothing_is_imported(
    tenfold: Tenfold, project: Path
) -> None:
    (project / "mine.py").write_text("import no_such_library as np\nnumber = 1\nclass Model: pass\n", "utf-8")
    (project / "torn.py").write_text("class Model(\n", "utf-8")
    file = project / "workflow.yaml"
    text = file.read_text("utf-8").split("modeling:")[0]
    file.write_text(
        text + "modeling: {candidates: [linear, 'mine:Modle', 'mien:Model', 'torn:Model', 'mine:Np', 'sklearn.dummy:D']"
        "}\n"
        "features: {transformers: ['mine:Model', 'nowhere.at.all:T']}\ntuning: {method: gird}\n",
        "utf-8",
    )
    said = tenfold("run", file, "--json", "-C", project)
    assert said.status == 2
    problems = json.loads(said.err)["problems"]
    assert [each["code"] for each in problems].count("TF-FLOW-006") == 5, problems
    assert any(each["where"].endswith("tuning.method") for each in problems), "with all the others, at once"
    told = " | ".join(f"{each['got']} {each['do']}" for each in problems)
    for words in (
        "did you mean 'Model'?",
        "did you mean 'mine'?",
        "torn.py line 1",
        "use one of 'Model'",
        "no module 'nowhere.at.all'",
    ):
        assert words in told, (words, told)
    assert not (project / ".tenfold").exists()


def test_broken_yaml_names_its_line(tenfold: Tenfold, tmp_path: Path) -> None:
    file = tmp_path / "workflow.yaml"
    file.write_text("name: x\nproblem: {target: left\ndata: [\n", "utf-8")
    said = tenfold("run", file)
    assert said.status == 2
    assert "TF-FLOW-002  workflow.yaml line" in said.err


@pytest.mark.parametrize("budget", ["0", "0s", "-5", "-5s"])
def test_a_budget_of_nothing_is_a_mistake(tenfold: Tenfold, project: Path, budget: str) -> None:
    said = tenfold("run", project / "workflow.yaml", f"--budget={budget}", "--json", "-C", project)
    assert said.status == 2
    assert len(said.codes) == 1


def strict(released: Path, gate: str = "{roc_auc: {min: 0.9999}}") -> Path:
    """The released workflow with a gate that fails."""
    text = (released / "workflow.yaml").read_text("utf-8")
    file = released / "strict.yaml"
    head, tail = text.split("  success:\n", 1)
    file.write_text(f"{head}  success: {gate}\n" + tail[tail.index("data:") :], "utf-8")
    return file


def test_failed_gate_releases_nothing_and_acceptance_stands_on_the_card(tenfold: Tenfold, released: Path) -> None:
    file = strict(released)
    models = tenfold("models", "churn", "--json", "-C", released).data
    command = ["run", file, "--release", "--trials", 1, "--json", "-C", released]
    said = tenfold(*command)
    assert said.status == 1
    assert said.data["verdict"] == "refused"
    assert any("roc_auc" in reason for reason in said.data["refused"])
    assert (said.data["model"], said.data["version"]) == (None, None)
    assert tenfold("models", "churn", "--json", "-C", released).data == models
    assert tenfold("release", said.data["run"], "--quiet", "-C", released).status == 1
    reason = "pilot with 50 customers, approved by the board"
    accepted = tenfold("release", said.data["run"], "--accept", "roc_auc", "--reason", reason, "--json", "-C", released)
    assert accepted.status == 0
    assert accepted.data["version"] == len(models) + 1
    card = released / ".tenfold" / "models" / "churn" / str(accepted.data["version"]) / "card.md"
    assert reason in card.read_text("utf-8")
    for run in (said.data["run"], accepted.data["run"]):
        again = tenfold("release", run, "--json", "-C", released)
        assert (again.status, again.data["version"]) == (0, accepted.data["version"])
        assert again.data["headline"] == f"Released already: churn@{accepted.data['version']}"
    assert reason in tenfold("release", said.data["run"], "-C", released).out
    assert tenfold(*command).status == 1, "another run of the file is judged as before"


def test_a_release_by_acceptance_says_so_wherever_it_is_read(
    tenfold: Tenfold, released: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    file, reason = strict(released), "pilot with 50 customers"
    command = ["run", file, "--release", "--trials", 1, "-C", released]
    assert "release with --accept roc_auc" in " ".join(tenfold(*command).out.replace("`", "").split())
    command += ["--accept", "roc_auc", "--reason", reason]
    said = tenfold(*command, "--json").data
    (gate,) = said["gates"]
    assert (gate["name"], gate["status"], gate["reason"]) == ("roc_auc", "accepted", reason)
    assert said["accepted"] == {"roc_auc": reason}
    assert said["measures"][0]["accepted"] == reason
    chapter = tenfold("report", "latest", "--step", "validation", "--json", "-C", released).data["chapters"][0]
    assert chapter["summary"].startswith("Failed gates were accepted")
    (finding,) = [each for each in chapter["findings"] if each["code"] == "TF-VALID-101"]
    assert finding["severity"] == "warning"
    assert reason in finding["message"]
    out = " ".join(tenfold(*command).out.split())
    assert f"at least 0.9999; accepted: {reason}" in out
    assert "Accepted, although roc_auc" in out
    events = (Path(said["folder"]) / "events.jsonl").read_text("utf-8")
    assert "Failed gates were accepted" in events, "what is told while it runs"
    assert "A gate failed" not in events
    for page in (out, Path(said["report"]).read_text("utf-8")):
        assert reason in page
        assert "Improve the model" not in page
        assert "A gate failed" not in page
    card = (released / ".tenfold" / "models" / "churn" / str(said["version"]) / "card.md").read_text("utf-8")
    assert "failed and was accepted" in card
    assert tenfold("run", file, "--release", "--trials", 1, "--json", "-C", released).data["gates"][0]["reason"] == ""


def test_a_release_without_gates_says_that_none_were_set(tenfold: Tenfold, released: Path) -> None:
    command = ["run", strict(released, "{}"), "--release", "--trials", 1, "-C", released]
    said = tenfold(*command, "--json").data
    assert said["gates"] == []
    assert "No gates were set" in said["sentence"]
    assert "No gates were set." in " ".join(tenfold(*command).out.split())
    folder = released / ".tenfold" / "models" / "churn" / str(said["version"])
    assert "- **verdict**: no gates were set" in (folder / "card.md").read_text("utf-8")
    assert "- **gates**: none" in (folder / "card.md").read_text("utf-8")
    evaluation = json.loads((folder / "card.json").read_text("utf-8"))["evaluation"]
    assert (evaluation["verdict"], evaluation["gates"]) == ("no gates were set", [])


@pytest.mark.slow
def test_a_failed_gate_on_fairness_stands_among_the_measures(tenfold: Tenfold, released: Path) -> None:
    fairness = "{sensitive: [plan], demographic_parity_difference: {max: 0.001}}"
    file = strict(released, f"{{roc_auc: {{min: 0.5}}}}\n  fairness: {fairness}")
    said = tenfold("run", file, "--release", "--trials", 1, "-C", released)
    assert said.status == 1
    line = next(line for line in said.out.splitlines() if "Demographic parity difference" in line)
    assert "✗" in line
    assert "at most 0.001" in line


@pytest.mark.slow
def test_budget_too_short_still_leaves_the_simplest_model(tenfold: Tenfold, project: Path) -> None:
    said = tenfold("run", project / "workflow.yaml", "--budget", "1s", "-C", project, "--json")
    assert said.status == 0
    assert said.data["leaderboard"][0]["model"].startswith("→ linear")


def test_accepting_what_is_no_gate_is_a_mistake(tenfold: Tenfold, released: Path) -> None:
    command = ["run", strict(released), "--release", "--trials", 1, "-C", released]
    said = tenfold(*command, "--accept", "roc_ac", "--reason", "why not")
    assert said.status == 2
    assert "did you mean 'roc_auc'" in said.err


def test_fault_of_ours_shows_a_traceback_and_ends_with_three(
    tenfold: Tenfold, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*arguments: object, **more: object) -> None:
        raise ZeroDivisionError("we did that")

    monkeypatch.setattr("tenfold.steps.cleaning.step.run", broken)
    command = ["run", project / "workflow.yaml", "-C", project]
    said = tenfold(*command)
    assert said.status == 3
    assert "TF-CLI-003  ZeroDivisionError: we did that" in said.err
    assert "Traceback" in said.err
    assert "not yours" in said.err
    assert tenfold(*command, "--json").codes == ["TF-CLI-003"]
    runs = tenfold("runs", "--json", "-C", project).data
    assert [run["status"] for run in runs] == ["failed", "failed"]
