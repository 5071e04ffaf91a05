"""Over- and underfitting in words."""

import numpy as np
import pytest

from tenfold.learning.question import Question
from tenfold.learning.recipe import Recipe
from tenfold.learning.trials.trial import Trial
from tenfold.steps.modeling.leaderboard import in_words

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
