"""Which members the time allows, and on how many rows."""

import math
import pickle
from types import SimpleNamespace

import numpy as np

from tenfold.core.clock import Deadline
from tenfold.learning.proof import Proof
from tenfold.learning.recipe import Recipe
from tenfold.learning.refitting import _Fit, _refit, affordable, expected_seconds, provable
from tenfold.learning.trials.pool import Outcome
from tenfold.learning.trials.trial import Trial

ROWS = 10_000


def bench(workers=2):
    """A bench of 10,000 rows, 8,000 of them in a fold's training part."""
    split = (np.arange(8_000), np.arange(8_000, ROWS))
    return SimpleNamespace(
        workers=workers, threads=workers, data=SimpleNamespace(target=np.zeros(ROWS), splits=[split])
    )


def trial(number, seconds_on_all_rows):
    return Trial(number, "lightgbm", Recipe("trees"), fold_scores=(0.5,), seconds=seconds_on_all_rows * 0.8)


def chosen(*seconds, left):
    fits = [_Fit(trial(number, each), ROWS) for number, each in enumerate(seconds)]
    chosen, rows = affordable(bench(), fits, Deadline.after(left))
    return [each.trial.number for each in chosen], rows


def test_with_time_enough_all_members_learn_from_all_rows():
    assert chosen(1.0, 1.0, 1.0, left=60) == ([0, 1, 2], ROWS)
    assert chosen(1e6, 1e6, left=math.inf) == ([0, 1], ROWS)


def test_members_are_left_out_before_any_learns_from_fewer_rows():
    assert chosen(5.0, 9.0, 1.0, left=10) == ([0, 2], ROWS)


def test_where_the_first_alone_takes_too_long_it_learns_from_a_sample():
    numbers, rows = chosen(60.0, 1.0, left=10)
    assert numbers == [0]
    assert 0.05 * ROWS < rows < 0.2 * ROWS


def test_what_others_transformed_counts_and_so_does_the_proof():
    known = {"fold_scores": (0.5,), "preparation": 4.0, "applying": 0.001}
    alone = Trial(0, "linear", Recipe("linear"), seconds=6.0, **known)
    second = Trial(1, "linear", Recipe("linear"), seconds=2.0, shared=4.0, **known)
    proof = 1.5 * 400 * 0.001  # it transforms a few hundred rows, however many were learned from
    assert expected_seconds(alone, 500, 400) == expected_seconds(second, 500, 400) == 6.0 * 500 / 400 + proof
    assert expected_seconds(second, 100_000, 80_000) == 6.0 * 100 / 80 + proof


def bagged(number, row_seconds, folds=5):
    return _Fit(
        Trial(number, "lightgbm", Recipe("trees"), applying=row_seconds), ROWS, number == 0, tuple(range(folds))
    )


def test_bags_lose_folds_until_release_has_time_to_prove_them_and_then_members_go():
    quick, slow = [bagged(0, 1e-5), bagged(1, 1e-5)], [bagged(0, 1e-3), bagged(1, 1e-3)]
    assert [len(plan.bag) for plan in provable(quick)] == [5, 5]
    assert [len(plan.bag) for plan in provable(slow)] == [3, 3]  # 0.6 s each, of 4
    assert [len(plan.bag) for plan in provable([bagged(n, 5e-3) for n in range(3)])] == [1]
    assert [plan.trial.number for plan in provable([bagged(0, 1.0), bagged(1, 1e-5)])] == [0]
    assert provable([bagged(0, 1e-3)])[0].rounds() == dict.fromkeys(range(5), 0)


def test_a_fit_that_was_cut_short_in_its_proof_is_a_member_all_the_same(tmp_path):
    told = SimpleNamespace(data=SimpleNamespace(folder=tmp_path))
    fit = _Fit(trial(0, 1.0), 500)
    assert _refit(told, fit, Outcome(1, "timeout", error="late")).member is None
    fit.path(told).write_bytes(pickle.dumps(("pipeline", 3.0)))
    found = _refit(told, fit, Outcome(1, "timeout", error="late"))
    assert (found.member.pipeline, found.seconds, found.graph) == ("pipeline", 3.0, True)
    assert _refit(told, fit, Outcome(1, "memory", error="too much")).member is None
    assert not _refit(told, fit, Outcome(1, "done", Proof((), why="answers differ"))).graph
