"""Every command: what it answers to people, to programs and to nobody."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pyarrow.parquet as pq
import pytest
from ruamel.yaml import YAML

from tenfold import Run, Workflow, load_model
from tenfold.api.summary import summary_of
from tenfold.bundle.write import write as write_bundle
from tenfold.cli.main import COMMANDS, cli
from tenfold.registry import Registry
from tenfold.workflow.runs import find_run
from tenfold.workflow.store import Store

pytestmark = pytest.mark.slow  # whole runs: `make check` leaves them out

Tenfold = Callable[..., Any]
#: Commands that only look; each with arguments that fit the released project.
LOOKING = {
    "report": ["latest"], "runs": [], "models": ["churn"], "why": ["latest", "tuning"], "next": ["latest"],
    "schema": [], "doctor": [], "gc": ["--dry-run"],
}  # fmt: skip


@pytest.mark.parametrize("name", COMMANDS)
def test_command_has_help_json_and_quiet(name: str, tenfold: Tenfold) -> None:
    options = {option for each in cli.get_command(None, name).params for option in each.opts}  # type: ignore[union-attr, arg-type]
    assert {"--json", "--quiet", "--project"} <= options
    said = tenfold(name, "--help")
    assert said.status == 0
    assert said.out.startswith(f"Usage: tenfold {name}")


def test_help_lists_all_commands(tenfold: Tenfold) -> None:
    said = tenfold("--help")
    assert said.status == 0
    assert all(f"  {name} " in said.out for name in COMMANDS)


@pytest.mark.parametrize("name", LOOKING)
def test_looking_speaks_three_ways(name: str, tenfold: Tenfold, released: Path) -> None:
    command = [name, *LOOKING[name], "-C", released]
    people, programs, nobody = tenfold(*command), tenfold(*command, "--json"), tenfold(*command, "--quiet")
    assert [people.status, programs.status, nobody.status] == [0, 0, 0], people.err + programs.err
    assert people.out.strip()
    assert programs.data is not None
    assert nobody.out == nobody.err == ""


def test_run_answers_programs_and_comes_from_the_cache(tenfold: Tenfold, released: Path) -> None:
    said = tenfold("run", released / "workflow.yaml", "--release", "--trials", 1, "--json", "-C", released)
    assert said.status == 0
    assert said.data["status"] == "finished"
    assert said.data["verdict"] == "released"
    assert (said.data["model"], said.data["version"]) == ("churn", 1)
    assert all(said.data["cached"].values())
    assert Path(said.data["report"]).is_file()


def test_run_tells_people_leaderboard_gates_report_and_next_commands(tenfold: Tenfold, released: Path) -> None:
    said = tenfold("run", released / "workflow.yaml", "--release", "--trials", 1, "-C", released)
    assert said.status == 0
    for words in ("Leaderboard", "ROC AUC", "report.html", "tenfold serve churn", "tenfold predict churn"):
        assert words in said.out


def test_release_of_a_released_run_makes_no_new_version(tenfold: Tenfold, released: Path) -> None:
    said = tenfold("release", "churn", "--json", "-C", released)
    assert said.status == 0
    assert said.data["version"] == 1


def test_schema_is_a_valid_json_schema_and_knows_the_workflow_file(tenfold: Tenfold, released: Path) -> None:
    schema = tenfold("schema", "--json").data
    jsonschema.Draft202012Validator.check_schema(schema)
    content = json.loads(json.dumps(YAML(typ="safe").load((released / "workflow.yaml").read_text("utf-8"))))
    jsonschema.validate(content, schema)
    with pytest.raises(jsonschema.ValidationError, match="taget"):
        jsonschema.validate({**content, "problem": {"taget": "left"}}, schema)
    with pytest.raises(jsonschema.ValidationError, match="'rocauc' is not"):
        jsonschema.validate({**content, "problem": {"target": "left", "metric": "rocauc"}}, schema)
    with pytest.raises(jsonschema.ValidationError, match="'latency' is not one of"):
        jsonschema.validate({**content, "problem": {"target": "left", "success": {"latency": {"max": 1}}}}, schema)


def test_init_writes_a_file_that_runs(tenfold: Tenfold, project: Path) -> None:
    output = project / "made.yaml"
    command = ["init", project / "rows.csv", "--target", "left", "-o", output, "-C", project]
    assert tenfold(*command, "--json").data == {"file": str(output), "open": []}
    text = output.read_text("utf-8")
    assert "docs/workflow-file.md" in text.split("name:")[0]
    assert Workflow(output, project=project).file.problem.target == "left"
    assert "# Fewer than 2,000 rows: none is sealed" in text
    assert "splitting: {strategy: stratified}\n" in text
    assert tenfold("run", output, "--until", "features", "--quiet", "-C", project).status == 0
    again = tenfold(*command, "--json")
    assert (again.status, again.codes) == (2, ["TF-CLI-013"])
    assert output.read_text("utf-8") == text
    assert tenfold(*command, "--force", "--quiet").status == 0


def test_init_leaves_what_only_a_person_can_settle_open(tenfold: Tenfold, project: Path) -> None:
    rows = [{**row, "a: when": f"{n % 12 + 1:02d}/{n % 11 + 1:02d}/2021"} for n, row in enumerate(rows_of(project))]
    write(project / "rows.csv", rows)
    output = project / "made.yaml"
    command = ["init", project / "rows.csv", "--target", "left", "-o", output, "-C", project, "--force"]
    said = tenfold(*command)
    assert said.status == 0
    assert "Open:    TF-CLEAN-044  column 'a: when': day and month cannot be told apart" in said.out
    assert [each["code"] for each in tenfold(*command, "--json").data["open"]] == ["TF-CLEAN-044"]
    text = output.read_text("utf-8")
    lines = [line for line in text.splitlines() if "# 'a: when': {kind: date, formats: ['%" in line]
    assert len(lines) == 2, "both formats are offered"
    assert "'a: when': ignored" not in text
    run = ["run", output, "--until", "cleaning", "-C", project]
    unedited = tenfold(*run, "--json")
    assert (unedited.status, unedited.codes) == (2, ["TF-CLEAN-044"])
    output.write_text(text.replace(lines[0], lines[0].replace("# ", "", 1)), "utf-8")
    assert tenfold(*run, "--quiet").status == 0


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_predict_answers_a_file_and_refuses_what_it_cannot_read(
    suffix: str, tenfold: Tenfold, released: Path, tmp_path: Path
) -> None:
    with (released / "rows.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))[:40]
    rows[3]["income"], rows[8]["since"] = "a lot", "31/31/2020"
    with (tmp_path / "new.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    output = tmp_path / f"out{suffix}"
    said = tenfold("predict", "churn@champion", tmp_path / "new.csv", "-o", output, "--json", "-C", released)
    assert (said.status, said.data) == (0, {**NOTHING, "rows": 38, "refused": 2})
    answers = (
        list(csv.DictReader(output.open(encoding="utf-8"))) if suffix == ".csv" else pq.read_table(output).to_pylist()
    )
    assert [each["id"] for each in answers] == [row["customer"] for row in rows]
    refused = {n: each["problems"] for n, each in enumerate(answers) if each["problems"]}
    assert list(refused) == [3, 8]
    assert "income" in refused[3]
    assert "since" in refused[8]
    assert all((each["prediction"] in ("yes", "no")) != (n in refused) for n, each in enumerate(answers))


NOTHING = {"rows": 0, "refused": 0, "unknown_columns": [], "absent_columns": []}


def rows_of(released: Path) -> list[dict[str, str]]:
    return list(csv.DictReader((released / "rows.csv").open(encoding="utf-8")))


def write(path: Path, rows: list[dict[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_predict_names_columns_that_the_file_lacks_once(tenfold: Tenfold, released: Path, tmp_path: Path) -> None:
    short = [{"customer": row["customer"], "Plan": row["plan"]} for row in rows_of(released)[:30]]
    file = write(tmp_path / "short.csv", short)
    said = tenfold("predict", "churn", file, "-o", tmp_path / "out.csv", "--json", "-C", released)
    assert (said.status, said.codes) == (2, ["TF-SERVE-105"])
    assert all(f"'{name}'" in said.err for name in ("plan", "since", "visits", "comment"))
    assert "short.csv" in said.err
    assert not (tmp_path / "out.csv").exists()


def test_predict_of_nothing_but_bad_rows_is_no_success(tenfold: Tenfold, released: Path, tmp_path: Path) -> None:
    file = write(tmp_path / "bad.csv", [{**row, "visits": "many"} for row in rows_of(released)[:30]])
    said = tenfold("predict", "churn", file, "-o", tmp_path / "out.csv", "--json", "-C", released)
    assert (said.status, said.codes, said.data) == (2, ["TF-SERVE-106"], {**NOTHING, "refused": 30})
    assert all("many" in row["problems"] for row in csv.DictReader((tmp_path / "out.csv").open(encoding="utf-8")))


def test_predict_tells_a_misspelt_optional_column(tenfold: Tenfold, released: Path, tmp_path: Path) -> None:
    features = load_model("churn", project=released).scorer.schema.features
    optional = next(column.name for column in features if column.optional)
    misspelt = [{name + "s" * (name == optional): value for name, value in row.items()} for row in rows_of(released)]
    file = write(tmp_path / "rows.csv", misspelt[:9])
    command = ["predict", "churn", file, "-o", tmp_path / "out.csv", "-C", released]
    said = tenfold(*command, "--json").data
    assert (said["unknown_columns"], said["absent_columns"]) == ([f"{optional}s"], [optional])
    assert f"Column '{optional}s' is unknown and was ignored; did you mean '{optional}'?" in tenfold(*command).out


def test_predict_writes_nothing_when_the_model_or_the_file_is_wrong(
    tenfold: Tenfold, released: Path, tmp_path: Path
) -> None:
    wrong = (("chrn", "rows.csv", "out.csv"), ("churn@7", "rows.csv", "out.csv"), ("churn", "rws.csv", "out.csv"),
             ("churn", "rows.csv", "out.xlsx"))  # fmt: skip
    for model, data, output in wrong:
        said = tenfold("predict", model, released / data, "-o", tmp_path / output, "-C", released)
        assert said.status == 2, (model, data, output)
        assert "Traceback" not in said.err
        assert said.err.startswith("TF-")
    assert list(tmp_path.iterdir()) == []


def test_lists_keep_what_matters_at_eighty_columns(
    tenfold: Tenfold, released: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    run = tenfold("runs", "--json", "-C", released).data[0]
    said = tenfold("runs", "-C", released).out
    assert any(line.split()[:4] == [run["run"], "churn", "finished", "10"] for line in said.splitlines()), said
    assert "in the report" not in said
    version = tenfold("models", "--json", "-C", released).data[0]
    said = tenfold("models", "-C", released).out
    assert any(line.split()[:4] == ["churn", "1", "champion", version["run"]] for line in said.splitlines()), said
    assert {"model", "version", "aliases", "run", "created"} == set(version)


def test_runs_of_a_workflow_that_has_none_are_a_mistake(tenfold: Tenfold, released: Path, tmp_path: Path) -> None:
    said = tenfold("runs", "chrn", "-C", released)
    assert (said.status, said.out) == (2, "")
    assert "TF-FLOW-010  runs: no run is of a workflow named 'chrn'. To do: did you mean 'churn'?" in said.err
    assert len(tenfold("runs", "churn", "--json", "-C", released).data) >= 1
    assert "No runs yet" in tenfold("runs", "chrn", "-C", tmp_path).out


def test_why_says_what_changed(tenfold: Tenfold, project: Path) -> None:
    file = project / "workflow.yaml"
    run = ["run", file, "--until", "features", "--quiet", "-C", project]
    tenfold(*run)
    file.write_text(file.read_text("utf-8") + "features: {one_hot: 7}\n", "utf-8")
    tenfold(*run)
    reasons = {step: tenfold("why", "latest", step, "--json", "-C", project).data["reasons"]
               for step in ("exploration", "features")}  # fmt: skip
    assert "came from the cache" in reasons["exploration"][0]
    assert "its section of the workflow file changed" in reasons["features"][0]
    assert tenfold("why", "latest", 6, "--json", "-C", project).data["step"] == "features"
    tenfold(*run, "--from", "5")
    assert "--from" in tenfold("why", "latest", "exploration", "--json", "-C", project).data["reasons"][0]


def test_next_proposes_a_diff_that_can_be_applied(tenfold: Tenfold, project: Path) -> None:
    rows = list(csv.DictReader((project / "rows.csv").open(encoding="utf-8")))
    copied = [{**row, "gone": {"yes": "A", "no": "B"}[row["left"]]} for row in rows]  # a copy of the target
    with (project / "rows.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, copied[0].keys())
        writer.writeheader()
        writer.writerows(copied)
    file = project / "workflow.yaml"
    assert tenfold("run", file, "--until", "exploration", "--quiet", "-C", project).status == 0
    said = tenfold("next", "latest", "--json", "-C", project).data
    assert said["file"] == "workflow.yaml"
    assert any(line.startswith("+") and "gone" in line for line in said["diff"].splitlines())
    assert "gone" not in file.read_text("utf-8")
    assert tenfold("next", "latest", "--apply", "--quiet", "-C", project).status == 0
    assert Workflow(file, project=project).file.cleaning.roles["gone"] == "ignored"


def test_next_of_a_table_alone_writes_a_new_file_and_changes_the_one_of_init(
    tenfold: Tenfold, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project)
    (project / "workflow.yaml").unlink()
    assert tenfold("run", "rows.csv", "--target", "left", "--until", "exploration", "--quiet").status == 0
    said = tenfold("next")
    assert "customer: Not used as a feature" in said.out
    assert "There is no workflow.yaml yet: --apply writes it" in said.out
    assert "+      file: rows.csv" in said.out.splitlines()
    assert "+    customer: key" in said.out.splitlines(), "what Tenfold recommends, not its contrary"
    assert not any(line.startswith("-") for line in said.out.splitlines() if not line.startswith("---"))
    assert tenfold("next", "--apply", "--quiet").status == 0
    assert Workflow(project / "workflow.yaml").file.cleaning.roles == {"customer": "key"}
    tenfold("init", "rows.csv", "--target", "left", "--force", "--quiet")
    drafted = (project / "workflow.yaml").read_text("utf-8")
    changed = [line for line in tenfold("next", "--json").data["diff"].splitlines()[2:] if line[0] in "+-"]
    assert all(line[1:].strip() not in drafted for line in changed if line[0] == "+"), "no line is only laid out anew"
    assert tenfold("next", "--apply", "--quiet").status == 0
    assert tenfold("next", "--json").data["diff"] == ""


def test_next_keeps_the_layout_of_lines_that_it_does_not_change(tenfold: Tenfold, project: Path) -> None:
    file = project / "workflow.yaml"
    text = file.read_text("utf-8")
    odd = text + "features:\n    one_hot:   7   # few\n    exclude:\n    - visits\n"
    file.write_text(odd, "utf-8")
    assert tenfold("run", file, "--until", "exploration", "--quiet", "-C", project).status == 0
    diff = tenfold("next", "--json", "-C", project).data["diff"].splitlines()[2:]
    assert any(line.startswith("+") for line in diff)
    assert not any("one_hot" in line or "visits" in line for line in diff if line[0] in "+-")


def test_gc_removes_old_runs_and_keeps_models(tenfold: Tenfold, project: Path) -> None:
    for number in range(3):
        text = (project / "workflow.yaml").read_text("utf-8").split("features:")[0]
        (project / "workflow.yaml").write_text(text + f"features: {{one_hot: {5 + number}}}\n", "utf-8")
        tenfold("run", project / "workflow.yaml", "--until", "features", "--quiet", "-C", project)
    would = tenfold("gc", "--older-than", "0s", "--keep", 1, "--dry-run", "--json", "-C", project).data
    assert len(would["runs"]) == 2
    assert len(tenfold("runs", "--json", "-C", project).data) == 3
    gone = tenfold("gc", "--older-than", "0s", "--keep", 1, "--json", "-C", project).data
    assert (gone["runs"], gone["results"]) == (would["runs"], 2), "the two older versions of features"
    assert len(tenfold("runs", "--json", "-C", project).data) == 1
    assert all(check["good"] for check in tenfold("doctor", "--json", "-C", project).data)


def test_doctor_finds_damage(tenfold: Tenfold, project: Path) -> None:
    tenfold("run", project / "workflow.yaml", "--until", "data", "--quiet", "-C", project)
    raw = next((project / ".tenfold" / "cache").glob("*/raw.parquet"))
    raw.write_bytes(raw.read_bytes()[:-1])
    said = tenfold("doctor", "--json", "-C", project)
    assert said.status == 2
    (cache,) = [check for check in said.data if check["name"] == "cache"]
    assert not cache["good"]
    assert raw.parent.name in cache["found"]
    assert cache["do"]


def test_doctor_counts_one_version_as_one(tenfold: Tenfold, released: Path) -> None:
    assert "registry: 1 version, history and bundles hold" in tenfold("doctor", "-C", released).out


def test_report_shows_one_chapter_and_writes_html(tenfold: Tenfold, released: Path) -> None:
    chapters = tenfold("report", "latest", "--step", "cleaning", "--json", "-C", released).data["chapters"]
    assert [chapter["step"] for chapter in chapters] == ["cleaning"]
    said = tenfold("report", "churn", "--html", "--json", "-C", released).data
    assert "<html" in Path(said["report"]).read_text("utf-8")


def test_summing_up_an_older_release_writes_nothing(released: Path, tmp_path: Path) -> None:
    project = Path(shutil.copytree(released, tmp_path / "project"))
    store = Store(project / ".tenfold")
    older = Run(find_run(store, "latest"), store)
    scorer, newer = older.model.scorer, project / "newer"
    write_bundle(newer, scorer.schema, b"another graph", scorer.decision, {}, {}, "# newer\n", {})
    registry = Registry(store.registry)
    registry.alias("churn", "champion", registry.register("churn", newer, "another run"))
    before = registry.history()
    assert summary_of(older)["version"] == 1
    assert older.model.version == 1
    assert registry.history() == before
    assert registry.resolve("churn@champion").version == 2


def test_a_step_is_named_by_its_number_everywhere(tenfold: Tenfold, released: Path) -> None:
    by_number, by_name = (
        tenfold("report", "latest", "--step", step, "--json", "-C", released) for step in ("4", "splitting")
    )
    assert (by_number.status, by_number.out) == (0, by_name.out)
    assert [chapter["step"] for chapter in by_number.data["chapters"]] == ["splitting"]
    assert tenfold("report", "latest", "--step", "11", "--json", "-C", released).codes == ["TF-FLOW-011"]


def test_the_budget_of_a_run_is_told_and_named_once(tenfold: Tenfold, released: Path) -> None:
    told = " ".join(tenfold("run", "--help").out.split())
    assert "60s, 5m. Default: the file's, else 2m." in told
    assert "besides one for each candidate; time then has no limit." in told
    said = tenfold("run", released / "workflow.yaml", "--budget", "60s", "--trials", 3, "--json", "-C", released)
    assert (said.status, said.codes) == (2, ["TF-FLOW-015"])


def test_why_a_step_that_was_not_run_says_how_to_run_it(tenfold: Tenfold, project: Path) -> None:
    assert tenfold("run", project / "workflow.yaml", "--until", "data", "--quiet", "-C", project).status == 0
    said = tenfold("why", "latest", "6", "-C", project)
    assert said.status == 2
    assert "To do: run it: tenfold run --until features" in said.err
