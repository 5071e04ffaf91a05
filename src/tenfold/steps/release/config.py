"""The ``release`` section of the workflow file."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from tenfold.core.section import Section


class Release(Section):
    """How a validated model becomes a version in the registry."""

    model: str | None = Field(None, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")
    """The model's name in the registry; the workflow's when left out."""
    alias: str = "champion"
    """The name by which others ask for this version."""
    refit: Literal["development", "everything"] = "development"
    """`development`: the validated model is released as it is. `everything`: it is fitted again with the test rows,
    after the verdict, and the card says so."""
    proof_rows: int = Field(200, ge=1)
    """Raw rows replayed to prove that the bundle answers as the trained pipelines do (hostile ones come on top). Of
    more than 1,000 features they are fewer: 200,000 cells, though 20 rows at least."""
    levels: int = Field(1000, ge=0)
    """Categories with at most this many levels are listed in the bundle, so that unseen ones are flagged."""
