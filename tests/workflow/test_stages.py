"""The plan has the ten steps in their order, and each loads its own section and result."""

from __future__ import annotations

from tenfold.core.section import Section
from tenfold.workflow.file import STEPS, WorkflowFile
from tenfold.workflow.stages import PLAN


def test_the_plan_is_the_ten_steps() -> None:
    assert tuple(stage.name for stage in PLAN) == tuple(STEPS)
    flow = WorkflowFile.model_validate(
        {"name": "x", "problem": {"target": "y"}, "data": {"sources": {"a": {"file": "a.csv"}}}}
    )
    for stage in PLAN:
        assert isinstance(stage.section(flow), Section)
        assert stage.kind().__module__ == f"tenfold.steps.{stage.name}.result"
        assert len(stage.config_hash(flow)) > 20
