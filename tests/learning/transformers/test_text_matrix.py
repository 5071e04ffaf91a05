"""Levels as one matrix: the same columns, and the same encoding as of a frame."""

from __future__ import annotations

import numpy as np
import pandas as pd
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from tenfold.learning.transformers import TextMatrix


def test_an_encoder_behind_it_makes_the_same_of_a_frame() -> None:
    frame = pd.DataFrame({"a": ["x", "y", "x"], "b": ["u", "⟨missing⟩", "u"]}).astype(object)
    alone = OneHotEncoder(sparse_output=False, handle_unknown="infrequent_if_exist").fit(frame)
    behind = make_pipeline(TextMatrix(), OneHotEncoder(sparse_output=False, handle_unknown="infrequent_if_exist"))
    behind.fit(frame)
    unseen = pd.DataFrame({"a": ["z", "y"], "b": ["u", "v"]}).astype(object)
    assert np.array_equal(alone.transform(unseen), behind.transform(unseen))
    assert TextMatrix().fit(frame).transform(unseen).dtype == object
