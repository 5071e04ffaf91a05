"""What of the time for a row is left for the graph."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from tenfold.schema import Column, Schema
from tenfold.steps.tuning import step
from tenfold.steps.tuning.pruning import Limits
from tenfold.steps.tuning.reading import reading_ms

WORD = "extraordinarily "


def table(words: int, columns: int) -> tuple[Schema, pd.DataFrame]:
    names = [f"c{number}" for number in range(columns)]
    schema = Schema((Column("story", "text"), Column("since", "date"), *(Column(name, "number") for name in names)))
    frame = pd.DataFrame({name: np.arange(30.0) for name in names})
    frame.insert(0, "since", 1.2e9 + np.arange(30.0))
    frame.insert(0, "story", [WORD * words] * 30)
    frame.loc[3, "c0"] = np.nan
    return schema, frame


def test_long_texts_and_many_columns_take_longer_to_read() -> None:
    short, long, wide = (reading_ms(*table(*size)) for size in ((1, 1), (3000, 1), (1, 400)))
    assert long > 2 * short
    assert wide > 5 * short


@pytest.mark.parametrize(("asked", "left"), [(100.0, 100.0), (0.0001, 0.00002), (float("inf"), float("inf"))])
def test_reading_is_subtracted_but_a_fifth_is_left(asked: float, left: float) -> None:
    schema, frame = table(1, 3)
    data = SimpleNamespace(examples=SimpleNamespace(features=frame))
    found = step._of_graph(Limits(asked, 5.0), schema, data)  # type: ignore[arg-type]
    assert found.latency_ms == pytest.approx(left, rel=0.1)
    assert found.latency_ms <= asked
    assert found.bytes == 5.0
