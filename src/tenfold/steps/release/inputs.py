"""What a release is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tenfold.learning.composition import Composition
from tenfold.schema import Schema
from tenfold.steps.problem.result import Specification
from tenfold.steps.splitting.result import Parts
from tenfold.steps.validation.result import Validated


@dataclass(frozen=True)
class ReleaseInputs:
    """Everything that reaches the bundle. ``card`` is the evidence of the other steps, by section of the card.

    ``sealed`` is read only to fit again on everything, where that is asked for.
    """

    name: str
    specification: Specification
    schema: Schema  # with created columns
    task: str
    metric: str
    composition: Composition
    validated: Validated
    parts: Parts
    raw: Path
    sealed: Path
    accepted: Mapping[str, str]
    card: Mapping[str, Mapping[str, Any]]
