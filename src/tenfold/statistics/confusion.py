"""How often each class was taken for each other one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tenfold.statistics.binning import Codes


def confusion_matrix(target: Codes, decided: Codes, classes: int) -> NDArray[np.intp]:
    """Counts [actual, decided] of codes 0…classes−1.

    >>> confusion_matrix(np.array([0, 1, 1]), np.array([0, 1, 0]), 2).tolist()
    [[1, 0], [1, 1]]
    """
    cells = np.bincount(target * classes + decided, minlength=classes * classes)
    return cells.reshape(classes, classes).astype(np.intp)
