"""Logarithms of the target: what is answered are means, wherever the metric wants means."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import Pipeline

from tenfold.learning.composition import Composition, Member
from tenfold.learning.graph import compose, run_graph, typed_feeds
from tenfold.learning.question import Question
from tenfold.learning.recipe import Recipe, Transformation
from tenfold.learning.refitting import final
from tenfold.learning.targets import LogTarget, smeared, smearing
from tenfold.learning.trials.dataset import Dataset
from tenfold.learning.trials.fitting import Configuration, Job, fit_fold
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
    made.raised = smearing(made.logarithms(X[2000:]), Y[2000:], "rmse")
    assert made.raised == pytest.approx(SIGMA**2 / 2, abs=0.03)
    assert made.predict(X[2000:]).mean() == pytest.approx(Y[2000:].mean(), rel=0.03)


def test_middle_values_and_few_rows_are_left_alone():
    made = fitted()
    assert smearing(made.logarithms(X[2000:]), Y[2000:], "mae") == 0
    assert smearing(made.logarithms(X[2000:2049]), Y[2000:2049], "rmse") == 0


def test_rows_that_weigh_nothing_say_nothing():
    made = fitted()
    weights = np.r_[np.ones(1000), np.zeros(1000)]
    told = smearing(made.logarithms(X[2000:]), Y[2000:], "rmse", weights)
    assert told == pytest.approx(smearing(made.logarithms(X[2000:3000]), Y[2000:3000], "rmse"), rel=1e-12)


def test_one_row_far_off_does_not_carry_the_others_away():
    made = fitted()
    assert smearing(made.logarithms(X[:60]), np.r_[Y[:59], 1e12], "rmse") == 0.4


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


@pytest.mark.parametrize("row", [0, 7, 1999])
def test_no_row_has_a_part_in_the_answer_that_it_is_judged_by(row):
    logarithms, other = fitted().logarithms(X[2000:]), Y[2000:].copy()
    other[row] *= 50
    before, after = (smeared(logarithms, values, "rmse", seed=3)[1] for values in (Y[2000:], other))
    assert before[row] == after[row]
    assert (before != after).sum() >= 1500, "the others have heard of it"


def test_each_row_is_raised_about_as_the_whole_is():
    raised, each = smeared(fitted().logarithms(X[2000:]), Y[2000:], "rmse")
    assert each == pytest.approx(np.full(2000, raised), abs=0.03)


def test_a_blind_fit_hears_nothing_of_the_rows_that_it_is_judged_on(tmp_path):
    """Else nested cross-validation would be judged by answers that the judged values had a part in."""
    learned, judged = np.arange(300), np.arange(300, 400)
    frame = pd.DataFrame({"a": X[:400, 0]})
    recipe = Recipe("linear", (Transformation("standard", ("a",)),))
    plain = Configuration("linear", recipe, {"alpha": 1.0, "target": "log"})

    def answers(configuration, values, name, blind):
        folder = tmp_path / name
        folder.mkdir()
        Dataset.save(folder, frame, values, Question("regression", metric_name="rmse"), [(learned, judged)])
        return fit_fold(str(folder), configuration, Job(0, 1, blind=blind))

    larger = Y[:400].copy()
    larger[judged] *= 1.2
    blind = [answers(plain, values, f"b{place}", True) for place, values in enumerate((Y[:400], larger))]
    assert np.array_equal(blind[0].scores, blind[1].scores)
    assert blind[0].raised == 0
    seeing = [answers(plain, values, f"s{place}", False) for place, values in enumerate((Y[:400], larger))]
    assert seeing[1].raised > seeing[0].raised
    settled = replace(plain, parameters={**plain.parameters, "raised": 0.2})
    assert np.log1p(answers(settled, Y[:400], "r", True).scores) == pytest.approx(np.log1p(blind[0].scores) + 0.2)
