"""Bags: the mean of the folds' models, in Python and as a graph."""

import numpy as np
import pandas as pd
import pytest
from lightgbm import LGBMClassifier, LGBMRegressor
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import Pipeline

from tenfold.learning.bagging import Bagged
from tenfold.learning.composition import Composition, Member
from tenfold.learning.graph import compose, run_graph, typed_feeds
from tenfold.learning.proof import prove_member
from tenfold.learning.targets import LogTarget

pytestmark = pytest.mark.filterwarnings("ignore:X (has|does not have valid) feature names")

INPUTS = [("a", "number"), ("b", "number")]
RNG = np.random.default_rng(0)
FRAME = pd.DataFrame({"a": RNG.normal(size=300), "b": RNG.normal(size=300)})


def pipelines(made, target, parts=3):
    found = []
    for part in range(parts):
        rows = np.flatnonzero(np.arange(300) % parts != part)
        found.append(Pipeline([("estimator", made().fit(FRAME.to_numpy()[rows], target[rows]))]))
    return found


def framed(parts):
    return [Pipeline([("recipe", "passthrough"), ("estimator", each[-1])]) for each in parts]


def test_a_bag_answers_with_the_mean_of_its_parts():
    target = np.exp(FRAME["a"].to_numpy())
    parts = framed(pipelines(lambda: LGBMRegressor(n_estimators=5, verbose=-1), target))
    bag = Bagged(parts)
    assert np.allclose(bag.predict(FRAME), np.mean([each.predict(FRAME) for each in parts], axis=0))
    assert not hasattr(bag, "predict_proba")
    assert not hasattr(bag, "classes_")


def test_a_class_that_a_fold_never_met_has_no_probability_there():
    codes = np.where(FRAME["a"] > 1, 2, np.where(FRAME["b"] > 0, 1, 0))
    parts = framed(pipelines(LogisticRegression, codes))
    few = np.flatnonzero(codes != 1)
    lacking = Pipeline([("estimator", LogisticRegression().fit(FRAME.to_numpy()[few], codes[few]))])
    bag = Bagged([*parts, lacking], ("no", "some", "yes"))
    scores = bag.predict_proba(FRAME)
    assert np.allclose(scores.sum(axis=1), 1)
    assert scores[:, 1].max() <= 0.75
    assert set(bag.predict(FRAME)) <= {"no", "some", "yes"}
    composition = Composition("multiclass", ("no", "some", "yes"), (Member("bag", "linear", bag),))
    served = run_graph(compose(composition, INPUTS).SerializeToString(), typed_feeds(FRAME, INPUTS))
    assert np.allclose(served, scores, atol=1e-9)


def test_a_bag_is_proven_as_a_whole_and_measured():
    codes = (FRAME["a"] + FRAME["b"] > 0).to_numpy().astype(int)
    bag = Bagged(framed(pipelines(lambda: LGBMClassifier(n_estimators=5, verbose=-1), codes)), ("no", "yes"))
    proof = prove_member(Member("bag", "trees", bag), INPUTS, FRAME)
    assert proof.passed
    assert 0 < proof.latency_ms < 100
    assert proof.bytes > 1000


def test_a_bag_is_fitted_again_on_more_rows_for_as_many_rounds():
    labels = np.where(FRAME["a"] > 0, "yes", "no").astype(object)
    codes = (labels == "yes").astype(int)
    bag = Bagged(framed(pipelines(lambda: LGBMClassifier(n_estimators=5, verbose=-1), codes)), ("no", "yes"))
    again = bag.again(FRAME, labels)
    assert [each[-1].n_iter_ for each in again.pipelines] == [5, 5, 5]
    assert np.mean(again.predict(FRAME) == labels) > 0.95


def test_logarithms_come_back_as_values_in_the_graph_too():
    target = np.exp(3 + 2 * FRAME["a"].to_numpy())
    made = LogTarget(LGBMRegressor(n_estimators=20, verbose=-1)).fit(FRAME.to_numpy(), target)
    member = Member("log", "trees", Pipeline([("recipe", "passthrough"), ("estimator", made)]))
    composition = Composition("regression", (), (member,))
    served = run_graph(compose(composition, INPUTS).SerializeToString(), typed_feeds(FRAME, INPUTS))
    assert np.allclose(served[:, 0], made.predict(FRAME.to_numpy()), rtol=1e-6)
    assert np.corrcoef(np.log(served[:, 0]), np.log(target))[0, 1] > 0.9


def test_logarithms_never_answer_beyond_reason():
    target = np.exp(3 + 2 * FRAME["a"].to_numpy())
    made = LogTarget(LinearRegression()).fit(FRAME.to_numpy(), target)
    far = pd.DataFrame({"a": [1e30, -1e30], "b": [0.0, 0.0]})
    high, low = made.predict(far.to_numpy())
    assert 1.9 * target.max() < high < 2.1 * target.max() + 2
    assert low == 0
    member = Member("log", "linear", Pipeline([("recipe", "passthrough"), ("estimator", made)]))
    model = compose(Composition("regression", (), (member,)), INPUTS).SerializeToString()
    assert np.allclose(run_graph(model, typed_feeds(far, INPUTS))[:, 0], [high, low])
