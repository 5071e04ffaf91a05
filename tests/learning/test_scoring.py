"""Metrics of decisions are compared where each model does best, as it will be released with a threshold of its own."""

import numpy as np
import pytest

from tenfold.learning.question import Question
from tenfold.learning.scoring import AT_BEST, own_threshold, score
from tenfold.learning.threshold import by_metric
from tenfold.metrics import METRICS


def rare(rows=4000):
    """What came true, and honest probabilities of a rare class, none above one half: the first is the positive one."""
    generator = np.random.default_rng(0)
    probability = 0.45 * generator.beta(0.3, 4, rows)
    target = np.where(generator.uniform(size=rows) < probability, 0, 1)
    return target, np.column_stack([probability, 1 - probability])


TARGET, SCORES = rare()
WEIGHTS = np.random.default_rng(1).uniform(0.1, 3, len(TARGET))


def asked(metric):
    return Question("binary", ("yes", "no"), "yes", metric)


@pytest.mark.parametrize("weights", [None, WEIGHTS], ids=["alike", "weighted"])
@pytest.mark.parametrize("metric", AT_BEST)
def test_the_questions_own_metric_is_that_at_its_best_threshold(metric, weights):
    cut = by_metric(TARGET == 0, SCORES[:, 0], metric, weights)
    assert own_threshold(asked(metric), TARGET, SCORES, weights) == cut
    found = score(asked(metric), TARGET, SCORES, weights=weights)
    assert found == pytest.approx(score(asked(metric), TARGET, SCORES, threshold=cut, weights=weights), rel=1e-12)
    labels = np.array(["yes", "no"], dtype=object)[TARGET]
    assert found == pytest.approx(METRICS[metric].score(labels, SCORES, ("yes", "no"), "yes", cut, weights), rel=1e-12)
    assert found >= score(asked(metric), TARGET, SCORES, threshold=0.5, weights=weights)


def test_a_model_of_a_rare_class_is_told_from_one_that_knows_nothing():
    nothing = np.tile([[0.03, 0.97]], (len(TARGET), 1))
    assert score(asked("f1"), TARGET, SCORES, threshold=0.5) == 0
    assert score(asked("f1"), TARGET, SCORES) > 2 * score(asked("f1"), TARGET, nothing) > 0


@pytest.mark.parametrize("metric", ["precision", "recall"])
def test_what_is_perfect_at_some_end_is_compared_at_one_half(metric):
    assert score(asked(metric), TARGET, SCORES) == score(asked(metric), TARGET, SCORES, threshold=0.5) == 0
    assert own_threshold(asked(metric), TARGET, SCORES) is None


def test_other_metrics_and_other_tasks_are_as_they_were():
    assert score(asked("roc_auc"), TARGET, SCORES, "f1") == 0
    assert own_threshold(asked("roc_auc"), TARGET, SCORES) is None
    three = Question("multiclass", ("a", "b", "c"), None, "accuracy")
    assert score(three, np.array([0, 1]), np.array([[0.4, 0.3, 0.3], [0.4, 0.3, 0.3]])) == 0.5
    assert own_threshold(three, np.array([0, 1]), np.eye(3)[:2]) is None


def test_what_is_not_known_is_no_number():
    broken = SCORES.copy()
    broken[3] = np.nan
    assert np.isnan(score(asked("f1"), TARGET, broken))
    assert np.isnan(score(asked("f1"), TARGET, SCORES, weights=np.zeros(len(TARGET))))
    assert np.isnan(score(asked("f1"), TARGET[:0], SCORES[:0]))
    assert own_threshold(asked("f1"), TARGET, broken) is None
