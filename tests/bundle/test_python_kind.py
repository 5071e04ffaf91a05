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

from tenfold.bundle import Decision
from tenfold.bundle.load import load
from tenfold.bundle.python_kind import OURS, package, untrusted
from tenfold.core.errors import UserError
from tenfold.learning import transformers
from tenfold.learning.bagging import Bagged
from tenfold.learning.calibration import Tempered
from tenfold.learning.candidates import Size, candidate
from tenfold.learning.composition import calibrated
from tenfold.learning.networks.encoding import Encoding
from tenfold.learning.networks.estimator import RealMLPClassifier, RealMLPRegressor
from tenfold.learning.networks.layers import Layer
from tenfold.learning.recipe import METHODS, Recipe, Transformation
from tenfold.learning.targets import LogTarget
from tenfold.learning.transformers import Clip, Pairs
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
OWN = {"half_module": SOURCE.encode()}


def frame() -> pd.DataFrame:
    return pd.DataFrame({"age": [1.0, 20.0, 40.0, 80.0], "fee": [2.0, 1.0, 3.0, 1.0]})


def python_bundle(build: Build, estimator: object, decision: Decision = BINARY, sources: dict | None = None) -> Path:
    model, extra = package(estimator, sources)
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
    folder = python_bundle(build, half.Half().fit(frame(), ["stay", "stay", "go", "go"]), sources=OWN)  # type: ignore[attr-defined]
    with pytest.raises(UserError, match=r"TF-BUNDLE-013.*half_module\.Half"):
        load(folder)


