"""Logarithms of the target: what is answered are means, wherever the metric wants means."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import Pipeline

from tenfold.learning.composition import Composition, Member
from tenfold.learning.graph import compose, run_graph, typed_feeds
from tenfold.learning.recipe import Recipe
from tenfold.learning.refitting import final
from tenfold.learning.targets import LogTarget, smearing
from tenfold.learning.trials.trial import Trial

RNG = np.random.default_rng(0)
X = RNG.normal(size=(4000, 1))
SIGMA = 0.6
Y = np.expm1(5 + 0.5 * X[:, 0] + SIGMA * RNG.normal(size=4000))


def fitted():
    return LogTarget(LinearRegression()).fit(X[:2000], Y[:2000])


def test_raised_logarithms_answer_means_of_noise_that_is_log_normal():
    made = fitted()
    assert made.predict(X[2000:]).mean() < 0.88 * Y[2000:].mean()
    made.raised = smearing(made, X[2000:], Y[2000:], "rmse")
    assert made.raised == pytest.approx(SIGMA**2 / 2, abs=0.03)
    assert made.predict(X[2000:]).mean() == pytest.approx(Y[2000:].mean(), rel=0.03)


def test_middle_values_and_few_rows_are_left_alone():
    made = fitted()
    assert smearing(made, X[2000:], Y[2000:], "mae") == 0
    assert smearing(made, X[2000:2049], Y[2000:2049], "rmse") == 0


def test_rows_that_weigh_nothing_say_nothing():
    made = fitted()
    weights = np.r_[np.ones(1000), np.zeros(1000)]
    told = smearing(made, X[2000:], Y[2000:], "rmse", weights)
    assert told == pytest.approx(smearing(made, X[2000:3000], Y[2000:3000], "rmse"), rel=1e-12)


def test_one_row_far_off_does_not_carry_the_others_away():
    made = fitted()
    assert smearing(made, X[:60], np.r_[Y[:59], 1e12], "rmse") == 0.4


def test_the_graph_raises_them_too():
    made = fitted()
    made.raised = 0.2
    frame = pd.DataFrame({"a": X[:, 0]})
    inputs = [("a", "number")]
    member = Member("log", "linear", Pipeline([("recipe", "passthrough"), ("estimator", made)]))
    served = run_graph(
        compose(Composition("regression", (), (member,)), inputs).SerializeToString(), typed_feeds(frame, inputs)
    )
    assert np.allclose(served[:, 0], made.predict(X), rtol=1e-6)


def test_a_last_fit_on_all_rows_is_raised_as_its_folds_were():
    trial = Trial(1, "linear", Recipe("linear"), {"alpha": 1.0, "target": "log"}, raised=(0.1, 0.3))
    assert final(trial).parameters["raised"] == pytest.approx(0.2)
    assert Trial.from_dict(trial.to_dict()).raised == (0.1, 0.3)
    assert "raised" not in final(Trial(1, "linear", Recipe("linear"), {"alpha": 1.0})).parameters
