"""Whether a probability of 0.7 comes true seven times in ten.

Curve over bins of equal mass; expected calibration error: Naeini, Cooper & Hauskrecht, AAAI 2015, in the equal-mass
form of Nguyen & O'Connor, EMNLP 2015.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tenfold.statistics.binning import quantile_codes
from tenfold.statistics.values import CalibrationBin


def calibration_curve(
    outcomes: NDArray[np.bool_], probabilities: NDArray[np.float64], bins: int = 10,
    weights: NDArray[np.float64] | None = None,
) -> tuple[CalibrationBin, ...]:  # fmt: skip
    """Bins of about equally many rows, in ascending order of probability. ``outcomes`` [N] says what came true;
    ``weights`` [N]: of the rows within a bin.

    >>> calibration_curve(np.array([False, True]), np.array([0.2, 0.8]), bins=2)
    (CalibrationBin(predicted=0.2, observed=0.0, rows=1), CalibrationBin(predicted=0.8, observed=1.0, rows=1))
    """
    if len(probabilities) == 0:
        return ()
    codes = quantile_codes(probabilities, bins)
    counts = np.bincount(codes)
    if weights is None:
        masses = counts
        predicted = np.bincount(codes, probabilities) / counts
        observed = np.bincount(codes, outcomes.astype(np.float64)) / counts
    else:
        masses = np.bincount(codes, weights)
        some = np.where(masses > 0, masses, 1.0)
        predicted = np.bincount(codes, probabilities * weights) / some
        observed = np.bincount(codes, outcomes * weights) / some
    return tuple(
        CalibrationBin(float(p), float(o), int(n))
        for p, o, n, mass in zip(predicted, observed, counts, masses, strict=True)
        if mass > 0
    )


def expected_calibration_error(curve: tuple[CalibrationBin, ...]) -> float:
    """The mean distance between predicted and observed, by rows; 0 is perfect, NaN without bins.

    >>> expected_calibration_error((CalibrationBin(0.2, 0.3, 10), CalibrationBin(0.8, 0.8, 10)))
    0.05
    """
    rows = sum(each.rows for each in curve)
    if rows == 0:
        return float("nan")
    return round(sum(each.rows * abs(each.predicted - each.observed) for each in curve) / rows, 12)
