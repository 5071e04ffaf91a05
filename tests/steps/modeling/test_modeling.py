"""Step 7: candidates compete out-of-fold."""

import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))
import small

from tenfold.core.errors import UserError
from tenfold.learning.folds import Design
from tenfold.learning.trials.pool import Pool
from tenfold.steps.features.config import Features
from tenfold.steps.features.step import run as features
from tenfold.steps.modeling.config import Modeling
from tenfold.steps.modeling.preparing import ready
from tenfold.steps.modeling.result import Modeled
from tenfold.steps.modeling.step import run

pytestmark = pytest.mark.slow  # real trials in processes of their own


def prepared(folder, regression=False, **more):
    train = small.write(folder, regression=regression, **more)
    schema = small.NUMBERS if regression else small.SCHEMA
    task = "regression" if regression else "binary"
    config = Features(text_components=4)
    made = features(config, train, schema, task, small.findings(task=task), small.context(folder, "features"))
    return train, made.value, small.REGRESSION if regression else small.QUESTION


@pytest.mark.parametrize("regression", [False, True])
def test_every_candidate_is_judged_and_beats_the_dummy(tmp_path, regression):
    train, recipes, question = prepared(tmp_path, regression)
    result = run(Modeling(), train, recipes, question, small.context(tmp_path, "modeling"))
    outcomes = {trial.candidate: trial.outcome for trial in result.value.trials}
    assert set(outcomes) == {"dummy", "linear", "lightgbm", "extra_trees", "catboost"}
    assert set(outcomes.values()) == {"done"}
    assert result.value.leaderboard[-1].name == "dummy"
    first = result.value.trials[1]
    assert first.out_of_fold.shape == (400, 1 if regression else 2)
    assert np.isfinite(first.latency_ms)
    assert len(result.value.curve) == 4
    assert any("Training in rounds (catboost, lightgbm) stops" in said for said in small.texts(result.chapter))
    assert not result.partial
    assert [left.name for left in (tmp_path / "modeling").glob(".bench*")] == [".bench"]  # for tuning to go on with


def test_the_same_seed_gives_the_same_result_and_survives_the_disk(tmp_path):
    train, recipes, question = prepared(tmp_path)
    config = Modeling(candidates=("linear", "lightgbm"))
    one, other = (
        run(config, train, recipes, question, small.context(tmp_path, name, cores=cores)).value
        for name, cores in (("one", 2), ("other", 1))
    )
    for mine, theirs in zip(one.trials, other.trials, strict=True):
        assert np.array_equal(mine.out_of_fold, theirs.out_of_fold)
        assert mine.fold_scores == theirs.fold_scores
    folder = tmp_path / "saved"
    folder.mkdir()
    one.save(folder)
    assert Modeled.load(folder) == one


def test_time_ordered_folds_are_judged_on_later_rows_only(tmp_path):
    train, recipes, question = prepared(tmp_path, time_ordered=True)
    result = run(Modeling(candidates=("linear",)), train, recipes, question, small.context(tmp_path, "modeling"))
    assert result.value.design.time_ordered
    assert len(result.value.trials[1].out_of_fold) == 300


def test_no_time_at_all_still_leaves_the_dummy(tmp_path):
    train, recipes, question = prepared(tmp_path)
    begun = time.monotonic()
    result = run(Modeling(), train, recipes, question, small.context(tmp_path, "modeling", seconds=0.2))
    assert time.monotonic() - begun < 5
    assert [trial.candidate for trial in result.value.finished] == ["dummy"]
    assert "TF-MODEL-102" in [finding.code for finding in result.chapter.findings]


def test_a_stopped_competition_goes_on_with_its_finished_folds(tmp_path, monkeypatch):
    train, recipes, question = prepared(tmp_path)
    config, journal, fitted = Modeling(candidates=("linear", "lightgbm")), tmp_path / "journal", []
    submit = Pool.submit
    monkeypatch.setattr(Pool, "submit", lambda *args, **more: fitted.append(1) or submit(*args, **more))
    whole = run(config, train, recipes, question, small.context(tmp_path, "whole")).value
    every = len(fitted)
    stop = small.context(tmp_path, "stopped", cores=1)
    stop = replace(stop, stopping=lambda: len(list(journal.glob("*.npz"))) >= 3)
    assert run(config, train, recipes, question, stop, journal=journal).partial
    kept = len(list(journal.glob("*.npz")))
    assert 3 <= kept < every
    fitted.clear()
    result = run(config, train, recipes, question, small.context(tmp_path, "again"), journal=journal)
    assert len(fitted) == every - kept, "no fold that was finished is fitted again"
    assert not result.partial
    assert not journal.exists(), "what is whole needs no journal"
    for mine, theirs in zip(result.value.trials, whole.trials, strict=True):
        assert np.array_equal(mine.out_of_fold, theirs.out_of_fold)
        assert (mine.fold_scores, mine.rounds, mine.train_score) == (
            theirs.fold_scores, theirs.rounds, theirs.train_score,
        )  # fmt: skip


OWN = """
from sklearn.linear_model import LogisticRegression
import os, time
class Mine(LogisticRegression): pass
class Hangs(LogisticRegression):
    def fit(self, X, y): time.sleep(600)
class Dies(LogisticRegression):
    def fit(self, X, y): os._exit(3)
"""


def test_an_own_estimator_competes_and_a_broken_one_harms_nobody(tmp_path):
    (tmp_path / "my_models_for_tests.py").write_text(OWN)
    train, recipes, question = prepared(tmp_path)
    names = ("linear", *(f"my_models_for_tests:{name}" for name in ("Mine", "Hangs", "Dies")))
    result = run(Modeling(candidates=names), train, recipes, question, small.context(tmp_path, "modeling", seconds=12))
    outcomes = {trial.candidate.split(":")[-1]: trial.outcome for trial in result.value.trials}
    assert outcomes == {"dummy": "done", "linear": "done", "Mine": "done", "Hangs": "unfinished", "Dies": "killed"}


def test_the_dummy_alone_is_no_matter_of_time(tmp_path):
    train, recipes, question = prepared(tmp_path)
    result = run(Modeling(candidates=("dummy",)), train, recipes, question, small.context(tmp_path, "modeling"))
    told = {finding.code: finding for finding in result.chapter.findings}
    assert "TF-MODEL-102" not in told
    assert "no other candidate was named" in told["TF-MODEL-108"].message


def test_parameters_that_are_none_are_refused_before_any_fit(tmp_path):
    train, recipes, question = prepared(tmp_path)
    config = Modeling(candidates=("linear",), parameters={"linear": {"alpha": 1.0}})  # a regression has it
    with pytest.raises(UserError, match="TF-MODEL-010"):
        run(config, train, recipes, question, small.context(tmp_path, "modeling"))


def test_rows_are_let_go_once_they_are_on_the_bench(tmp_path):
    train, recipes, question = prepared(tmp_path)
    data = ready(train, recipes.schema, question, small.context(tmp_path, "ready"))
    left = data.on_the_bench()
    assert len(left.examples.features) == 0
    design = Design()
    assert left.size(design) == data.size(design)
    assert left.rows == data.rows
    again = ready(train, recipes.schema, question, small.context(tmp_path, "again"))
    assert left.identity == again.on_the_bench().identity != ""
