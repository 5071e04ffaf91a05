"""Losses of slices: what a mixture of classes costs anybody makes no slice worse."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from tenfold.steps.validation.config import Validation
from tenfold.steps.validation.slices import loss_by_row, relative, slices_of


def judged(shares, scores_of):
    """Two slices of 4,000 rows with these shares of class 1; ``scores_of``: target → probability of class 1."""
    target = np.concatenate([np.arange(4000) < 4000 * share for share in shares]).astype(int)
    positive = scores_of(target)
    return SimpleNamespace(
        target=target, scores=np.column_stack([1 - positive, positive]), decided=target, weights=None
    )


FIRST = np.arange(8000) < 4000


def test_a_slice_whose_classes_are_more_mixed_is_not_worse():
    asked = judged((0.5, 0.1), lambda target: np.where(FIRST, 0.5, 0.1))
    losses = loss_by_row(asked)
    assert losses[FIRST].mean() > 2 * losses[~FIRST].mean()
    inside, outside = relative(asked, losses, FIRST)
    assert inside.mean() == pytest.approx(1.0, abs=1e-6)
    assert outside.mean() == pytest.approx(1.0, abs=1e-6)


def test_a_slice_about_which_the_model_knows_less_is_worse():
    asked = judged((0.5, 0.5), lambda target: np.where(FIRST, 0.5, 0.2 + 0.6 * target))
    inside, outside = relative(asked, loss_by_row(asked), FIRST)
    assert inside.mean() > 2 * outside.mean()


def test_values_that_spread_more_widely_make_no_slice_worse():
    target = np.concatenate([np.linspace(-10, 10, 4000), np.linspace(-1, 1, 4000)])
    answers = SimpleNamespace(target=target, scores=0.5 * target, decided=None, weights=None)
    inside, outside = relative(answers, loss_by_row(answers), FIRST)
    assert inside.mean() == pytest.approx(0.25)
    assert outside.mean() < inside.mean() + 1e-9


def test_dates_are_sliced_by_days_and_other_numbers_by_their_values():
    frame = pd.DataFrame({"since": 1_577_836_800 + 86_400.0 * np.arange(400), "fee": np.arange(400.0)})
    asked = SimpleNamespace(groups={}, dates=frozenset({"since"}))
    rows = SimpleNamespace(features=frame, inputs=asked, column=lambda name: frame[name].to_numpy())
    named = {(each.column, each.value) for each in slices_of(rows, Validation(slice_bins=2))}
    assert ("fee", "0 to 199") in named
    assert ("since", "2020-01-01 to 2020-07-18") in named
