"""A trained network as plain arrays: what answers needs NumPy and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Layer:
    """Weights [inputs, outputs] and bias [outputs]; ``slope`` [outputs] of a parametric SiLU after them, None for none.

    The activation is z + slope · (z · sigmoid(z) − z).
    """

    weights: Floats
    bias: Floats
    slope: Floats | None = None


def through(layers: Sequence[Layer], inputs: Floats) -> Floats:
    """Answers [N, outputs] to inputs [N, width].

    >>> bent = Layer(np.ones((1, 1)), np.zeros(1), np.ones(1))
    >>> through([bent], np.array([[0.0], [30.0]])).round(6).tolist()
    [[0.0], [30.0]]
    """
    found = inputs
    for layer in layers:
        found = found @ layer.weights + layer.bias
        if layer.slope is not None:
            found = found * (expit(found) * layer.slope + (1.0 - layer.slope))
    return found
