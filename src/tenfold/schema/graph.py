"""What a model graph is fed: finished columns side by side, by sort."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from tenfold.schema.columns import Schema
from tenfold.schema.finish import NUMBER_KINDS

#: Name of the graph input → kinds of its columns.
INPUTS = {"numbers": NUMBER_KINDS, "categories": ("category",), "texts": ("text",)}


def feeds(columns: Mapping[str, np.ndarray[Any, Any]], schema: Schema) -> dict[str, np.ndarray[Any, Any]]:
    """The graph's inputs: ``numbers`` float64 [N, n], ``categories`` and ``texts`` object [N, c] and [N, t].

    Columns stand in the order of ``schema.inputs``; an input without columns is left out.

    >>> from tenfold.schema import Column
    >>> feeds({"age": np.array([30.0, 40.0])}, Schema((Column("age", "number"),)))
    {'numbers': array([[30.],
           [40.]])}
    """
    made = {}
    inputs = schema.inputs
    for name, kinds in INPUTS.items():
        chosen = [columns[column] for column, kind in inputs if kind in kinds]
        if chosen:
            table = np.empty((len(chosen[0]), len(chosen)), dtype=np.float64 if name == "numbers" else object)
            for position, values in enumerate(chosen):
                table[:, position] = values
            made[name] = table
    return made
