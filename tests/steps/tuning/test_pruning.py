"""A model within its limits of latency and size."""

from types import SimpleNamespace

from tenfold.learning.bagging import Bagged
from tenfold.learning.composition import Member
from tenfold.learning.recipe import Recipe
from tenfold.learning.refitting import Refit
from tenfold.learning.trials.trial import Trial
from tenfold.steps.tuning.pruning import Limits, Piece, cut, pruned


def refit(number, folds, latency_ms, size=1000):
    trial = Trial(number, "lightgbm", Recipe("trees"))
    parts = [SimpleNamespace(number=part) for part in range(folds)]
    pipeline = Bagged(parts) if folds else SimpleNamespace()
    return Refit(trial, Member(trial.name, "trees", pipeline), folds=folds, latency_ms=latency_ms, bytes=size)


def worth(numbers):
    """Each member is worth its number."""
    return float(sum(numbers))


def test_what_is_within_its_limits_stays_as_it_is():
    kept = [(refit(1, 5, 0.2), 0.6), (refit(2, 5, 0.2), 0.4)]
    left = pruned(kept, Limits(0.5, 1e6), worth)
    assert left.kept == tuple(kept)
    assert (left.trimmed, left.dropped, left.lost) == ((), (), 0.0)
    assert left.latency_ms == 0.4


def test_bags_are_trimmed_before_members_go():
    kept = [(refit(1, 5, 0.5), 0.5), (refit(2, 5, 0.5), 0.5)]
    left = pruned(kept, Limits(0.65, 1e6), worth)
    assert [each.folds for each, _ in left.kept] == [3, 3]
    assert [len(each.member.pipeline.pipelines) for each, _ in left.kept] == [3, 3]
    assert left.dropped == ()
    assert left.latency_ms <= 0.65
    assert left.trimmed == (("lightgbm-1", 3, 5), ("lightgbm-2", 3, 5))


def test_the_member_that_is_missed_the_least_goes_and_its_price_is_told():
    kept = [(refit(3, 0, 0.5), 0.4), (refit(1, 0, 0.5), 0.3), (refit(2, 0, 0.5), 0.3)]
    left = pruned(kept, Limits(1.0, 1e6), worth)
    assert left.dropped == ("lightgbm-1",)
    assert left.lost == 1.0


def test_one_member_stays_whatever_it_takes():
    left = pruned([(refit(1, 5, 50.0), 1.0)], Limits(1.0, 10), worth)
    assert [each.folds for each, _ in left.kept] == [1]


def test_what_a_bag_takes_whatever_its_folds_counts_once():
    """0.3 ms are those of the graph, not of a fold: five folds take 0.8 ms, not 2."""
    bag = Piece(1, 1.0, folds=5, fold_ms=0.1, fold_bytes=10, base_ms=0.3)
    assert [each.folds for each in cut([bag], Limits(0.8), len)] == [5]
    assert [each.folds for each in cut([bag], Limits(0.55), len)] == [2]
    assert [each.folds for each in cut([bag], Limits(1.0, bytes=35), len)] == [3]


def test_what_was_taken_away_before_is_told_as_well():
    gone = Trial(7, "catboost", Recipe("trees"))
    left = pruned([(refit(1, 2, 0.1), 1.0)], Limits(1.0), worth, {1: 5}, [gone])
    assert left.trimmed == (("lightgbm-1", 2, 5),)
    assert left.dropped == ("catboost-7",)
    assert left.lost == 7.0, "what it was worth, though it was never fitted for good"
