"""A user's own classes from the workflow file to an answer: released, loaded, predicted with, not served."""

from __future__ import annotations

import hashlib
import json
import random
import runpy
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tenfold.cli.failing import guarded
from tenfold.cli.main import cli

SAMPLE = runpy.run_path(str(Path(__file__).parents[1] / "laws" / "sample.py"))
MODULE = """
import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, TransformerMixin
from sklearn.linear_model import LogisticRegression
from own_shop_helper import STRENGTH

class MyClassifier(ClassifierMixin, BaseEstimator):
    def fit(self, X, y):
        self.inner_ = LogisticRegression(C=STRENGTH, max_iter=500).fit(X, y)
        self.classes_ = self.inner_.classes_
        return self
    def predict(self, X):
        return self.inner_.predict(X)
    def predict_proba(self, X):
        return self.inner_.predict_proba(X)

class Plain(MyClassifier):
    def fit(self, X, y):
        assert isinstance(X, np.ndarray) and len(X) == len(y)
        return super().fit(X, y)
    def predict_proba(self, X):
        assert isinstance(X, np.ndarray) and len(X) >= 0
        return super().predict_proba(X)

class MyTransformer(TransformerMixin, BaseEstimator):
    def fit(self, X, y=None):
        self.mean_ = np.nanmean(np.asarray(X, dtype=float), axis=0)
        return self
    def transform(self, X):
        return np.nan_to_num(np.asarray(X, dtype=float) - self.mean_)

class Fails(MyClassifier):
    def fit(self, X, y):
        raise RuntimeError("boom")

class NoPredict(BaseEstimator):
    def fit(self, X, y):
        return self

VALUE = 3
"""
OWN = {
    "estimator": {"modeling": {"candidates": ["own_shop:MyClassifier"]}},
    "plain": {"modeling": {"candidates": ["own_shop:Plain"]}},
    "transformer": {"modeling": {"candidates": ["linear"]}, "features": {"transformers": ["own_shop:MyTransformer"]}},
    "boosted": {"modeling": {"candidates": ["lightgbm"]}, "features": {"transformers": ["own_shop:MyTransformer"]}},
    "library": {"modeling": {"candidates": ["sklearn.ensemble:GradientBoostingClassifier"]}},
}
TYPES = {"estimator": ["own_shop.MyClassifier"], "plain": ["own_shop.Plain"], "transformer": ["own_shop.MyTransformer"]}


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    (tmp_path / "own_shop.py").write_text(MODULE)
    (tmp_path / "own_shop_helper.py").write_text("STRENGTH = 0.5\n")
    yield tmp_path
    forget()


def forget() -> None:
    """As a fresh process would."""
    for name in ("own_shop", "own_shop_helper", "own_broken"):
        sys.modules.pop(name, None)


def write(folder: Path, sections: Mapping[str, Any]) -> None:
    SAMPLE["write_project"](folder, SAMPLE["make_rows"](300), sections)


def call(folder: Path, *arguments: object) -> int:
    return int(guarded(cli, [str(each) for each in (*arguments, "-C", folder)]))


def release(folder: Path) -> int:
    return call(folder, "run", folder / "workflow.yaml", "--release", "--trials", 1, "--quiet")


