"""Networks: they learn, repeat themselves, stop in time, and are proven like any other model."""

from __future__ import annotations

import importlib.util
import pickle
import subprocess
import sys
import time

import numpy as np
import optuna
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.pipeline import Pipeline

from tenfold.learning.bagging import Bagged
from tenfold.learning.candidates import Size, Watch, candidate
from tenfold.learning.composition import Member
from tenfold.learning.proof import prove_member
from tenfold.learning.recipe import Recipe, Transformation
from tenfold.learning.targets import LogTarget

pytestmark = [
    pytest.mark.torch,
    pytest.mark.slow,
    pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="pip install 'tenfold[torch]'"),
]

GENERATOR = np.random.default_rng(0)
X = GENERATOR.normal(size=(900, 5)).astype(np.float32)
X[::7, 2] = np.nan
VALUES = np.sin(3 * X[:, 0]) * X[:, 1] + GENERATOR.normal(0, 0.1, 900)
CLASSES = np.digitize(VALUES, [-0.3, 0.3])
BINARY = (VALUES > 0).astype(int)
TARGETS = {"binary": BINARY, "multiclass": CLASSES, "regression": VALUES}
MODEL = candidate("realmlp")


def parameters(task, **more):
    return dict(MODEL.defaults(task, Size(700, 5, 3))) | {"target": "as it is"} | more


def made(task, watch=None, weights=None, rows=slice(700), seed=3, **more):
    chosen = parameters(task, **more)
    chosen.pop("target")
    estimator = clone(MODEL.estimator(task, chosen, seed))
    rounds = MODEL.fit(estimator, X[rows], TARGETS[task][rows], watch, weights)
    return estimator, rounds


def judged(task, **more):
    return Watch(X[700:], TARGETS[task][700:], **more)


@pytest.mark.parametrize("task", ["binary", "multiclass", "regression"])
def test_it_learns_what_no_line_does_and_the_same_seed_learns_the_same(task):
    one, other, third = (made(task, judged(task), seed=seed) for seed in (3, 3, 4))
    assert 0 < one[1] == other[1] <= 64
    assert np.array_equal(one[0].predict(X), other[0].predict(X))
    assert not np.array_equal(one[0]._answers(X), third[0]._answers(X))
    if task == "regression":
        assert np.corrcoef(one[0].predict(X[700:]), VALUES[700:])[0, 1] > 0.9
    else:
        assert np.mean(one[0].predict(X[700:]) == TARGETS[task][700:]) > 0.8
        assert np.allclose(one[0].predict_proba(X).sum(axis=1), 1)


def test_the_epoch_that_is_kept_is_the_best_one():
    """Noise alone: the longer it learns, the worse it gets."""
    noise = GENERATOR.integers(0, 2, 900)
    losses = {}
    for epochs, watch in ((40, Watch(X[700:], noise[700:])), (40, None)):
        chosen = {**parameters("binary", epochs=epochs, weight_decay=0.0, dropout=0.0)}
        chosen.pop("target")
        estimator = MODEL.estimator("binary", chosen, 0)
        MODEL.fit(estimator, X[:700], noise[:700], watch)
        told = estimator.predict_proba(X[700:])[np.arange(200), noise[700:]]
        losses[watch is None] = -np.log(np.maximum(told, 1e-12)).mean()
        if watch is not None:
            assert estimator.best_epoch_ < 40
    assert losses[False] < losses[True]


def test_it_ends_with_what_it_has_when_time_is_up():
    wide, target = np.tile(X, (40, 4)), np.tile(BINARY, 40)
    estimator = MODEL.estimator("binary", {"epochs": 10_000, "batch_size": 256}, 0)
    begun = time.monotonic()
    rounds = MODEL.fit(estimator, wide, target, Watch(wide[:500], target[:500], seconds=1.5))
    assert time.monotonic() - begun < 10
    assert 0 < rounds < 10_000
    assert np.mean(estimator.predict(wide) == target) > 0.7


def test_a_row_that_weighs_nothing_teaches_nothing():
    wrong = np.where(np.arange(900) % 2, 1 - BINARY, BINARY)
    weights = np.where(np.arange(900) % 2, 0.0, 2.0)
    estimator = MODEL.estimator("binary", {"epochs": 40, "batch_size": 64}, 0)
    MODEL.fit(estimator, X[:700], wrong[:700], Watch(X[700:], wrong[700:], weights=weights[700:]), weights[:700])
    assert np.mean(estimator.predict(X[700:]) == BINARY[700:]) > 0.8


