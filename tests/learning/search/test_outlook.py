"""What a trial promises."""

import math

import numpy as np

from tenfold.learning.question import Question
from tenfold.learning.recipe import Recipe
from tenfold.learning.scoring import score
from tenfold.learning.search.outlook import _DRY, Outlook
from tenfold.learning.trials.trial import Trial

QUESTION = Question("regression")
RNG = np.random.default_rng(0)
TARGET = RNG.normal(size=500)


def trial(number, name, noise, seconds=1.0, **parameters):
    guess = (TARGET + RNG.normal(scale=noise, size=len(TARGET))).reshape(-1, 1)
    return Trial(number, name, Recipe("trees"), parameters, score=score(QUESTION, TARGET, guess), out_of_fold=guess,
                 fold_scores=(1.0,), seconds=seconds)  # fmt: skip


def outlook():
    made = Outlook(QUESTION, TARGET)
    dummy = np.zeros((len(TARGET), 1))
    made.begin([
        Trial(0, "dummy", Recipe("none"), score=score(QUESTION, TARGET, dummy), out_of_fold=dummy),
        trial(1, "linear", 0.9), trial(2, "extra_trees", 0.3, n_estimators=100, max_features=0.4),
    ])  # fmt: skip
    return made


def test_a_candidate_that_is_behind_promises_less():
    assert outlook().gain("extra_trees") > 10 * outlook().gain("linear") > 0


def test_what_adds_nothing_promises_less_each_time_and_what_adds_more_does():
    seen = outlook()
    before = seen.gain("extra_trees")
    assert seen.told(trial(3, "extra_trees", 5.0, n_estimators=100, max_features=0.4)) == 0.0
    assert seen.gain("extra_trees") < before
    added = seen.told(trial(4, "extra_trees", 0.3, n_estimators=100, max_features=0.4))  # errs elsewhere: it helps
    assert 0.05 < added < 1
    assert seen.gain("extra_trees") > before


def test_seconds_go_by_the_work_of_the_parameters():
    seen = outlook()
    assert seen.seconds("extra_trees", {"n_estimators": 200, "max_features": 0.4}) == 2.0
    assert seen.seconds("catboost") == 0.0


def test_a_search_runs_dry_when_nothing_is_added_any_more():
    seen = outlook()
    for number in range(_DRY):
        assert not seen.dry
        seen.told(Trial(10 + number, "linear", Recipe("linear"), outcome="failed"))
    assert seen.dry


def test_where_nothing_beats_the_dummy_nothing_is_expected_to_break():
    seen = Outlook(QUESTION, TARGET)
    dummy = np.zeros((len(TARGET), 1))
    seen.begin([Trial(0, "dummy", Recipe("none"), score=1.0, out_of_fold=dummy)])
    assert math.isfinite(seen.gain("linear"))
