"""The workflow file as people write it: what cannot be read is a mistake with a message, never a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

from tenfold.core.errors import UserError
from tenfold.workflow.file import WorkflowFile, load

BASE = "name: x\nproblem: {target: y}\ndata: {sources: {data: {file: a.csv}}}\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("cleaning:\n  columns:\n    ? 'abc' : {kind: number}\n", "a key that is an object"),
        ("? {a: 1}\n: 3\n", "a key that is an object"),
        ("cleaning:\n  columns:\n    [a]: {kind: number}\n", "line 5: a key that is a list"),
        ("cleaning: {columns: {!foo a: {kind: number}}}\n", "line 4: a key that is neither text nor number"),
        ("cleaning: {columns: !!omap [a: 1]}\n", "TF-FLOW-00"),
        ("cleaning: &c {columns: *c}\n", "TF-FLOW-005"),
        ("features: {exclude: &c [*c]}\n", "TF-FLOW-005"),
        ("cleaning: *nope\n", "line 4: found undefined alias"),
        ("seed: !!python/object/apply:os.system [ls]\n", "TF-FLOW-005"),
        ("seed: !!int abc\n", "a value that cannot be read"),
        ("seed: 0x_\n", "a value that cannot be read"),
        ("exploration: {today: 2021-13-01}\n", "month must be in 1..12"),
        (f"seed: {'9' * 5000}\n", "a value that cannot be read"),
        (f"cleaning: {'[' * 3000}\n", "TF-FLOW-002"),
        (f"cleaning: {'[' * 3000}{']' * 3000}\n", "nested too deeply"),
        (f"---\n{BASE}", "line 4: a second document begins here"),
        ("seed: 1\nseed: 2\n", "duplicate key"),
        ("cleaning: {<<: 3}\n", "TF-FLOW-002"),
        ("seed: \x00\n", "TF-FLOW-002"),
    ],
)
def test_odd_yaml_is_the_users_mistake(text: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "workflow.yaml"
    file.write_text(BASE + text, "utf-8")
    with pytest.raises(UserError, match="TF-FLOW-00") as caught:
        load(file)
    assert said in str(caught.value)
    assert "Commented" not in str(caught.value)


@pytest.mark.parametrize("text", ["- a\n- b\n", "hello\n", "", "# nothing\n", "null\n"])
def test_a_file_without_sections_is_refused(text: str, tmp_path: Path) -> None:
    file = tmp_path / "workflow.yaml"
    file.write_text(text, "utf-8")
    with pytest.raises(UserError, match=r"TF-FLOW-002 .*no sections in it"):
        load(file)


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (
            "success: {roc_auc: 0.8}",
            "problem.success.roc_auc: got 0.8: there have to be keys (min, max) with values. "
            "To do: write `{min: 0.8}`.",
        ),
        ("success: {log_loss: 0.4}", "To do: write `{max: 0.4}`."),
        ("success: {latency_p99_ms: fast}", "To do: write `{max: NUMBER}`."),
        ("fairness: {equalized_odds_difference: 0.1}", "To do: write `{max: 0.1}`."),
        ("success: 3", "got 3: there have to be keys of your own with values"),
        ("costs: 3", "got 3: there have to be keys (false_negative, false_positive) with values"),
        ("risks: [late]", "there have to be keys (risk, likelihood, impact, owner, mitigation, …) with values"),
        ("success: {roc_auc: {min: 2}}", "`min: 2` can never hold: roc_auc is 0 to 1"),
        ("success: {roc_auc: {max: -0.5}}", "`max: -0.5` can never hold: roc_auc is 0 to 1"),
        ("success: {rmse: {max: -1}}", "`max: -1` can never hold: rmse is at least 0"),
        ("success: {r2: {min: 1.5}}", "`min: 1.5` can never hold: r2 is at most 1"),
        ("success: {latency_p99_ms: {max: -1}}", "latency_p99_ms is at least 0"),
        ("success: {roc_auc: {min: 0.9, max: 0.8}}", "no number is at least 0.9 and at most 0.8"),
        ("success: {roc_auc: {min: .nan}}", "no number is at least nan"),
        (
            "fairness: {equalized_odds_difference: {min: 3}}",
            "`min: 3` can never hold: equalized_odds_difference is 0 to 1",
        ),
    ],
)
def test_a_gate_that_is_no_range_or_can_never_hold_is_refused(problem: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "workflow.yaml"
    file.write_text(BASE.replace("{target: y}", f"{{target: y, {problem}}}"), "utf-8")
    with pytest.raises(UserError, match="TF-FLOW-005") as caught:
        load(file)
    assert said in str(caught.value)
    assert "instance of" not in str(caught.value)


def test_gates_at_the_ends_of_the_range_are_kept(tmp_path: Path) -> None:
    file = tmp_path / "workflow.yaml"
    file.write_text(BASE.replace("{target: y}", "{target: y, success: {roc_auc: {min: 1}, rmse: {max: 0}}}"), "utf-8")
    assert {name: bounds.ends for name, bounds in load(file).problem.success.items()} == {
        "roc_auc": (1, float("inf")), "rmse": (float("-inf"), 0),
    }  # fmt: skip


@pytest.mark.parametrize("coverage", ["90", "0", "1", ".nan", "yes", "all", "null", "true"])
def test_a_coverage_that_is_no_share_is_refused(coverage: str, tmp_path: Path) -> None:
    file = tmp_path / "workflow.yaml"
    file.write_text(f"{BASE}tuning: {{coverage: {coverage}}}\n", "utf-8")
    with pytest.raises(UserError, match="TF-FLOW-005"):
        load(file)


def test_a_coverage_is_a_share_or_none(tmp_path: Path) -> None:
    file = tmp_path / "workflow.yaml"
    for given, level in (("0.95", 0.95), ("none", None)):
        file.write_text(f"{BASE}tuning: {{coverage: {given}}}\n", "utf-8")
        assert load(file).tuning.level == level
    file.write_text(BASE, "utf-8")
    assert load(file).tuning.level == 0.9


def test_where_trials_run_is_read(tmp_path: Path) -> None:
    file = tmp_path / "workflow.yaml"
    file.write_text(BASE, "utf-8")
    assert load(file).compute.trials == "local"
    file.write_text(f"{BASE}compute: {{trials: dask, address: 'tcp://a:1', workers: 8, memory: 2GB}}\n", "utf-8")
    read = load(file).compute
    assert (read.trials, read.address, read.workers, read.memory) == ("dask", "tcp://a:1", 8, 2_000_000_000)


@pytest.mark.parametrize(
    ("compute", "said"),
    [
        ("{trials: slurm}", "TF-FLOW-005.*slurm.*'local', 'ray', 'dask' or 'spark'"),
        ("{address: 'tcp://a:1'}", "TF-FLOW-005.*`address` says something about ray, dask or spark"),
        ("{trials: local, workers: 4}", "TF-FLOW-005.*`workers` says something"),
        ("{trials: ray, address: 'ray://a:10001'}", "TF-FLOW-005.*run on a machine of the cluster"),
        ("{trials: dask, workers: 0}", "TF-FLOW-005.*greater than 0"),
        ("{trials: dask, memory: much}", "TF-FLOW-005.*not a size"),
        ("{trial: dask}", "TF-FLOW-003.*did you mean 'trials'"),
    ],
)
def test_a_place_for_trials_that_cannot_be_is_refused(compute: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "workflow.yaml"
    file.write_text(f"{BASE}compute: {compute}\n", "utf-8")
    with pytest.raises(UserError, match=said):
        load(file)


@pytest.mark.parametrize(
    ("section", "do"),
    [
        ("compute: {trials: raay}", "did you mean 'ray'?"),
        ("compute: {trials: slurm}", "use one of 'local', 'ray', 'dask', 'spark'"),
        ("cleaning: {columns: {a: {kind: numbr}}}", "did you mean 'number'?"),
        ("cleaning: {columns: {a: {thousands: x}}}", """use one of '', ',', '.', ' ', "'\""""),
        ("modeling: {candidates: linear}", "write it as a list: [linear]"),
        ("modeling: {candidates: autos}", "did you mean 'auto'?"),
        ("modeling: {candidates: []}", "name candidates, or write `auto`"),
        ("modeling: {candidates: [lightgmb]}", "did you mean 'lightgbm'?"),
        ("modeling: {parameters: {lightgmb: {num_leaves: 9}}}", "did you mean 'lightgbm'?"),
        ("modeling: {candidates: [linear], parameters: {lightgbm: {num_leaves: 9}}}", "use one of 'linear'"),
        ("features: {exclude: a}", "write it as a list: [a]"),
        ("features: {exclude: [7]}", "put it in quotes: '7'"),
        ("features: {exclude: [1.50]}", "put it in quotes: '1.50'"),
        ("features: {exclude: [2021-01-01]}", "put it in quotes: '2021-01-01'"),
        ("features: {exclude: [[a]]}", "write a text"),
        ("cleaning: {columns: {2020: {kind: number}}}", "put the key in quotes: '2020'"),
        ("cleaning: {columns: {a: {7: number}}}", "put the key in quotes: '7'"),
        ("7: number", "put the key in quotes: '7'"),
        ("splitting: {folds: 1}", "write a number from 2 to 20"),
        ("splitting: {test: 1}", "write a number of at least 0 and below 1"),
        ("splitting: {small: -1}", "write a number from 0 on"),
        ("validation: {false_discovery_rate: 0}", "write a number above 0 and below 1"),
        ("compute: {trials: dask, workers: 0}", "write a number above 0"),
        ("tuning: {trials: 1.5}", "write a whole number"),
        ("tuning: {rounds: few}", "write a whole number"),
        ("splitting: {test: some}", "write a number"),
        ("tuning: {ensemble: maybe}", "write `true` or `false`"),
        ("release: {model: my model}", "use letters, digits, `.`, `_` and `-`, 64 at most, a letter or digit first"),
        ("modeling: {parameters: {lightgbm: {num_leaves: {a: 1}}}}", "write one value, or a list of them"),
        ("tuning: {method: bayes}", "did you mean 'bayesian'?"),
    ],
)
def test_a_mistake_in_the_file_says_how_to_write_it(section: str, do: str, tmp_path: Path) -> None:
    file = tmp_path / "workflow.yaml"
    file.write_text(f"{BASE}{section}\n", "utf-8")
    with pytest.raises(UserError, match="line 4") as caught:
        load(file)
    (problem,) = caught.value.problems
    assert (problem.code, problem.do) == ("TF-FLOW-005", do)


