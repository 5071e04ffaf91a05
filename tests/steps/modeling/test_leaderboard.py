"""Over- and underfitting in words."""

import numpy as np
import pytest

from tenfold.learning.question import Question
from tenfold.learning.recipe import Recipe
from tenfold.learning.scoring import score
from tenfold.learning.trials.trial import Trial
from tenfold.steps.modeling.leaderboard import in_words, leaderboard

QUESTION = Question("regression", (), None, "rmse", None, "indifferent")


def trial(number, training, unseen, candidate="lightgbm"):
    """A trial with its root mean squared errors on training rows and on others."""
    judged = {"score": unseen, "fold_scores": (unseen,), "train_score": training, "out_of_fold": np.zeros((4, 1))}
    return Trial(number, candidate, Recipe("trees"), **judged)


DUMMY, BEST = trial(0, 100.0, 100.0, "dummy"), trial(1, 35.0, 40.0)


@pytest.mark.parametrize(
    ("training", "unseen", "said"),
    [
        (10.0, 70.0, "overfits: 67%"),
        (10.0, 40.0, "leans to overfitting: 33%"),
        (35.0, 45.0, "fits"),
        (38.0, 40.0, "fits; training rows are hardly easier"),
        (60.0, 65.0, "underfits: the best model does better"),
        (10.0, 110.0, "no better than the dummy: it only knows its training rows"),
    ],
)
def test_the_gap_between_training_rows_and_others_is_said_in_words(training, unseen, said):
    assert in_words(trial(2, training, unseen), QUESTION, DUMMY, BEST).startswith(said)


def test_the_dummy_is_not_spoken_of():
    assert in_words(DUMMY, QUESTION, DUMMY, BEST) == ""


def test_all_metrics_of_decisions_in_a_line_are_of_the_threshold_that_the_trial_was_judged_at():
    question = Question("binary", ("no", "yes"), "yes", "f1")
    target, probability = np.array([0, 0, 0, 1, 1, 0]), np.array([0.01, 0.02, 0.03, 0.1, 0.2, 0.3])
    scores = np.column_stack([1 - probability, probability])
    judged = Trial(1, "linear", Recipe("linear"), score=score(question, target, scores), out_of_fold=scores)
    (line,) = leaderboard([judged], target, question, judged)
    assert line.metrics["f1"] == pytest.approx(judged.score) == pytest.approx(0.8)
    assert line.metrics["recall"] == 1
    assert line.metrics["precision"] == pytest.approx(2 / 3)
