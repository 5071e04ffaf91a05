"""The ``exploration`` section of the workflow file."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from tenfold.core.section import Section

Check = Literal[
    "target", "missing", "outliers", "levels", "redundancy", "leakage", "dates", "personal_data", "sensitive"
]
CHECKS: tuple[Check, ...] = (
    "target", "missing", "outliers", "levels", "redundancy", "leakage", "dates", "personal_data", "sensitive",
)  # fmt: skip


class Exploration(Section):
    """What is looked for in the training rows, and from where on it is worth a word."""

    checks: tuple[Check, ...] = CHECKS
    """Which groups of checks run."""
    sample: int = Field(50_000, ge=100)
    """At most this many rows are looked at (a seeded sample of the training rows)."""
    columns: int = Field(300, ge=2)
    """At most this many number columns are compared with each other (those that tell most about the target)."""
    missing: float = Field(0.5, gt=0, le=1)
    """Share of missing values from which a column is reported."""
    imbalance: float = Field(0.1, gt=0, le=0.5)
    """Share of the rarest class below which the target counts as imbalanced."""
    skewness: float = Field(2.0, gt=0)
    """Skewness of a numeric target from which it is reported."""
    outliers: float = Field(0.05, gt=0, le=1)
    """Share of values beyond three interquartile ranges from which a column is reported."""
    correlation: float = Field(0.98, gt=0, le=1)
    """Absolute rank correlation (or Cramér's V) from which two columns count as the same."""
    copy_score: float = Field(0.99, gt=0, le=1)
    """Single-feature score (2·AUC − 1, or R², out of fold) from which a column counts as a copy of the target."""
    suspect_score: float = Field(0.6, gt=0, le=1)
    """Single-feature score from which a column that stands far above all others is a suspect."""
    today: date | None = None
    """The day against which dates count as future; the day the data were read when left out."""
