"""Dates: the calendar arithmetic of training, run over tensors instead of arrays."""

from __future__ import annotations

import numpy as np

from tenfold.learning.graph.builder import Graph, floor
from tenfold.learning.graph.converters import register
from tenfold.learning.graph.wire import Wire, beside, numbers
from tenfold.learning.transformers import DateParts
from tenfold.learning.transformers.dates import CYCLES, civil


@register(DateParts)
def date_parts(graph: Graph, estimator: DateParts, wire: Wire) -> Wire:
    """All columns at once, then sorted column by column."""
    calendar = civil(graph.expression(numbers(graph, wire)), floor)
    blocks = [calendar[part] for part in estimator.parts]
    for part in estimator.cycling():
        start, length = CYCLES[part]
        angle = (calendar[part] - start) * (2 * np.pi / length)
        blocks += [angle.apply("Sin"), angle.apply("Cos")]
    wires = [Wire.of(graph, block.tensor, len(wire)) for block in blocks]
    return beside([block.take([index]) for index in range(len(wire)) for block in wires])
