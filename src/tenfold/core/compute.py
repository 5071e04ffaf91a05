"""The ``compute`` section of the workflow file: where trials run."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from tenfold.core import units
from tenfold.core.section import Section

Place = Literal["local", "ray", "dask", "spark"]


class Compute(Section):
    """Where trials run: in processes of this machine, or on an engine that may span many.

    >>> Compute(trials="dask", address="tcp://10.0.0.5:8786", memory="2GB").memory
    2000000000
    """

    trials: Place = "local"
    """`local`: processes of this machine. `ray`, `dask`, `spark`: that engine, through joblib (`tenfold[ray]`, …)."""
    address: str | None = Field(None, min_length=1)
    """A cluster that is running: Ray's `auto` or `10.0.0.5:6379`, Dask's `tcp://10.0.0.5:8786`, Spark's
    `spark://10.0.0.5:7077` or `yarn`. Left out: what this process is connected to already, as in a notebook; else the
    engine is started on this machine, and ends with the run."""
    workers: int | None = Field(None, gt=0)
    """Trials at a time, at most; as many as the engine has slots when left out. Results depend on it."""
    memory: Annotated[int, BeforeValidator(units.size, json_schema_input_type=int | str), Field(gt=0)] | None = None
    """Memory that one trial may hold, such as `2GB`; what it may hold on this machine when left out."""

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        if self.trials == "local":
            given = [name for name in ("address", "workers", "memory") if getattr(self, name) is not None]
            if given:
                raise ValueError(
                    f"`{given[0]}` says something about ray, dask or spark, but trials are local "
                    "(limits of this machine are `problem: {constraints: {cores: …, memory: …}}`)"
                )
        if self.trials == "ray" and (self.address or "").startswith("ray://"):
            raise ValueError("trials are not sent through a Ray client; run on a machine of the cluster: `auto`")
        return self
