"""How long one row takes: the composed graph beside the scikit-learn pipelines that it was made from.

Run: ``python benchmarks/graph_latency.py``. Rows are made up, in the shape of Telco churn (3 numbers, 16 categories).
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import numpy as np
import pandas as pd
from lightgbm import LGBMClassifier
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler

from tenfold.learning.composition import Composition, Member
from tenfold.learning.graph import compose, typed_feeds
from tenfold.learning.graph.running import session
from tenfold.learning.transformers import DateParts, Float32
from tenfold.schema import Kind

NUMBERS = ["tenure", "monthly", "total"]
CATEGORIES = [f"service{i}" for i in range(16)]
INPUTS: list[tuple[str, Kind]] = [(n, "number") for n in NUMBERS] + [(c, "category") for c in CATEGORIES]


def rows(count: int, seed: int = 0) -> tuple[pd.DataFrame, np.ndarray]:
    """Telco-like rows with their labels."""
    generator = np.random.default_rng(seed)
    frame = pd.DataFrame({name: generator.gamma(2.0, 20.0, count) for name in NUMBERS})
    for name in CATEGORIES:
        levels = np.array(["Yes", "No", "No internet service", "Month-to-month"][: generator.integers(2, 5)], object)
        frame[name] = pd.Series(generator.choice(levels, count), dtype=object)
    chance = 1 / (1 + np.exp(frame["tenure"] / 20 - (frame["service0"] == "Yes")))
    return frame, np.where(generator.random(count) < chance, "Yes", "No").astype(object)


def members() -> list[Member]:
    """A logistic regression on one-hot columns and a LightGBM on ordinal ones, unfitted."""
    numbers = make_pipeline(SimpleImputer(strategy="median", add_indicator=True), StandardScaler())
    one_hot = OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=20)
    ordinal = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
    linear = ColumnTransformer([("numbers", numbers, NUMBERS), ("categories", one_hot, CATEGORIES)])
    trees = ColumnTransformer([("numbers", "passthrough", NUMBERS), ("categories", ordinal, CATEGORIES)])
    boosted = LGBMClassifier(n_estimators=200, verbose=-1, n_jobs=1)
    return [
        Member("logistic", "linear", make_pipeline(linear, LogisticRegression(max_iter=1000)), 0.4),
        Member("lightgbm", "trees", make_pipeline(trees, Float32(), boosted), 0.6),
    ]


def microseconds(call: Callable[[], object], repeats: int) -> float:
    """The median time of a call."""
    spans = []
    for _ in range(repeats):
        start = time.perf_counter()
        call()
        spans.append(time.perf_counter() - start)
    return statistics.median(spans) * 1e6


def report(name: str, composition: Composition, frame: pd.DataFrame, inputs: list[tuple[str, Kind]]) -> None:
    """One line: time of a row in the graph and in scikit-learn, size, largest difference over all rows."""
    model = compose(composition, inputs)
    running = session(model.SerializeToString())
    every, one = typed_feeds(frame, inputs), typed_feeds(frame.iloc[:1], inputs)
    apart = np.abs(running.run(None, every)[0] - composition.scores(frame)).max()
    graph = microseconds(lambda: running.run(None, one), 3000)
    trained = microseconds(lambda: composition.scores(frame.iloc[:1]), 30)
    print(
        f"{name:24} graph {graph:7.1f} µs   scikit-learn {trained:9.1f} µs   {trained / graph:5.0f} times   "
        f"{len(model.graph.node):3} nodes   {model.ByteSize() / 1e6:5.2f} MB   apart {apart:.1e}"
    )


def main() -> None:
    frame, labels = rows(5000)
    fitted = [Member(m.name, m.family, m.pipeline.fit(frame, labels), m.weight) for m in members()]
    for name, chosen in {"logistic": fitted[:1], "lightgbm": fitted[1:], "both, calibrated": fitted}.items():
        report(name, Composition("binary", ("No", "Yes"), tuple(chosen), 1.3, 0.4, "Yes"), frame.iloc[:1000], INPUTS)
    dated = pd.DataFrame({"when": np.random.default_rng(0).uniform(0, 2e9, len(frame))})
    parts = DateParts(["year", "month", "day", "weekday", "dayofyear", "hour"], cyclic=True)
    calendar = Pipeline([("dates", parts), ("scale", StandardScaler()), ("model", LogisticRegression(max_iter=500))])
    member = Member("dates", "linear", calendar.fit(dated, labels))
    report("a date in all its parts", Composition("binary", ("No", "Yes"), (member,)), dated, [("when", "date")])


if __name__ == "__main__":
    main()
