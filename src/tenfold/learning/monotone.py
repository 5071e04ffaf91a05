"""Monotone constraints: the answer never falls (or never rises) where a column alone grows.

Trees keep such a promise, each by itself; so do their sum, the mean of several models, and any calibration that rises
with what it calibrates. (Sill, "Monotonic Networks", NeurIPS 1997, for the idea; in trees: Ben-David, "Monotonicity
Maintenance in Information-Theoretic Machine Learning Algorithms", Machine Learning 19, 1995.)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tenfold.learning.candidates import candidate
from tenfold.learning.candidates.candidate import widened
from tenfold.learning.question import Question

#: The parameters in which a direction stands for each column.
_PARAMETERS = ("monotone_constraints", "monotonic_cst")


def constrain(estimator: Any, name: str, directions: Sequence[int], question: Question, columns: int) -> None:
    """Tell an estimator of the candidate ``name`` which way its answer may go with each of its columns.

    ``directions``: of the first ones, 1 or −1, as seen from the positive class's probability or the value; the others
    are free. ``columns``: how many the estimator is fitted on.

    >>> from sklearn.ensemble import ExtraTreesClassifier
    >>> forest = ExtraTreesClassifier()
    >>> constrain(forest, "extra_trees", [1], Question("binary", ("no", "yes"), "no"), 3)
    >>> forest.monotonic_cst
    [-1, 0, 0]
    """
    # Estimators speak of the second class.
    sign = -1 if question.positive_code == 0 else 1
    estimator.set_params(**candidate(name).directions([sign * each for each in directions], columns))


def adjust(estimator: Any, columns: int) -> None:
    """Bring the constraints of an estimator, if it has any, to another number of columns: free ones stand last."""
    known = estimator.get_params()
    for name in _PARAMETERS:
        if isinstance(known.get(name), list):
            estimator.set_params(**{name: widened(known[name], columns)})
