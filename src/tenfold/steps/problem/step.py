"""Step 1: turn the written question into a checked specification. It sees no rows."""

from __future__ import annotations

from tenfold.core.errors import raise_all
from tenfold.core.result import Context, Result
from tenfold.steps.problem.chapter import chapter
from tenfold.steps.problem.config import Problem
from tenfold.steps.problem.fitting import misfits
from tenfold.steps.problem.result import Specification


def run(config: Problem, context: Context) -> Result[Specification]:
    """Check the question and derive its gates.

    Raises:
        UserError: TF-PROBLEM-00x: what is asked does not fit the declared kind of problem.
    """
    if config.task is not None:
        raise_all(misfits(config, config.task))
    specification = Specification(config)
    return Result(context.step, specification, chapter(specification))
