"""What cannot be a graph is loaded only with the types that the caller trusts."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from tenfold.bundle import Decision, load
from tenfold.bundle.python_kind import package, untrusted
from tenfold.core.errors import UserError
from tenfold.learning.transformers.clip import Clip
from tenfold.schema import Column, Schema
from tenfold.serving.service import Service

Build = Callable[..., Path]
NUMERIC = Schema((Column("age", "number"), Column("fee", "number")))
BINARY = Decision("binary", ("stay", "go"), "go", 0.5)
RECORDS = [{"age": 1, "fee": "2"}, {"age": 40, "fee": 3}, {"age": 80, "fee": 1}]
SOURCE = """
from sklearn.base import BaseEstimator, ClassifierMixin
import numpy as np

class Half(ClassifierMixin, BaseEstimator):
    def fit(self, X, y):
        self.classes_ = np.unique(y)
        return self
    def predict_proba(self, X):
        return np.full((len(X), 2), 0.5)
"""


def frame() -> pd.DataFrame:
    return pd.DataFrame({"age": [1.0, 20.0, 40.0, 80.0], "fee": [2.0, 1.0, 3.0, 1.0]})


def python_bundle(build: Build, estimator: object, decision: Decision = BINARY, modules: tuple = ()) -> Path:
    model, extra = package(estimator, modules)
    return build("p", schema=NUMERIC, decision=decision, model=model, extra=extra, kind="python")


@pytest.fixture
def half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    """A user's own module with an estimator, importable only inside this test."""
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "half_module.py").write_text(SOURCE)
    monkeypatch.syspath_prepend(tmp_path / "lib")
    importlib.invalidate_caches()
    yield importlib.import_module("half_module")
    sys.modules.pop("half_module", None)


def test_a_classifier_answers_as_its_pipeline_with_classes_in_the_order_of_the_decision(build: Build) -> None:
    pipeline = make_pipeline(StandardScaler(), LogisticRegression()).fit(frame(), ["stay", "stay", "go", "go"])
    scorer = load(python_bundle(build, pipeline))
    own = pipeline.predict_proba(pd.DataFrame({"age": [1.0, 40.0, 80.0], "fee": [2.0, 3.0, 1.0]}))[:, ::-1]
    np.testing.assert_array_equal(scorer.scores(RECORDS), own)


def test_a_classifier_fitted_on_codes_answers_in_the_order_of_the_codes(build: Build) -> None:
    pipeline = LogisticRegression().fit(frame(), [0, 0, 1, 1])
    scorer = load(python_bundle(build, pipeline))
    assert scorer.predict(RECORDS).predictions == ["stay", "go", "go"]


def test_a_regressor_answers_values(build: Build) -> None:
    model = LinearRegression().fit(frame(), [1.0, 2.0, 3.0, 4.0])
    scorer = load(python_bundle(build, model, Decision("regression")))
    expected = model.predict(pd.DataFrame({"age": [1.0, 40.0, 80.0], "fee": [2.0, 3.0, 1.0]}))
    assert scorer.predict(RECORDS).predictions == expected.tolist()


def test_types_nobody_vouched_for_are_refused_by_name(build: Build, half: object) -> None:
    folder = python_bundle(build, half.Half().fit(frame(), ["stay", "stay", "go", "go"]), modules=(half,))  # type: ignore[attr-defined]
    with pytest.raises(UserError, match=r"TF-BUNDLE-013.*half_module\.Half"):
        load(folder)


