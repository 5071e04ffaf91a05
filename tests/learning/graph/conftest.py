"""Frames with everything that traffic may bring, and comparisons of graphs with what they were made from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
import scipy.sparse

from tenfold.learning.composition import Composition, Member
from tenfold.learning.graph import compose, run_graph, typed_feeds
from tenfold.learning.graph.assembly import _inputs
from tenfold.learning.graph.builder import Graph
from tenfold.learning.graph.converters import convert
from tenfold.learning.graph.wire import numbers
from tenfold.schema import MISSING, Kind

INPUTS: tuple[tuple[str, Kind], ...] = (
    ("amount", "number"), ("Größe", "number"), ("when", "date"), ("flag", "boolean"),
    ("city", "category"), ("grade", "category"), ("words", "text"),
)  # fmt: skip
FEEDS = {"numbers": ("number", 4), "categories": ("string", 2), "texts": ("string", 1)}

CITIES = ["Zürich", "Zu\u0308rich", "東京", "New York", MISSING, "nan", "1\x1f", *(f"town {i}" for i in range(15))]
WORDS = ["café", "cafe", "naïve", "😀", "it's", "to", "be", "ß"]


def typed(rows: int, seed: int) -> pd.DataFrame:
    """Rows of a typed frame with gaps and accents."""
    draw = np.random.default_rng(seed)
    columns: dict[str, Any] = {
        "amount": np.where(draw.random(rows) < 0.2, np.nan, draw.normal(size=rows)),
        "Größe": np.exp(draw.normal(size=rows) * 3),
        "when": np.where(draw.random(rows) < 0.1, np.nan, draw.uniform(-3e9, 4e9, rows).round()),
        "flag": draw.integers(0, 2, rows).astype(float),
        "city": draw.choice(np.array(CITIES, dtype=object), rows),
        "grade": draw.choice(np.array(["good", "fair", "poor"], dtype=object), rows),
        "words": np.array([" ".join(draw.choice(WORDS, draw.integers(0, 6))) for _ in range(rows)], dtype=object),
    }
    return pd.DataFrame({name: pd.Series(values, dtype=values.dtype) for name, values in columns.items()})


@pytest.fixture(scope="session")
def train() -> pd.DataFrame:
    return typed(400, seed=0)


@pytest.fixture(scope="session")
def hostile() -> pd.DataFrame:
    """Unseen levels, empty texts, missing and extreme numbers."""
    frame = typed(120, seed=1)
    odd = [np.nan, 1e30, -1e30, 0.0, -0.0, 5e-324, 1e-30, 3.5e38, -1e15]
    frame.loc[0 : len(odd) - 1, "amount"] = odd
    frame.loc[20 : 20 + len(odd) - 2, "Größe"] = np.abs(odd[1:])
    frame.loc[40:45, "when"] = [np.nan, -62135596800.0, 253402300799.0, -0.000001, 86399.999999, 951782400.0]
    frame.loc[::5, "city"] = "Zúrich"
    frame.loc[1::9, "grade"] = ""
    frame.loc[::4, "words"] = ""
    frame.loc[50:52, "words"] = ["unseen", "unseen café unseen", "to be " * 300 + "ß"]
    return frame


@pytest.fixture(scope="session")
def labels(train: pd.DataFrame) -> dict[str, np.ndarray]:
    """A target for each task."""
    signal = train["amount"].fillna(0) + (train["grade"] == "good") + np.random.default_rng(0).normal(size=len(train))
    return {
        "binary": np.where(signal > 0, "yes", "no").astype(object),
        "multiclass": np.array(["é", "b", "c"], dtype=object)[np.digitize(signal, [-0.3, 0.6])],
        "regression": np.exp(signal.to_numpy() / 2) * 100,
    }


def dense(values: Any) -> np.ndarray:
    return np.asarray(values.toarray() if scipy.sparse.issparse(values) else values, dtype=np.float64)


def transformed(transformer: Any, frame: pd.DataFrame) -> np.ndarray:
    """What the graph of one fitted transformer makes of a frame."""
    graph = Graph()
    answer = convert(graph, transformer, _inputs(graph, INPUTS))
    model = graph.model(FEEDS, numbers(graph, answer), len(answer)).SerializeToString()
    return run_graph(model, typed_feeds(frame, INPUTS))


@pytest.fixture(scope="session")
def by_graph() -> Callable[[Any, pd.DataFrame], np.ndarray]:
    return transformed


@pytest.fixture(scope="session")
def inputs() -> tuple[tuple[str, Kind], ...]:
    return INPUTS


@pytest.fixture
def same_columns(train: pd.DataFrame, hostile: pd.DataFrame) -> Callable[..., None]:
    """Check that a transformer and its graph give the same columns, in a batch, alone, and without any text."""

    def check(transformer: Any, target: Any = None, tolerance: float = 1e-12) -> None:
        transformer.fit(train, target)
        nothing = hostile[:3].assign(words=pd.Series([""] * 3, dtype=object))
        for frame in (train[:50], hostile, hostile[:1], hostile[51:52], nothing, nothing[:1]):
            expected = dense(transformer.transform(frame))
            np.testing.assert_allclose(transformed(transformer, frame), expected, rtol=tolerance, atol=tolerance)

    return check


@pytest.fixture
def same_scores(train: pd.DataFrame, hostile: pd.DataFrame, labels: dict[str, np.ndarray]) -> Callable[..., None]:
    """Check that fitted pipelines and their graph give the same scores."""

    def check(task: Any, *pipelines: Any, tolerance: float = 1e-6, **settings: Any) -> Composition:
        target = labels[task]
        classes = () if task == "regression" else tuple(sorted(set(target), reverse=True))
        fitted = [pipeline.fit(train, target) for pipeline in pipelines]
        members = tuple(Member(f"m{i}", "any", pipeline, i + 1.0) for i, pipeline in enumerate(fitted))
        composition = Composition(task, classes, members, **settings)
        model = compose(composition, INPUTS).SerializeToString()
        for frame in (train[:50], hostile, hostile[:1], hostile[51:52]):
            served = run_graph(model, typed_feeds(frame, INPUTS))
            np.testing.assert_allclose(served, composition.scores(frame), rtol=tolerance, atol=tolerance)
        return composition

    return check