@pytest.mark.slow
@pytest.mark.parametrize("name", OWN)
def test_own_code_is_released_predicted_with_and_not_served(
    name: str, folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    write(folder, OWN[name])
    assert release(folder) == 0, capfd.readouterr().err
    bundle = folder / ".tenfold" / "models" / "churn" / "1"
    manifest = json.loads((bundle / "manifest.json").read_text("utf-8"))
    modules = [each for each in manifest["files"] if each.startswith("module_")]
    assert manifest["kind"] == "python"
    assert modules == ([] if name == "library" else ["module_own_shop.py", "module_own_shop_helper.py"])
    (report,) = (folder / ".tenfold" / "runs").glob("churn/*/report.html")
    assert "tenfold predict churn " in report.read_text("utf-8")
    assert "tenfold serve churn" not in report.read_text("utf-8"), "no command is offered that is refused"
    forget()
    assert call(folder, "predict", "churn", folder / "rows.csv", "-o", folder / "out.csv", "--quiet") == 0
    assert len((folder / "out.csv").read_text("utf-8").splitlines()) == 301

    capfd.readouterr()
    assert call(folder, "serve", "churn") == 2
    said = capfd.readouterr().err
    assert said.startswith("TF-SERVE-020")
    assert "`tenfold predict`" in said

    plain = ("predict", bundle, folder / "rows.csv", "-o", folder / "more.csv", "--quiet")
    assert call(folder, *plain) == 2, "a folder has no registry that vouches for it"
    said = capfd.readouterr().err
    assert "TF-BUNDLE-013" in said
    assert "tenfold.learning" not in said, "its own classes are nothing to vouch for"
    assert not (folder / "more.csv").exists()
    if name in TYPES:
        assert call(folder, *plain, *(part for each in TYPES[name] for part in ("--trust", each))) == 0

    (folder / "own_shop.py").write_text(MODULE + "# changed after the release\n")
    assert call(folder, "predict", "churn", folder / "rows.csv", "-o", folder / "same.csv", "--quiet") == 0
    assert (folder / "same.csv").read_bytes() == (folder / "out.csv").read_bytes(), "it answers as it was released"
    for file in modules[:1]:
        (bundle / file).write_text(MODULE.replace("0.5", "0.6") + "#")
        capfd.readouterr()
        assert call(folder, "predict", "churn", folder / "rows.csv", "-o", folder / "more.csv", "--quiet") == 2
        assert "TF-BUNDLE-006" in capfd.readouterr().err


@pytest.mark.slow
def test_a_changed_helper_makes_another_version(folder: Path) -> None:
    write(folder, OWN["estimator"])
    assert release(folder) == release(folder) == 0
    assert [each.name for each in (folder / ".tenfold" / "models" / "churn").iterdir()] == ["1"]
    forget()
    (folder / "own_shop_helper.py").write_text("STRENGTH = 0.01  # weaker\n")
    assert release(folder) == 0
    assert sorted(each.name for each in (folder / ".tenfold" / "models" / "churn").iterdir()) == ["1", "2"]


@pytest.mark.slow
def test_a_bundle_put_in_place_of_the_registered_one_is_not_vouched_for(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    write(folder, OWN["estimator"])
    assert release(folder) == 0
    bundle = folder / ".tenfold" / "models" / "churn" / "1"
    other = MODULE.encode() + b"# does something else\n"
    (bundle / "module_own_shop.py").write_bytes(other)
    manifest = json.loads((bundle / "manifest.json").read_text("utf-8"))
    manifest["files"]["module_own_shop.py"] = {"sha256": hashlib.sha256(other).hexdigest(), "bytes": len(other)}
    (bundle / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    forget()
    capfd.readouterr()
    assert call(folder, "predict", "churn", folder / "rows.csv", "-o", folder / "out.csv", "--quiet") == 2
    assert "TF-REGISTRY-012" in capfd.readouterr().err


@pytest.mark.slow
def test_where_every_candidate_failed_it_is_said_and_not_put_on_the_budget(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    write(folder, {"modeling": {"candidates": ["own_shop:Fails"]}})
    call(folder, "run", folder / "workflow.yaml", "--trials", 1, "--quiet")
    capfd.readouterr()
    for step, code in (("modeling", "TF-MODEL-105"), ("tuning", "TF-TUNE-103")):
        assert call(folder, "report", "latest", "--step", step, "--json") == 0
        (chapter,) = json.loads(capfd.readouterr().out)["chapters"]
        found = {each["code"]: each for each in chapter["findings"]}
        assert "failed" in found[code]["message"]
        assert "time" not in found[code]["action"]
        told = " ".join(each["message"] for each in chapter["findings"])
        assert ("boom" in told) == (step == "modeling"), "the reason is told once"


@pytest.mark.slow
def test_a_released_constant_answer_says_so_at_the_end_and_on_its_card(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    write(folder, {"modeling": {"candidates": ["own_shop:Fails"]}})
    capfd.readouterr()
    assert call(folder, "run", folder / "workflow.yaml", "--release", "--trials", 1) == 0, "no gate forbids it"
    said = capfd.readouterr()
    told = " ".join((said.out + said.err).split())
    assert "Released: churn@champion (a constant answer)" in told
    assert "No candidate could be fitted: this is the constant answer" in told
    assert "TF-TUNE-103" in told
    card = json.loads((folder / ".tenfold" / "models" / "churn" / "1" / "card.json").read_text("utf-8"))
    assert "the constant answer" in card["details"]["algorithm"]
    assert any("No candidate could be fitted" in each for each in card["limitations"]["known"][:3])
    (report,) = (folder / ".tenfold" / "runs").glob("*/*/report.html")
    assert "(a constant answer)" in report.read_text("utf-8").partition("</h1>")[2][:900]


@pytest.mark.parametrize(("path", "says"), [
    ("own_nowhere:X", "no module 'own_nowhere'"),
    ("own_shop:Nope", "has no 'Nope'"),
    ("own_broken:X", "is no Python"),
])  # fmt: skip
def test_a_path_that_leads_nowhere_is_told_with_the_files_other_mistakes(
    path: str, says: str, folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (folder / "own_broken.py").write_text("def x(:\n")
    write(folder, {"modeling": {"candidates": [path]}, "features": {"transformers": ["own_nowhere:T"]}})
    assert call(folder, "run", folder / "workflow.yaml", "--json") == 2
    problems = json.loads(capfd.readouterr().err)["problems"]
    assert [each["code"] for each in problems] == ["TF-FLOW-006", "TF-FLOW-006"]
    assert [each["where"].split(", ")[1] for each in problems] == ["modeling.candidates", "features.transformers"]
    assert says in problems[0]["got"]
    assert not (folder / ".tenfold").exists()


@pytest.mark.parametrize(("path", "code", "says"), [
    ("own_shop:VALUE", "TF-MODEL-002", "is no class"),
    ("own_shop:NoPredict", "TF-MODEL-002", "no method predict"),
    ("own_lacking:X", "TF-MODEL-001", "No module named 'no_such_library'"),
])  # fmt: skip
def test_a_class_that_cannot_be_used_is_told_before_any_work(
    path: str, code: str, says: str, folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (folder / "own_lacking.py").write_text("import no_such_library\nclass X: ...\n")
    write(folder, {"modeling": {"candidates": [path]}, "features": {"transformers": ["own_shop:VALUE"]}})
    assert call(folder, "run", folder / "workflow.yaml", "--json") == 2
    problems = json.loads(capfd.readouterr().err)["problems"]
    assert [each["where"] for each in problems] == ["features.transformers", "modeling.candidates"]
    assert problems[1]["code"] == code
    assert says in problems[1]["got"]
    assert not (folder / ".tenfold" / "cache").exists()


@pytest.mark.slow
def test_a_temperature_goes_with_a_model_that_is_no_graph(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Naive Bayes counts what several columns say alike several times over, and is far too sure of itself."""
    draw = random.Random(3)
    rows = SAMPLE["make_rows"](4200)
    for row in rows:
        row |= {f"visits {copy}": str(int(row["visits"]) + draw.randint(0, 1)) for copy in range(4)}
    sections = {"modeling": {"candidates": ["sklearn.naive_bayes:GaussianNB"]}, "tuning": {"method": "none"}}
    SAMPLE["write_project"](folder, rows, sections)
    assert call(folder, "run", folder / "workflow.yaml", "--release", "--quiet") == 0, capfd.readouterr().err
    bundle = folder / ".tenfold" / "models" / "churn" / "1"
    assert json.loads((bundle / "manifest.json").read_text("utf-8"))["kind"] == "python"
    card = json.loads((bundle / "card.json").read_text("utf-8"))
    assert card["training"]["calibration"].startswith("temperature "), "there is one to lose"
    proof = json.loads((bundle / "proof.json").read_text("utf-8"))
    assert proof["passed"]
    assert call(folder, "predict", "churn", folder / "rows.csv", "-o", folder / "out.csv", "--quiet") == 0


@pytest.mark.slow
def test_parameters_of_the_users_need_not_be_numbers(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    given = {"extra_trees": {"max_features": "sqrt"}}
    write(folder, {"modeling": {"candidates": ["linear", "extra_trees"], "parameters": given}})
    assert call(folder, "run", folder / "workflow.yaml", "--trials", 3, "--quiet") == 0, capfd.readouterr().err
    (plan,) = (folder / ".tenfold" / "runs").glob("churn/*/08-tuning/plan.json")
    ran = [each for each in json.loads(plan.read_text("utf-8")) if each["outcome"] != "skipped"]
    assert {each["name"].partition("-")[0] for each in ran} == {"dummy", "linear", "extra_trees"}
    assert {each["outcome"] for each in ran} <= {"done", "pruned"}