def test_a_budget_without_length_says_what_length_it_may_have(tmp_path: Path) -> None:
    file = tmp_path / "workflow.yaml"
    file.write_text(BASE.replace("{target: y}", "{target: y, constraints: {budget: 0s}}"), "utf-8")
    with pytest.raises(UserError, match="TF-FLOW-005") as caught:
        load(file)
    assert caught.value.problems[0].do == "write a number above 0"


def test_values_of_the_data_need_no_quotes_and_are_spelt_as_they_stand(tmp_path: Path) -> None:
    file = tmp_path / "workflow.yaml"
    file.write_text(
        f"{BASE}cleaning:\n  columns:\n"
        "    a: {missing: [-999, -999.0, 1.50, 007, 1e3, 1900-01-01, true, '?'], recode: {7: one, true: 2.0}}\n"
        "    b: {kind: boolean, true: [1, ja], false: [0]}\n"
        "    c:\n      true: [y]\n      contract: {allowed: [1, 2]}\n",
        "utf-8",
    )
    read = load(file).cleaning.columns
    assert read["a"].missing == ("-999", "-999.0", "1.50", "007", "1e3", "1900-01-01", "true", "?")
    assert read["a"].recode == {"7": "one", "true": "2.0"}
    assert (read["b"].true, read["b"].false) == (("1", "ja"), ("0",))
    assert (read["c"].true, read["c"].contract.allowed) == (("y",), ("1", "2"))


def test_what_is_dropped_beside_numbers_has_one_name(tmp_path: Path) -> None:
    file = tmp_path / "workflow.yaml"
    for name in ("affixes", "currency"):  # the second one for files of old
        file.write_text(f"{BASE}cleaning: {{columns: {{a: {{{name}: [kg]}}}}}}\n", "utf-8")
        assert load(file).cleaning.columns["a"].affixes == ("kg",)
    offered = WorkflowFile.model_json_schema()["$defs"]["ColumnRule"]["properties"]
    assert "affixes" in offered
    assert "currency" not in offered


def test_parameters_may_be_nothing_or_lists(tmp_path: Path) -> None:
    file = tmp_path / "workflow.yaml"
    given = {"extra_trees": {"max_depth": None, "bootstrap": True}, "lightgbm": {"eval_at": [1, 2]}}
    text = "{extra_trees: {max_depth: null, bootstrap: true}, lightgbm: {eval_at: [1, 2]}}"
    file.write_text(f"{BASE}modeling: {{parameters: {text}}}\n", "utf-8")
    assert load(file).modeling.parameters == given
