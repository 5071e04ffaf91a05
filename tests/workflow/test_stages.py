"""The plan has the ten steps in their order, and each loads its own section and result."""

from __future__ import annotations

from types import SimpleNamespace

from tenfold.core.section import Section
from tenfold.workflow.file import STEPS, WorkflowFile
from tenfold.workflow.stages import PLAN
from tenfold.workflow.stages.training import limits


def test_the_plan_is_the_ten_steps() -> None:
    assert tuple(stage.name for stage in PLAN) == tuple(STEPS)
    flow = WorkflowFile.model_validate(
        {"name": "x", "problem": {"target": "y"}, "data": {"sources": {"a": {"file": "a.csv"}}}}
    )
    for stage in PLAN:
        assert isinstance(stage.section(flow), Section)
        assert stage.kind().__module__ == f"tenfold.steps.{stage.name}.result"
        assert len(stage.config_hash(flow)) > 20


def test_a_cluster_belongs_to_the_fingerprint_of_training_and_an_engine_here_does_not() -> None:
    def limits_with(**compute: object) -> str:
        content = {"name": "x", "problem": {"target": "y"}, "data": {"sources": {"a": {"file": "a.csv"}}}}
        flow = WorkflowFile.model_validate({**content, "compute": compute})
        return limits(SimpleNamespace(flow=flow))  # type: ignore[arg-type]

    here = limits_with()
    assert {limits_with(trials=name) for name in ("local", "dask", "ray", "spark")} == {here}
    others = [
        limits_with(trials="dask", **more) for more in ({"workers": 4}, {"memory": "1GB"}, {"address": "tcp://a:1"})
    ]
    assert len({here, *others}) == 4
