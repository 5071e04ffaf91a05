"""What cannot be written into a bundle is named, whatever it is wrapped in."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.pipeline import Pipeline

from tenfold.learning.bagging import Bagged
from tenfold.learning.composition import Composition, Member
from tenfold.learning.graph import NotConvertible
from tenfold.schema import Column, Schema
from tenfold.steps.release.packing import pack


class Unwritable(RegressorMixin, BaseEstimator):  # type: ignore[misc]
    def fit(self, X: Any, y: Any) -> Unwritable:
        self.rows_ = (each for each in X)
        return self

    def predict(self, X: Any) -> Any:
        return np.zeros(len(X))


@pytest.mark.parametrize(("bagged", "named"), [(False, "Unwritable"), (True, "Bagged")])
def test_a_model_that_skops_cannot_write_is_refused_by_name(bagged: bool, named: str) -> None:
    made = Pipeline([("estimator", Unwritable().fit(range(3), None))])
    composition = Composition("regression", (), (Member("own", "linear", Bagged([made]) if bagged else made),))
    with pytest.raises(NotConvertible, match=rf"{named}.*skops cannot write it"):
        pack(composition, Schema((Column("age", "number"),)))
