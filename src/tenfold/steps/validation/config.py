"""The ``validation`` section of the workflow file."""

from __future__ import annotations

from pydantic import Field

from tenfold.core.section import Section


class Validation(Section):
    """How thoroughly the final model is examined."""

    resamples: int = Field(1000, ge=100, le=10_000)
    """Bootstrap resamples per interval (fewer, down to 100, for very many rows; the report says how many)."""
    importance_repeats: int = Field(3, ge=0, le=50)
    """How often each column is shuffled for permutation importance; 0 leaves it out."""
    importance_rows: int = Field(5_000, ge=100)
    """At most this many rows are used for permutation importance."""
    slice_rows: int = Field(50, ge=10)
    """A slice with fewer rows is not judged."""
    slice_bins: int = Field(4, ge=2, le=20)
    """Number columns are cut into this many slices of equal mass."""
    slice_levels: int = Field(20, ge=2)
    """At most this many levels of a category are slices (the most frequent ones)."""
    slices_shown: int = Field(10, ge=0, le=100)
    """How many of the worst slices the report shows."""
    false_discovery_rate: float = Field(0.1, gt=0, lt=1)
    """Expected share of false alarms among slices that are called worse."""
    group_rows: int = Field(30, ge=1)
    """A group of a sensitive column with fewer rows takes no part in fairness differences."""