@pytest.mark.slow
def test_a_trusted_module_is_taken_from_the_bundle_where_it_is_not_installed(build: Build, half: object) -> None:
    folder = python_bundle(build, half.Half().fit(frame(), ["stay", "stay", "go", "go"]), modules=(half,))  # type: ignore[attr-defined]
    assert load(folder, trusted=["half_module.Half"]).scores(RECORDS).tolist() == [[0.5, 0.5]] * 3  # the one loaded
    code = (
        "import sys; from tenfold.bundle import load;"
        "print(load(sys.argv[1], trusted=['half_module.Half']).scores([{'age': 1, 'fee': 2}]).tolist())"
    )
    done = subprocess.run([sys.executable, "-c", code, str(folder)], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == [[0.5, 0.5]]


def test_another_module_of_the_same_name_is_not_mistaken_for_it(build: Build, half: object, tmp_path: Path) -> None:
    folder = python_bundle(build, half.Half().fit(frame(), ["stay", "stay", "go", "go"]), modules=(half,))  # type: ignore[attr-defined]
    (tmp_path / "lib" / "half_module.py").write_text(SOURCE + "# changed\n")
    with pytest.raises(UserError, match="TF-BUNDLE-015"):
        load(folder, trusted=["half_module.Half"])


HELPED = "from . import deep\nimport half_bits\n" + SOURCE
PACKAGE = {
    "module_half_pack.py": "", "module_half_pack.models.py": HELPED,
    "module_half_pack.deep.py": "import half_bits\nDEEP = half_bits.BITS\n", "module_half_bits.py": "BITS = 1\n",
}  # fmt: skip


@pytest.fixture
def packed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, build: Build) -> Iterator[Callable[..., Path]]:
    """Bundles of an estimator that lives in a package, with the sources given; its own files are gone."""
    folder = tmp_path / "lib" / "half_pack"
    folder.mkdir(parents=True)
    for name, text in PACKAGE.items():
        *parents, file = name.removeprefix("module_").removesuffix(".py").split(".")
        path = tmp_path.joinpath("lib", *parents, f"{file}.py")
        (folder / "__init__.py" if name == "module_half_pack.py" else path).write_text(text)
    monkeypatch.syspath_prepend(tmp_path / "lib")
    importlib.invalidate_caches()
    models = importlib.import_module("half_pack.models")
    model, extra = package(models.Half().fit(frame(), ["stay", "stay", "go", "go"]))
    _forget()
    monkeypatch.undo()

    def make(**change: str) -> Path:
        sources = {name: text.encode() for name, text in {**PACKAGE, **change}.items()}
        return build("p", schema=NUMERIC, decision=BINARY, model=model, extra=extra | sources, kind="python")

    yield make
    _forget()


def _forget() -> None:
    for name in [each for each in sys.modules if each.partition(".")[0] in ("half_pack", "half_bits")]:
        del sys.modules[name]


def test_a_package_is_imported_with_what_it_imports(packed: Callable[..., Path]) -> None:
    folder = packed()
    for _ in range(2):  # the second time, the modules are there already
        assert load(folder, trusted=["half_pack.models.Half"]).scores(RECORDS).tolist() == [[0.5, 0.5]] * 3
    assert sys.modules["half_pack.deep"].__file__ == str(folder / "module_half_pack.deep.py")


def test_a_module_that_cannot_be_imported_is_named_and_leaves_nothing(packed: Callable[..., Path]) -> None:
    folder = packed(**{"module_half_bits.py": "import no_such_library\n"})
    with pytest.raises(UserError, match=r"TF-BUNDLE-017.*no_such_library"):
        load(folder, trusted=["half_pack.models.Half"])
    assert not [name for name in sys.modules if name.startswith("half_")]


def test_a_module_that_was_changed_in_the_bundle_is_refused(packed: Callable[..., Path]) -> None:
    folder = packed()
    file = folder / "module_half_bits.py"
    file.chmod(0o644)
    file.write_text("BITS = 2\n")
    with pytest.raises(UserError, match=r"TF-BUNDLE-00[0-9]  .*module_half_bits\.py"):
        load(folder, trusted=["half_pack.models.Half"])
    assert "half_bits" not in sys.modules


def test_types_of_our_own_need_nobody_to_vouch(build: Build) -> None:
    pipeline = make_pipeline(Clip(0.1, 0.9), LogisticRegression()).fit(frame(), ["stay", "stay", "go", "go"])
    assert untrusted(package(pipeline)[0]) == ()
    assert load(python_bundle(build, pipeline)).predict(RECORDS).predictions == ["stay", "go", "go"]


def test_another_environment_is_named(build: Build) -> None:
    model, extra = package(LinearRegression().fit(frame(), [1.0, 2.0, 3.0, 4.0]))
    extra["environment.json"] = b'{"packages": {"scikit-learn": "0.1.0", "numpy": "0.2.0", "no-such-package": "1.0"}}'
    folder = build("p", schema=NUMERIC, decision=Decision("regression"), model=model, extra=extra, kind="python")
    with pytest.raises(UserError) as caught:
        load(folder)
    assert [each.code for each in caught.value.problems] == ["TF-BUNDLE-014"] * 3


def test_other_classes_than_the_decision_knows_are_refused(build: Build) -> None:
    model = LogisticRegression().fit(frame(), ["a", "a", "b", "b"])
    with pytest.raises(UserError, match="TF-BUNDLE-016"):
        load(python_bundle(build, model))


def test_it_is_not_served(build: Build) -> None:
    scorer = load(python_bundle(build, LinearRegression().fit(frame(), [1.0, 2.0, 3.0, 4.0]), Decision("regression")))
    with pytest.raises(UserError, match="TF-SERVE-020"):
        Service(scorer, "churn", 1)
