"""Steps 7 and 8 with weights of rows: they reach every fit and every score, and only their ratios matter."""

import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

sys.path.insert(0, str(Path(__file__).parent))
import small

from tenfold.learning.scoring import score
from tenfold.learning.weights import relative
from tenfold.schema import Column, Schema
from tenfold.steps.features.config import Features
from tenfold.steps.features.step import run as features
from tenfold.steps.modeling.config import Modeling
from tenfold.steps.modeling.result import Modeled
from tenfold.steps.modeling.step import run
from tenfold.tables import examples

pytestmark = pytest.mark.slow  # real trials in processes of their own
WEIGHTS = np.where(np.arange(400) % 2, 0.125, 2.0)
WEIGHTS[::9] = 0.0  # rows that count nothing
UNWEIGHTED = (
    "from sklearn.base import BaseEstimator, ClassifierMixin\nfrom sklearn.dummy import DummyClassifier\n\n\n"
    "class Alike(ClassifierMixin, BaseEstimator):\n    def fit(self, X, y):\n"
    "        self.inner_ = DummyClassifier().fit(X, y)\n"
    "        self.classes_ = self.inner_.classes_\n        return self\n\n"
    "    def predict(self, X):\n        return self.inner_.predict(X)\n\n"
    "    def predict_proba(self, X):\n        return self.inner_.predict_proba(X)\n"
)


def modeled(folder, weights=None, regression=False, config=Modeling()):  # noqa: B008
    """What comes of modeling, and its findings; ``weights``: a column of them, or none."""
    train, schema = small.write(folder, regression=regression), small.NUMBERS if regression else small.SCHEMA
    if weights is not None:
        table = pq.read_table(train)
        pq.write_table(table.append_column("persons", pa.array(weights)), train)
        schema = Schema((*schema.columns, Column("persons", "number", "weight")))
    task = "regression" if regression else "binary"
    context = small.context(folder, "features")
    recipes = features(Features(text_components=4), train, schema, task, small.findings(task=task), context).value
    question = small.REGRESSION if regression else small.QUESTION
    result = run(config, train, recipes, question, small.context(folder, "modeling"))
    return result.value, result.chapter, train, recipes.schema


@pytest.fixture
def folders(tmp_path):
    made = [tmp_path / name for name in ("one", "other")]
    for each in made:
        each.mkdir()
    return made


@pytest.mark.parametrize("regression", [False, True])
def test_only_the_ratios_of_weights_matter(folders, regression):
    one, other = (
        modeled(folder, WEIGHTS * factor, regression)[0] for folder, factor in zip(folders, (1, 4096), strict=True)
    )
    for mine, theirs in zip(one.trials, other.trials, strict=True):
        assert np.array_equal(mine.out_of_fold, theirs.out_of_fold), mine.candidate
        assert (mine.score, mine.fold_scores) == (theirs.score, theirs.fold_scores)
    assert one.weighted == other.weighted == "persons"


@pytest.mark.parametrize("regression", [False, True])
def test_weights_reach_every_candidate_and_every_score(folders, regression):
    plain, _, _, _ = modeled(folders[0], None, regression)
    weighed, _, train, schema = modeled(folders[1], WEIGHTS, regression)
    question = small.REGRESSION if regression else small.QUESTION
    rows = examples.load(train, schema, question.task)
    assert rows.weights.tolist() == WEIGHTS.tolist()
    order = np.concatenate([np.flatnonzero(rows.folds == split) for split in weighed.splits])
    target = rows.target if regression else (rows.target == "yes").astype(int)
    own = relative(rows.weights)
    for before, after in zip(plain.trials, weighed.trials, strict=True):
        assert not np.array_equal(before.out_of_fold, after.out_of_fold), before.candidate
        assert after.score == pytest.approx(score(question, target[order], after.out_of_fold, weights=own[order]))
        first = order[rows.folds[order] == weighed.splits[0]]
        expected = score(question, target[first], after.out_of_fold[: len(first)], weights=own[first])
        assert after.fold_scores[0] == pytest.approx(expected)
        best = after.score != pytest.approx(score(question, target[order], after.out_of_fold))
        assert best or after.candidate == "dummy"
    folder = folders[1] / "saved"
    folder.mkdir()
    weighed.save(folder)
    assert Modeled.load(folder).weighted == "persons"


def test_equal_weights_are_none(folders):
    config = Modeling(candidates=("linear", "lightgbm", "extra_trees", "catboost"))
    plain, equal = (
        modeled(folder, weights, config=config)[0]
        for folder, weights in zip(folders, (None, np.ones(400)), strict=True)
    )
    for mine, theirs in zip(plain.trials, equal.trials, strict=True):
        assert np.allclose(mine.out_of_fold, theirs.out_of_fold, atol=1e-6), mine.candidate
    assert (plain.weighted, equal.weighted) == ("", "persons")


def test_an_estimator_that_takes_no_weights_is_told(tmp_path, monkeypatch):
    (tmp_path / "alike_model.py").write_text(UNWEIGHTED)
    monkeypatch.syspath_prepend(tmp_path)
    config = Modeling(candidates=("alike_model:Alike", "sklearn.linear_model:LogisticRegression"))
    found, chapter, _, _ = modeled(tmp_path, WEIGHTS, config=config)
    told = [(each.code, each.subject) for each in chapter.findings if each.code == "TF-MODEL-107"]
    assert told == [("TF-MODEL-107", "alike_model:Alike")]
    assert {trial.outcome for trial in found.trials} == {"done"}
    dummy, alike = found.trials[0], found.trials[1]
    assert not np.allclose(dummy.out_of_fold, alike.out_of_fold)  # the dummy's shares are weighted, its are not
