"""Categories to numbers, all by one scheme: text → row of a table → value.

The tables are not read out of an encoder's insides: the fitted encoder is asked to transform each level it knows, and
one it cannot know. Every column's levels are told apart by the column's number in front of them, so one look-up serves
all columns.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse
from numpy.typing import NDArray
from onnx import TensorProto
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, TargetEncoder

from tenfold.learning.graph.builder import ML, Graph
from tenfold.learning.graph.converters import register, require
from tenfold.learning.graph.wire import Wire, strings
from tenfold.learning.transformers import FrequencyEncoder, TextMatrix

#: No level of a real table: control characters are not text.
UNSEEN = "\x02unseen\x03"


#: What a look-up gives for a level it does not know; and the place of a known one that has no output (a dropped one).
UNKNOWN, NOWHERE = -1, -2


@dataclass(frozen=True)
class Levels:
    """The levels of each column, and what the encoder makes of them: a row each, and a last one for any other."""

    known: tuple[tuple[str, ...], ...]
    encoded: Any  # sparse or dense [longest + 1, outputs]


@register(OrdinalEncoder, TargetEncoder, FrequencyEncoder)
def value_encoder(graph: Graph, estimator: Any, wire: Wire) -> Wire:
    """The same number of values for every column: one, or one per class for a target of several classes."""
    policy = getattr(estimator, "handle_unknown", "use_encoded_value")
    require(policy == "use_encoded_value", estimator, "unseen categories have to be encoded: use_encoded_value")
    levels = _ask(estimator)
    columns, width = len(levels.known), levels.encoded.shape[1]
    each = width // columns
    tables = [levels.encoded[: len(k), i * each : (i + 1) * each] for i, k in enumerate(levels.known)]
    unseen = levels.encoded[-1].reshape(columns, each)
    require(all(np.array_equal(row, unseen[0], equal_nan=True) for row in unseen), estimator, "unseen levels differ")
    table = np.concatenate([*tables, unseen[:1]]).astype(np.float64)
    rows = _look_up(graph, strings(graph, wire), levels.known, list(range(len(table) - 1)))
    return Wire.of(graph, _gather(graph, table, rows, width), width)


@register(TextMatrix)
def text_matrix(graph: Graph, estimator: TextMatrix, wire: Wire) -> Wire:
    """The same columns."""
    return wire


@register(OneHotEncoder)
def one_hot_encoder(graph: Graph, estimator: OneHotEncoder, wire: Wire) -> Wire:
    """1 in the place of the level, else 0: the place is looked up and compared with every output's own."""
    require(estimator.handle_unknown != "error", estimator, "unseen categories must not be an error")
    levels = _ask(estimator)
    widths = [_outputs(estimator, column) for column in range(len(levels.known))]
    width = sum(widths)
    if not width:
        return wire.take(())
    matrix = scipy.sparse.csc_array(levels.encoded)
    hot, unseen = _hot_places(matrix, levels, widths)
    places = _look_up(graph, strings(graph, wire), levels.known, hot)
    if (unseen >= 0).any():
        unknown = graph.node("Equal", places, graph.constant(np.int64(UNKNOWN)))
        places = graph.node("Where", unknown, graph.constant(unseen), places)
    source = np.repeat(np.arange(len(widths)), widths)
    spread = graph.node("Gather", places, graph.constant(source), axis=1)
    equal = graph.node("Equal", spread, graph.constant(np.arange(width)))
    return Wire.of(graph, graph.node("Cast", equal, to=TensorProto.DOUBLE), width)


def _ask(encoder: Any) -> Levels:
    """Have the encoder transform each of its own levels."""
    known = tuple(tuple(levels) for levels in encoder.categories_)
    require(all(isinstance(v, str) for levels in known for v in levels), encoder, "only text can be looked up")
    questions = np.full((max(map(len, known)) + 1, len(known)), UNSEEN, dtype=object)
    for column, levels in enumerate(known):
        questions[: len(levels), column] = levels
    names = getattr(encoder, "feature_names_in_", None)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # it warns of the level that it was meant not to know
        answers = encoder.transform(questions if names is None else pd.DataFrame(questions, columns=names))
    return Levels(known, answers.to_numpy() if isinstance(answers, pd.DataFrame) else answers)


def _look_up(graph: Graph, texts: str, known: Sequence[Sequence[str]], values: Sequence[int]) -> str:
    """int64 [N, columns]: the value of each cell's level, the levels of all columns being numbered on; −1 if unseen."""
    if len(known) == 1:
        keys = list(known[0])
    else:
        marks = [f"{column}\x1f" for column in range(len(known))]
        texts = graph.node("StringConcat", graph.constant(np.array([marks], dtype=object)), texts)
        keys = [mark + level for mark, levels in zip(marks, known, strict=True) for level in levels]
    return graph.node(
        "LabelEncoder",
        texts,
        domain=ML,
        keys_strings=keys,
        values_int64s=[int(v) for v in values],
        default_int64=UNKNOWN,
    )


def _gather(graph: Graph, table: NDArray[np.float64], rows: str, width: int) -> str:
    """[N, columns · values] from [N, columns] rows; the last row of the table, −1, is that of unseen levels."""
    if table.shape[1] == 1:
        return graph.node("Gather", graph.constant(table[:, 0]), rows, axis=0)
    cube = graph.node("Gather", graph.constant(table), rows, axis=0)
    return graph.node("Reshape", cube, graph.constant(np.array([0, width], dtype=np.int64)))


def _hot_places(matrix: Any, levels: Levels, widths: Sequence[int]) -> tuple[list[int], NDArray[np.int64]]:
    """The hot output of each level of each column, and of an unseen one; below 0 where none is."""
    hot: list[int] = []
    unseen = np.full(len(widths), NOWHERE, dtype=np.int64)
    starts = np.concatenate([[0], np.cumsum(widths)])
    for column, known in enumerate(levels.known):
        block = scipy.sparse.coo_array(matrix[:, starts[column] : starts[column + 1]])
        places = np.full(matrix.shape[0], NOWHERE, dtype=np.int64)
        filled = block.data != 0
        places[block.row[filled]] = block.col[filled] + starts[column]
        hot += places[: len(known)].tolist()
        unseen[column] = places[-1]
    return hot, unseen


def _outputs(encoder: OneHotEncoder, column: int) -> int:
    """How many outputs a column has: its levels, infrequent ones counted once, less the dropped one."""
    count = len(encoder.categories_[column])
    infrequent = getattr(encoder, "infrequent_categories_", None)
    if infrequent is not None and infrequent[column] is not None:
        count -= len(infrequent[column]) - 1
    dropped = encoder.drop_idx_ is not None and encoder.drop_idx_[column] is not None
    return count - int(dropped)
