"""A user's own estimator and transformer: released as a bundle of kind python, answered in batches, not served."""

from __future__ import annotations

import runpy
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Tenfold = Callable[..., Any]
pytestmark = pytest.mark.slow
SAMPLE = runpy.run_path(str(Path(__file__).parents[1] / "laws" / "sample.py"))
MODULE = """
import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, TransformerMixin
from sklearn.linear_model import LogisticRegression
from NAME_parts import strength

class Mine(ClassifierMixin, BaseEstimator):
    def fit(self, X, y):
        self.inner_ = LogisticRegression(C=strength()).fit(X, y)
        self.classes_ = self.inner_.classes_
        return self
    def predict_proba(self, X):
        return self.inner_.predict_proba(X)
    def predict(self, X):
        return self.inner_.predict(X)

class Centred(TransformerMixin, BaseEstimator):
    def fit(self, X, y=None):
        self.mean_ = np.nanmean(np.asarray(X, dtype=float), axis=0)
        return self
    def transform(self, X):
        return np.nan_to_num(np.asarray(X, dtype=float) - self.mean_)
"""
CASES = {
    "own_estimator": ({"modeling": {"candidates": ["dummy", "own_estimator:Mine"]}}, "Mine"),
    "own_transformer": (
        {"features": {"transformers": ["own_transformer:Centred"]}, "modeling": {"candidates": ["dummy", "lightgbm"]}},
        "Centred",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_own_code_is_released_answers_and_is_not_served(name: str, tenfold: Tenfold, tmp_path: Path) -> None:
    sections, kind = CASES[name]
    (tmp_path / f"{name}.py").write_text(MODULE.replace("NAME", name))
    (tmp_path / f"{name}_parts.py").write_text("def strength():\n    return 0.5\n")
    file = SAMPLE["write_project"](tmp_path, SAMPLE["make_rows"](200), sections)
    said = tenfold("run", file, "--release", "--trials", 1, "-C", tmp_path)
    assert said.status == 0, said.err
    assert "tenfold serve" not in said.out, "what cannot be served is not proposed"
    bundle = tmp_path / ".tenfold" / "models" / "churn" / "1"
    assert {f"module_{name}.py", f"module_{name}_parts.py", "model.skops"} <= {path.name for path in bundle.iterdir()}
    [(evidence,)] = sqlite3.connect(tmp_path / ".tenfold" / "registry.db").execute("select evidence from versions")
    assert f'"{name}.{kind}"' in evidence, "the types stand in the registry, outside the bundle"
    assert f'"module_{name}.py"' in evidence

    for each in (name, f"{name}_parts"):  # as in another process, after somebody went on with the module
        sys.modules.pop(each, None)
        (tmp_path / f"{each}.py").write_text("raise RuntimeError('unfinished')\n")
    answers = tmp_path / "answers.csv"
    asked = [tmp_path / "rows.csv", "-o", answers, "-C", tmp_path]
    assert tenfold("predict", "churn", *asked).status == 0
    assert len(answers.read_text("utf-8").splitlines()) == 201
    served = tenfold("serve", "churn", "--port", "0", "--json", "-C", tmp_path)
    assert (served.status, served.codes) == (2, ["TF-SERVE-020"])
    assert tenfold("predict", bundle, *asked, "--json").codes == ["TF-BUNDLE-013"], "a bare folder: nobody vouches"

    module = bundle / f"module_{name}.py"
    module.chmod(0o644)
    module.write_text(module.read_text() + "# changed\n")
    changed = tenfold("predict", "churn", *asked, "--json")
    assert changed.status == 2
    assert changed.codes == ["TF-BUNDLE-006"]
    assert f"module_{name}.py" in changed.err
