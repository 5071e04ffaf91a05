"""Networks as graphs: the graph answers as the arrays do, whatever they are and whatever the row holds."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.pipeline import Pipeline

from tenfold.learning.composition import Composition, Member
from tenfold.learning.graph import compose, run_graph, typed_feeds
from tenfold.learning.networks.encoding import Encoding
from tenfold.learning.networks.estimator import RealMLPClassifier, RealMLPRegressor
from tenfold.learning.networks.layers import Layer

INPUTS = [("a", "number"), ("b", "number"), ("c", "number")]
ODD = st.floats(allow_nan=True, allow_infinity=True, width=64)


def columns(rows: int, draw: np.random.Generator) -> np.ndarray:
    """A long tail with gaps, three levels, and a column that says nothing."""
    tailed = np.where(draw.random(rows) < 0.2, np.nan, np.exp(5 * draw.normal(size=rows)))
    return np.column_stack([tailed, draw.integers(0, 3, rows), np.full(rows, 7.0)])


def network(outputs: int, seed: int, hidden: tuple[int, ...]):
    """An estimator as if fitted, its weights drawn."""
    draw = np.random.default_rng(seed)
    encoding = Encoding.fit(columns(200, draw), bins=6)
    sizes = [encoding.width, *hidden, max(1, outputs)]
    layers = [
        Layer(draw.normal(size=(one, other)), draw.normal(size=other), draw.normal(size=other))
        for one, other in pairwise(sizes)
    ]
    made = RealMLPClassifier() if outputs else RealMLPRegressor()
    made.encoding_, made.layers_ = encoding, (*layers[:-1], Layer(layers[-1].weights, layers[-1].bias))
    if outputs:
        made.classes_ = np.arange(outputs)
    else:
        made.centre_, made.spread_, made.low_, made.high_ = 50.0, 20.0, -30.0, 120.0
    return made


def both(made, frame: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    outputs = len(made.classes_) if isinstance(made, RealMLPClassifier) else 0
    pipeline = Pipeline([("recipe", "passthrough"), ("estimator", made)])
    task = ("regression", "", "binary", "multiclass")[min(outputs, 3)]
    composition = Composition(task, tuple(map(str, range(outputs))), (Member("network", "trees", pipeline),))
    served = run_graph(compose(composition, INPUTS).SerializeToString(), typed_feeds(frame, INPUTS))
    return composition.scores(frame), served


@settings(max_examples=40, deadline=None)
@given(
    rows=st.lists(st.tuples(ODD, ODD, ODD), min_size=1, max_size=12),
    outputs=st.sampled_from([0, 2, 5]),
    seed=st.integers(0, 2**32 - 1),
    hidden=st.sampled_from([(4,), (8, 3), ()]),
)
def test_a_graph_answers_as_its_arrays_do(rows, outputs, seed, hidden):
    """Whatever the weights, and for gaps, infinities and the largest of numbers as well."""
    frame = pd.DataFrame(rows, columns=["a", "b", "c"], dtype=np.float64)
    trained, served = both(network(outputs, seed, hidden), frame)
    assert np.isfinite(served).all()
    assert np.allclose(served, trained, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("outputs", [0, 2])
def test_a_missing_value_is_another_input_where_training_had_gaps_and_the_median_elsewhere(outputs):
    made = network(outputs, 1, (8,))
    medians = made.encoding_.median
    rows = pd.DataFrame([medians, [np.nan, *medians[1:]], [*medians[:2], np.nan]], columns=["a", "b", "c"])
    trained, served = both(made, rows)
    assert np.allclose(served, trained, atol=1e-12)
    assert not np.allclose(served[0], served[1])
    assert np.allclose(served[0], served[2])
