"""Step 1: turn the written question into a checked specification. It sees no rows."""

from __future__ import annotations

from tenfold.core.result import Context, Result
from tenfold.steps.problem.chapter import chapter
from tenfold.steps.problem.config import Problem
from tenfold.steps.problem.result import Specification


def run(config: Problem, context: Context) -> Result[Specification]:
    """Check the question and derive its gates."""
    specification = Specification(config)
    return Result(context.step, specification, chapter(specification))
