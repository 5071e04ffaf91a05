"""Running a graph in this process, for proofs and tests; the server has a runtime of its own."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import onnxruntime
import pandas as pd
from numpy.typing import NDArray

from tenfold.schema import Kind

#: Rows scored at once.
BLOCK = 64
#: Rows that a latency is measured on, and answers to each.
_SHOWN, _TRIES = 7, 7

#: Which input of the graph takes a kind of column.
INPUT_OF: dict[Kind, str] = {
    "number": "numbers",
    "boolean": "numbers",
    "date": "numbers",
    "category": "categories",
    "text": "texts",
}


def session(model: bytes) -> Any:
    """A session on one thread, so that sums are always taken in the same order."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def run_graph(model: Any, feeds: Mapping[str, NDArray[Any]]) -> NDArray[np.float64]:
    """The scores of a graph (its bytes, or a session): [N, classes] or [N, 1]. Rows go in blocks of some dozens."""
    running = session(model) if isinstance(model, bytes) else model
    rows = len(next(iter(feeds.values())))
    blocks = [
        running.run(["scores"], {name: values[start : start + BLOCK] for name, values in feeds.items()})[0]
        for start in range(0, rows, BLOCK)
    ]
    scores: NDArray[np.float64] = np.concatenate(blocks).astype(np.float64)
    return scores


def latency(running: Any, frame: pd.DataFrame, inputs: Sequence[tuple[str, Kind]]) -> float:
    """Milliseconds that a session takes to answer one row: the median over some rows of a typed frame [N, columns], as
    texts differ in length, each of them answered a few times."""
    times = []
    for row in np.unique(np.linspace(0, len(frame) - 1, _SHOWN).astype(int)):
        feeds = typed_feeds(frame.iloc[row : row + 1], inputs)
        taken = []
        for _ in range(_TRIES):
            begun = time.perf_counter()
            running.run(["scores"], dict(feeds))
            taken.append(time.perf_counter() - begun)
        times.append(np.median(taken[1:]))
    return float(np.median(times)) * 1000


def typed_feeds(frame: pd.DataFrame, inputs: Sequence[tuple[str, Kind]]) -> dict[str, NDArray[Any]]:
    """The graph's inputs from a typed frame: its columns by kind, in the order of ``inputs``."""
    chosen: dict[str, list[str]] = {}
    for name, kind in inputs:
        chosen.setdefault(INPUT_OF[kind], []).append(name)
    types: dict[str, Any] = {"numbers": np.float64, "categories": object, "texts": object}
    return {key: frame[names].to_numpy(dtype=types[key]) for key, names in chosen.items()}
