"""The base of every section of the workflow file: strict, documented, with units in its descriptions."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A part of ``workflow.yaml``. Unknown keys are mistakes (with a near name); values are never changed later."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, use_attribute_docstrings=True)
