"""Look-ups and tokens agree with scikit-learn on whatever text Hypothesis makes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder

from tenfold.learning.graph import run_graph
from tenfold.learning.graph.builder import Graph
from tenfold.learning.graph.converters import convert
from tenfold.learning.graph.wire import Wire, numbers
from tenfold.learning.transformers import FrequencyEncoder

pytestmark = pytest.mark.slow  # many texts

LEVEL = st.text(st.characters(exclude_categories=["Cs"]), max_size=4)
WORD = st.text(st.characters(exclude_categories=["Cs", "Z", "C"]), min_size=1, max_size=3)
TEXT = st.lists(st.one_of(WORD, st.sampled_from(["a", "b", "é", "e\u0301"])), max_size=6).map(" ".join)


def by_graph(transformer: Any, cells: np.ndarray) -> np.ndarray:
    graph = Graph()
    answer = convert(graph, transformer, Wire.of(graph, "cells", cells.shape[1], "string"))
    model = graph.model({"cells": ("string", cells.shape[1])}, numbers(graph, answer), len(answer))
    return run_graph(model.SerializeToString(), {"cells": cells})


def table(rows: list[tuple[str, str]]) -> np.ndarray:
    cells = np.empty((len(rows), 2), dtype=object)
    cells[:] = rows
    return cells


@pytest.mark.parametrize(
    "encoder",
    [
        OneHotEncoder(handle_unknown="ignore", sparse_output=False),
        OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=2, sparse_output=False),
        OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1),
        FrequencyEncoder(),
    ],
    ids=lambda encoder: type(encoder).__name__,
)
@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(LEVEL, LEVEL), min_size=1, max_size=8), st.lists(st.tuples(LEVEL, LEVEL), min_size=1, max_size=6)
)
def test_encoder_on_any_levels(encoder: Any, seen: list[tuple[str, str]], asked: list[tuple[str, str]]) -> None:
    fitted = encoder.fit(table(seen))
    cells = table(seen + asked)
    np.testing.assert_array_equal(by_graph(fitted, cells), fitted.transform(cells))


@settings(max_examples=60, deadline=None)
@given(st.lists(TEXT, min_size=1, max_size=6).filter(any), st.lists(TEXT, min_size=1, max_size=4))
def test_tf_idf_on_any_words(seen: list[str], asked: list[str]) -> None:
    fitted = TfidfVectorizer(token_pattern="[^ ]+", lowercase=False, ngram_range=(1, 2)).fit(seen)
    cells = np.array([[text] for text in asked], dtype=object)
    np.testing.assert_allclose(by_graph(fitted, cells), fitted.transform(asked).toarray(), atol=1e-12)


def test_text_that_other_libraries_cut_short() -> None:
    frame = pd.DataFrame({"a": ["nul\x00one", "nul\x00two", "nul"], "b": ["", " ", "\x1f"]}, dtype=object).to_numpy()
    fitted = FrequencyEncoder().fit(frame[:2])
    np.testing.assert_array_equal(by_graph(fitted, frame), [[0.5, 0.5], [0.5, 0.5], [0.0, 0.0]])
