"""Temperature scaling."""

import numpy as np
import pytest

from tenfold.learning.calibration import temperature
from tenfold.learning.composition import calibrated
from tenfold.learning.question import Question

BINARY = Question("binary", ("a", "b"), "b")


def honest(rows, seed=0):
    generator = np.random.default_rng(seed)
    probability = generator.uniform(0.02, 0.98, rows)
    return (generator.uniform(size=rows) < probability).astype(int), np.stack([1 - probability, probability], axis=1)


def test_too_sure_probabilities_are_cooled_back():
    target, scores = honest(20_000)
    sharpened = calibrated(scores, 0.5)
    assert temperature(BINARY, target, sharpened) == pytest.approx(2.0, rel=0.05)


def test_honest_probabilities_stay_nearly_as_they_are():
    target, scores = honest(20_000)
    found = temperature(BINARY, target, scores)
    assert found is None or found == pytest.approx(1.0, abs=0.06)


def test_too_few_rows_or_numbers_are_not_calibrated():
    target, scores = honest(2_000)
    assert temperature(BINARY, target, calibrated(scores, 0.3)) is None
    assert temperature(Question("regression"), target.astype(float), scores[:, :1]) is None
