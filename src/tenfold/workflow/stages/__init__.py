"""The plan: for each of the ten steps, what it depends on and how it is run, one file each.

A step's own module, with the libraries behind it, is imported when the step is computed: a run whose steps all come
from the cache is over in less time than those imports take.
"""

from tenfold.workflow.plan import Stage
from tenfold.workflow.stages import (
    cleaning,
    data,
    exploration,
    features,
    modeling,
    problem,
    release,
    splitting,
    tuning,
    validation,
)

PLAN: tuple[Stage, ...] = tuple(
    step.STAGE
    for step in (
        problem, data, cleaning, splitting, exploration, features, modeling, tuning, validation, release,
    )
)  # fmt: skip