@pytest.mark.slow
def test_a_trusted_module_is_taken_from_the_bundle_where_it_is_not_installed(build: Build, half: object) -> None:
    folder = python_bundle(build, half.Half().fit(frame(), ["stay", "stay", "go", "go"]), sources=OWN)  # type: ignore[attr-defined]
    assert load(folder, trusted=["half_module.Half"]).scores(RECORDS).tolist() == [[0.5, 0.5]] * 3  # the one loaded
    code = (
        "import sys; from tenfold.bundle.load import load;"
        "print(load(sys.argv[1], trusted=['half_module.Half']).scores([{'age': 1, 'fee': 2}]).tolist())"
    )
    done = subprocess.run([sys.executable, "-c", code, str(folder)], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == [[0.5, 0.5]]


def test_another_module_of_the_same_name_is_not_mistaken_for_it(build: Build, half: object, tmp_path: Path) -> None:
    folder = python_bundle(build, half.Half().fit(frame(), ["stay", "stay", "go", "go"]), sources=OWN)  # type: ignore[attr-defined]
    (tmp_path / "lib" / "half_module.py").write_text(SOURCE + "# changed\n")
    with pytest.raises(UserError, match=r"TF-BUNDLE-015.*changed after the release"):
        load(folder, trusted=["half_module.Half"])


def test_a_module_altered_in_the_bundle_is_refused(build: Build, half: object) -> None:
    folder = python_bundle(build, half.Half().fit(frame(), ["stay", "stay", "go", "go"]), sources=OWN)  # type: ignore[attr-defined]
    (folder / "module_half_module.py").write_text(SOURCE.replace("0.5", "0.7"))
    with pytest.raises(UserError, match=r"TF-BUNDLE-006.*module_half_module\.py.*SHA-256 differs"):
        load(folder, trusted=["half_module.Half"])


def test_a_module_that_cannot_be_imported_is_told_and_leaves_no_half(build: Build, half: object) -> None:
    sources = {"half_module": b"import no_such_library_of_mine\n" + SOURCE.encode()}
    folder = python_bundle(build, half.Half().fit(frame(), ["stay", "stay", "go", "go"]), sources=sources)  # type: ignore[attr-defined]
    del sys.modules["half_module"]
    with pytest.raises(UserError, match=r"TF-BUNDLE-017.*no_such_library_of_mine"):
        load(folder, trusted=["half_module.Half"])
    assert "half_module" not in sys.modules


def test_tenfolds_own_classes_need_no_trust(build: Build) -> None:
    ours = [getattr(transformers, name) for name in transformers.__all__]
    ours += [LogTarget, Bagged, Tempered, RealMLPClassifier, RealMLPRegressor, Encoding, Layer]
    assert {f"{each.__module__}.{each.__name__}" for each in ours} == set(OURS) - {"numpy.dtype"}
    pipeline = make_pipeline(Clip(), LinearRegression()).fit(frame(), [1.0, 2.0, 3.0, 4.0])
    assert len(load(python_bundle(build, pipeline, Decision("regression"))).predict(RECORDS).predictions) == 3


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


def own_types(model: object) -> list[str]:
    """Tenfold's own types in it that a caller would be asked to trust."""
    return [each for each in untrusted(package(model)[0]) if each.startswith("tenfold.")]


MIXED = pd.DataFrame({"number": np.linspace(1, 9, 40), "job": ["cook", "clerk"] * 20, "text": ["a b", "b c"] * 20})
MIXED = MIXED.astype({"job": object, "text": object})
COLUMN = {"one_hot": "job", "ordinal": "job", "target": "job", "frequency": "job", "frequency_scaled": "job",
          "tf_idf": "text", "tf_idf_svd": "text"}  # fmt: skip
PARAMETERS = {"target": {"target_type": "binary"}, "tf_idf": {"ratio": True},
              "tf_idf_svd": {"components": 1, "telling": 1}}  # fmt: skip
CODES = np.arange(40) // 2 % 2


@pytest.mark.parametrize("method", METHODS)
def test_whatever_a_recipe_is_made_of_needs_no_trust(method: str) -> None:
    columns = (COLUMN.get(method, "number"),)
    keep = Transformation("keep", ("number",))
    recipe = Recipe("trees", (keep, Transformation(method, columns, PARAMETERS.get(method, {}))))
    telling = Recipe("linear", (Transformation("keep", ("number",), {"most_telling": 1}),))
    for each in (recipe, telling):
        assert own_types(each.build(0).fit(MIXED, CODES)) == []


def test_pairs_of_columns_need_no_trust() -> None:
    columns = np.random.default_rng(0).uniform(1, 9, (1000, 2))
    pairs = Pairs(of_values=True).fit(columns, columns[:, 0] / columns[:, 1])
    assert own_types(pairs) == []
    assert pairs.pairs_


@pytest.mark.parametrize("name", ["dummy", "linear", "lightgbm", "extra_trees", "catboost"])
def test_no_candidate_nor_what_is_made_of_it_needs_trust_in_tenfold(name: str) -> None:
    model, numbers = candidate(name), MIXED[["number"]].to_numpy()
    few = {model.rounds: 2} if model.rounds else {}
    classifier, regressor = (
        model.estimator(task, {**model.defaults(task, Size(40, 1, outputs)), **few}, 0)
        for task, outputs in (("binary", 2), ("regression", 1))
    )
    bag = Bagged([classifier.fit(numbers, CODES)], ("no", "yes"))
    assert own_types(Tempered(bag, 1.5)) == []
    assert own_types(Bagged([LogTarget(regressor).fit(numbers, numbers[:, 0])])) == []


@pytest.mark.parametrize("kind", [RealMLPClassifier, RealMLPRegressor])
def test_a_network_needs_no_trust_and_answers_as_before(kind: type, build: Build) -> None:
    """As it is after a fit, without PyTorch."""
    made, X = kind(), frame().to_numpy()
    made.encoding_ = Encoding.fit(X, 2)
    outputs = 2 if kind is RealMLPClassifier else 1
    generator = np.random.default_rng(0)
    made.layers_ = (
        Layer(generator.normal(size=(made.encoding_.width, 3)), np.zeros(3), np.ones(3)),
        Layer(generator.normal(size=(3, outputs)), np.zeros(outputs)),
    )
    if outputs == 2:
        made.classes_ = np.array(["go", "stay"])
    else:
        made.centre_, made.spread_, made.low_, made.high_ = 1.0, 2.0, -5.0, 5.0
    pipeline = make_pipeline(Clip(0.0, 1.0).fit(frame()), made)
    scorer = load(python_bundle(build, pipeline, BINARY if outputs == 2 else Decision("regression")))
    shown = pd.DataFrame({"age": [1.0, 40.0, 80.0], "fee": [2.0, 3.0, 1.0]})
    own = pipeline.predict_proba(shown)[:, ::-1] if outputs == 2 else pipeline.predict(shown)[:, None]
    np.testing.assert_array_equal(scorer.scores(RECORDS), own)


def test_a_temperature_is_served(build: Build) -> None:
    pipeline = make_pipeline(StandardScaler(), LogisticRegression()).fit(frame(), ["stay", "stay", "go", "go"])
    plain = pipeline.predict_proba(pd.DataFrame({"age": [1.0, 40.0, 80.0], "fee": [2.0, 3.0, 1.0]}))[:, ::-1]
    tempered = load(python_bundle(build, Tempered(pipeline, 2.5))).scores(RECORDS)
    np.testing.assert_allclose(tempered, calibrated(plain, 2.5), rtol=1e-12)
    assert abs(tempered - plain).max() > 0.05