def test_a_class_that_only_the_validation_rows_have_is_no_obstacle():
    target = BINARY.copy()
    target[800:] = 2
    estimator = MODEL.estimator("multiclass", {"epochs": 3, "batch_size": 64}, 0)
    assert MODEL.fit(estimator, X[:700], target[:700], Watch(X[700:], target[700:])) > 0
    assert estimator.classes_.tolist() == [0, 1]


def test_what_a_space_suggests_can_be_fitted():
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    for _ in range(3):
        chosen = dict(MODEL.space(study.ask(), "binary", Size(1000, 5, 2))) | {"epochs": 2}
        estimator = MODEL.estimator("binary", chosen, 0)
        MODEL.fit(estimator, X, BINARY)
        assert estimator.predict_proba(X).shape == (900, 2)


def test_the_caller_keeps_its_random_numbers_and_its_threads():
    import torch

    torch.manual_seed(5)
    expected, threads = torch.rand(3), torch.get_num_threads()
    torch.manual_seed(5)
    made("binary", epochs=1)
    assert torch.equal(torch.rand(3), expected)
    assert torch.get_num_threads() == threads


def test_what_is_fitted_answers_where_there_is_no_torch(tmp_path):
    estimator, _ = made("binary", epochs=2)
    (tmp_path / "network.pickle").write_bytes(pickle.dumps((estimator, X, estimator.predict_proba(X))))
    code = (
        "import pickle, sys, numpy as np\n"
        "class Refusing:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.partition('.')[0] == 'torch': raise ImportError(name)\n"
        "sys.meta_path.insert(0, Refusing())\n"
        f"estimator, X, told = pickle.load(open({str(tmp_path / 'network.pickle')!r}, 'rb'))\n"
        "assert np.array_equal(estimator.predict_proba(X), told)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def pipelines(task, parts, log=False):
    """Fold models on a typed frame with gaps, levels and texts, as the recipe of trees makes columns of it."""
    draw = np.random.default_rng(1)
    frame = pd.DataFrame({
        "number": X[:, 0].astype(np.float64),
        "gaps": X[:, 2].astype(np.float64),
        "long tail": np.exp(8 * X[:, 1].astype(np.float64)),
        "city": draw.choice(np.array(["Zürich", "Bern", "東京"], dtype=object), 900),
    })  # fmt: skip
    recipe = Recipe("trees", (
        Transformation("keep", ("number", "gaps", "long tail")), Transformation("one_hot", ("city",)),
    ))  # fmt: skip
    target = np.exp(VALUES) if log else TARGETS[task]
    found = []
    for part in range(parts):
        rows = np.flatnonzero(np.arange(900) % max(2, parts) != part)
        columns = recipe.build(0).fit(frame.iloc[rows], target[rows])
        estimator = MODEL.estimator(task, {"epochs": 4, "batch_size": 64}, part)
        learned = np.log1p(target[rows]) if log else target[rows]
        MODEL.fit(estimator, columns.transform(frame.iloc[rows]), learned)
        last = LogTarget(estimator, float(learned.max())) if log else estimator
        found.append(Pipeline([("recipe", columns), ("estimator", last)]))
    inputs = [("number", "number"), ("gaps", "number"), ("long tail", "number"), ("city", "category")]
    return found, frame, inputs


@pytest.mark.parametrize(("task", "log"), [("binary", False), ("multiclass", False), ("regression", False),
                                           ("regression", True)])  # fmt: skip
def test_a_bag_of_networks_is_proven_on_hostile_rows(task, log):
    parts, frame, inputs = pipelines(task, 3, log)
    labels = {"binary": ("no", "yes"), "multiclass": ("low", "middle", "high")}.get(task)
    for pipeline in (parts[0], Bagged(parts, labels)):
        proof = prove_member(Member("network", "trees", pipeline), inputs, frame)
        assert proof.passed, proof.problems
        assert proof.largest_difference < 1e-9
        assert {"odd values", "missing", "one row"} <= {group.name for group in proof.groups}


def test_a_bag_is_fitted_again_for_as_many_epochs():
    parts, frame, _ = pipelines("binary", 3)
    again = Bagged(parts, ("no", "yes")).again(frame, np.array(["no", "yes"], dtype=object)[BINARY])
    assert [each[-1].best_epoch_ for each in again.pipelines] == [4, 4, 4]
    assert again.predict_proba(frame).shape == (900, 2)
