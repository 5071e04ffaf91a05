"""The first workflow file: whatever stands in a table, what `tenfold init` writes can be read."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tenfold import Workflow
from tenfold.api.drafting import draft
from tenfold.workflow.file import WorkflowFile, load, parse
from tenfold.workflow.resolved import entry, to_yaml

QUESTION = "How satisfied are you with the service that you received during your last visit, " * 2
#: Names that YAML would read as something else, or not at all.
NASTY = (
    QUESTION, "w" * 2000, "A B\nC", "a: b", "- x", "? y", "#z", "<<", "=", "yes", "null", "1", "1.5", "2021-01-01", "~",
    "[a]", "{b}", "'c'", '"d"', "e\te", "&f", "*g", "!h", "%i", "`j`", "\u2028", "a,b", "\x85", "k: [", "l #m", "...",
    "--- n", "why? yes", ":0", "a 'b' \t: ", "w: \t\x07\ufeff \n" * 30,
)  # fmt: skip
SIGNS = ":-#?{}[],&*!|>'\"%@` ab1.e+~=<_/()\\\t\n\r\x85é\u2028\ufeff\x07\x7f"
NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1) | st.text(SIGNS, min_size=1, max_size=300)


@settings(deadline=None)
@given(st.dictionaries(NAMES, st.lists(NAMES, max_size=2), min_size=1, max_size=4))
@example({name: [name] for name in NASTY})
def test_any_names_come_back_from_the_entries_of_a_block(
    tmp_path_factory: pytest.TempPathFactory, names: dict[str, list[str]]
) -> None:
    rules = {name: {"kind": "category", "missing": marks, "recode": {name: "x"}} for name, marks in names.items()}
    file = tmp_path_factory.getbasetemp() / "names.yaml"
    lines = [entry(name, rule, 4) for name, rule in rules.items()]
    file.write_text("\n".join(["cleaning:", "  columns:", *lines]) + "\n", "utf-8", newline="")
    assert parse(file) == {"cleaning": {"columns": rules}}
    file.write_text(to_yaml({"cleaning": {"columns": rules}}), "utf-8", newline="")
    assert parse(file) == {"cleaning": {"columns": rules}}, "so do those of resolved.yaml"


@pytest.mark.slow
def test_a_table_of_nasty_names_makes_a_file_that_is_read(tmp_path: Path) -> None:
    names = [name for name in NASTY if name.isprintable() or "\n" in name]
    with (tmp_path / "2021.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow([*names, "the\ntarget"])
        for row in range(120):
            writer.writerow([*((row * (place + 3)) % 17 for place in range(len(names))), ("no", "yes")[row % 2]])
    file = tmp_path / "made.yaml"
    file.write_text(draft(tmp_path / "2021.csv", "the\ntarget", file, tmp_path).text, "utf-8")
    read = load(file)
    assert (read.name, read.problem.target) == ("2021", "the\ntarget")
    assert {*read.cleaning.columns, *read.cleaning.roles} == {*names}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("target", "gate"),
    [(lambda n: n % 2, "{roc_auc: {min: 0.5}}"), (lambda n: "abc"[n % 3], "{log_loss: {max: 1.1}}"),
     (lambda n: 1000 * n + 0.5, "{rmse: {max: 34600}}")],
)  # fmt: skip
def test_the_gate_that_is_suggested_can_be_passed(target: Callable[[int], object], gate: str, tmp_path: Path) -> None:
    rows = "".join(f"{n * 7 % 31},{n * 5 % 13},{target(n)}\n" for n in range(120))
    (tmp_path / "t.csv").write_text(f"a,b,y\n{rows}", "utf-8")
    file = tmp_path / "made.yaml"
    text = draft(tmp_path / "t.csv", "y", file, tmp_path).text
    assert f"  # success: {gate}   # a gate" in text
    file.write_text(text.replace("# success", "success"), "utf-8")
    (bounds,) = load(file).problem.success.values()
    assert bounds.ends != (0, float("inf"))


def judged(file: Path) -> None:
    """By the JSON Schema that `tenfold schema` prints, as an editor does."""
    content = json.loads(json.dumps(parse(file), default=str))
    jsonschema.validate(content, WorkflowFile.model_json_schema())


@pytest.mark.slow
@pytest.mark.parametrize("target", ["left", "fee", "level"])
def test_what_is_written_is_valid_by_the_schema(target: str, tmp_path: Path) -> None:
    """Rules of every sort: affixes, percents, marks, words, formats; the file of `init`, and what its run pins."""
    lines = ["id,fee,rate,member,since,job,note,level,left"]
    for n in range(240):
        rate = "N/A" if n % 5 == 0 else f"{n % 90 + 1}%"
        words = " ".join(("très", "bon", "sleep", "well", "été")[(n * k) % 5] for k in (1, 2, 3, 7))
        job = ("nurse", "cook", "?", "pilot")[n * 3 % 4]
        lines.append(
            f'k{n:04d},"${1000 + n * 37 % 8000:,}.50",{rate},{("yes", "no")[n % 2]},{13 + n % 15}/0{1 + n % 9}/2021,'
            f"{job},{words},{'abc'[n * 7 % 3]},{('no', 'yes')[n * 5 % 3 == 0]}"
        )
    (tmp_path / "t.csv").write_text("\n".join(lines) + "\n", "utf-8")
    file = tmp_path / "made.yaml"
    file.write_text(draft(tmp_path / "t.csv", target, file, tmp_path).text, "utf-8")
    assert ("affixes" in file.read_text("utf-8")) is (target != "fee")
    judged(file)
    run = Workflow(file, project=tmp_path).run(until="splitting")
    judged(run.path / "resolved.yaml")


def test_short_forms_are_valid_by_the_schema(tmp_path: Path) -> None:
    file = tmp_path / "workflow.yaml"
    file.write_text(
        "name: x\n"
        "problem: {target: y, positive: 1, constraints: {budget: 90s, memory: 4GB, latency: 1ms}}\n"
        "data: {sources: {data: a.csv, more: [b.csv, c.csv]}, combine: select 1}\n"
        "splitting: {strategy: grouped, by: shop}\n"
        "compute: {trials: dask, memory: 2GB}\n"
        "cleaning: {columns: {a: {true: [1], missing: [-999], recode: {1: one}, contract: {allowed: [1, 2]}}}}\n"
        "modeling: {parameters: {lightgbm: {num_leaves: 31, max_depth: null}}}\n",
        "utf-8",
    )
    load(file)
    judged(file)
