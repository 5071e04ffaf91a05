"""What the section names is checked before anything is fitted."""

from __future__ import annotations

from typing import Any

import pytest

from tenfold.core.errors import UserError
from tenfold.learning.search.space import Axis
from tenfold.metrics import Task
from tenfold.steps.modeling.checking import check
from tenfold.steps.modeling.config import Modeling

OWN = "sklearn.linear_model:SGDClassifier"


@pytest.mark.parametrize(
    ("task", "name", "given", "said"),
    [
        (None, "lightgbm", {"num_leafs": 31}, "TF-MODEL-010.*lightgbm has no parameter 'num_leafs'.*'num_leaves'"),
        (None, "catboost", {"dephts": 4}, "TF-MODEL-010.*did you mean 'depth'"),
        (None, "extra_trees", {"max_dept": 4}, "TF-MODEL-010.*did you mean 'max_depth'"),
        (None, "realmlp", {"epoch": 4}, "TF-MODEL-010.*did you mean 'epochs'"),
        (None, "linear", {"maxiter": 4}, "TF-MODEL-010.*did you mean 'max_iter'"),
        (None, "dummy", {"strategy": "mean"}, "TF-MODEL-010.*leave it out: dummy has no parameters"),
        (None, OWN, {"alfa": 4}, "TF-MODEL-010.*did you mean 'alpha'"),
        ("binary", "linear", {"alpha": 1.0}, "TF-MODEL-010.*linear has no parameter 'alpha' for classes"),
        ("binary", "lightgbm", {"target": "log"}, "TF-MODEL-010.*no parameter 'target' for classes"),
        ("regression", "linear", {"C": 1.0}, "TF-MODEL-010.*linear has no parameter 'C' for a regression"),
        (None, "lightgbm", {"num_leaf": 9}, "TF-MODEL-010.*goes by another name here.*write 'num_leaves'"),
        (None, "lightgbm", {"bagging_fraction": 0.5}, "TF-MODEL-010.*write 'subsample'"),
        (None, "catboost", {"eta": 0.1}, "TF-MODEL-010.*write 'learning_rate'"),
        (None, "lightgbm", {"n_jobs": 2}, "TF-MODEL-010.*'n_jobs' is the run's own.*problem.constraints.cores"),
        (None, "lightgbm", {"verbose": 1}, "TF-MODEL-010.*'verbose' is the run's own"),
        (None, "lightgbm", {"num_leaves": None}, "TF-MODEL-011.*got None. Expected: a number above 0"),
        (None, "lightgbm", {"learning_rate": "fast"}, "TF-MODEL-011.*got 'fast'"),
        (None, "catboost", {"class_weights": [1, 2]}, "TF-MODEL-011.*one value: catboost takes no list"),
        ("regression", "extra_trees", {"target": "root"}, "TF-MODEL-011.*'as it is' or 'log'"),
    ],
)
def test_a_parameter_that_would_be_swallowed_is_refused(
    task: Task | None, name: str, given: dict[str, Any], said: str
) -> None:
    with pytest.raises(UserError, match=said) as caught:
        check(Modeling(candidates="auto" if name == "realmlp" else (name,), parameters={name: given}), task)
    (problem,) = caught.value.problems
    assert problem.where == f"modeling.parameters.{name}.{next(iter(given))}"


NUMBERS = Axis(low=0, high=10)


@pytest.mark.parametrize(
    ("name", "axes", "where", "said"),
    [
        ("lightgbm", {"num_leafs": NUMBERS}, "num_leafs", "TF-MODEL-010.*did you mean 'num_leaves'"),
        ("lightgbm", {"eta": NUMBERS}, "eta", "TF-MODEL-010.*write 'learning_rate'"),
        ("lightgbm", {"learning_rate": NUMBERS}, "learning_rate", "TF-MODEL-011.*got 0. Expected: a number above 0"),
        ("lightgbm", {"n_estimators": Axis(choices=["few"])}, "n_estimators", "TF-MODEL-011.*got 'few'"),
        ("lightgbm", {"num_leaves": Axis(low=2, high=9)}, "num_leaves", "TF-MODEL-012.*`modeling.parameters` fixes"),
        ("lightgbm", {"n_estimators": Axis(low=10, high=99.5)}, "n_estimators", "TF-MODEL-011.*whole numbers"),
        ("dummy", {"constant": NUMBERS}, "constant", "TF-MODEL-010.*leave it out: dummy has no parameters"),
        ("catboost", {"depth": NUMBERS}, "", "TF-MODEL-012.*catboost does not compete.*`modeling.candidates`"),
        (OWN, {"alfa": NUMBERS}, "alfa", "TF-MODEL-010.*did you mean 'alpha'"),
    ],
)
def test_an_axis_that_leads_nowhere_is_refused(name: str, axes: dict[str, Axis], where: str, said: str) -> None:
    config = Modeling(candidates=("lightgbm", OWN), parameters={"lightgbm": {"num_leaves": 31}})
    with pytest.raises(UserError, match=said) as caught:
        check(config, None, {name: axes})
    (problem,) = caught.value.problems
    assert problem.where == f"tuning.space.{name}" + (f".{where}" if where else "")


def test_axes_of_what_competes_pass() -> None:
    space = {"lightgbm": {"num_leaves": Axis(low=8, high=64, log=True)}, OWN: {"alpha": Axis(low=0.1, high=1)}}
    check(Modeling(candidates=("lightgbm", OWN)), "binary", space)


@pytest.mark.parametrize(
    ("task", "name", "given"),
    [
        (
            None,
            "lightgbm",
            {"num_leaves": 31, "max_bin": 63, "min_child_samples": 5, "path_smooth": 1, "max_depth": None},
        ),
        (None, "lightgbm", {"interaction_constraints": [[0, 1], [2]]}),
        (None, "catboost", {"depth": 4, "grow_policy": "Lossguide", "max_leaves": 8}),
        (None, "extra_trees", {"max_features": "sqrt", "max_depth": None}),
        (None, "linear", {"C": 1.0, "max_iter": 5000}),
        (None, "linear", {"alpha": 1.0}),
        ("regression", "lightgbm", {"target": "log"}),
        (None, OWN, {"alpha": 0.1, "random_state": 3}),
        (None, "sklearn.naive_bayes:GaussianNB", {"priors": [0.5, 0.5]}),
    ],
)
def test_parameters_of_the_library_pass(task: Task | None, name: str, given: dict[str, Any]) -> None:
    check(Modeling(candidates=(name,), parameters={name: given}), task)


def test_all_mistakes_are_told_at_once_with_the_library_that_is_missing() -> None:
    parameters = {"realmlp": {"epoch": 1, "widht": 2}, "linear": {"c": 1}}
    with pytest.raises(UserError) as caught:
        check(Modeling(candidates=("linear", "realmlp"), parameters=parameters))
    assert [each.code for each in caught.value.problems] == ["TF-MODEL-009"] + ["TF-MODEL-010"] * 3
