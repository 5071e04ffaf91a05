"""The ``splitting`` section of the workflow file."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, field_validator

from tenfold.core import units
from tenfold.core.section import Section

Strategy = Literal["auto", "random", "stratified", "grouped", "time"]


def _as_tuple(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


class Splitting(Section):
    """How rows are divided. Parts are recorded by row, so a row keeps its part when the data grows."""

    strategy: Strategy = "auto"
    """`auto`: grouped when a column has the role `group` or `by` names one (of a date, say the strategy), else
    stratified for classes and random for numbers."""
    test: float = Field(0.2, ge=0, lt=1)
    """Share of rows that stay sealed until release, in a table of at least `small` rows; 0 for none (out-of-fold only,
    and the model card says so)."""
    by: Annotated[tuple[str, ...], BeforeValidator(_as_tuple, json_schema_input_type=str | tuple[str, ...])] = ()
    """Grouped: the column whose values stay together. Time: the columns that order the rows, coarsest first. One name
    need not be a list."""
    gap: float | str | None = None
    """Time: rows nearer than this before a fold, or before the test rows, are not learned from for that part. Where
    `by` is a date, a duration (`7d`, `12h`); where it is a number, a number in its own unit (`4`)."""
    folds: int = Field(5, ge=2, le=20)
    """Folds of the training rows, each judged by models that did not learn from it."""
    small: int = Field(2000, ge=0)
    """Below this many rows nothing is sealed, whatever `test` says: nested cross-validation stands in for the test set,
    repeated as far as the budget allows; 0 to seal rows of any table."""
    salt: str = "tenfold"
    """Changes which rows are drawn. Another salt is another test set, with a ledger of its own."""

    @field_validator("gap")
    @classmethod
    def _length(cls, gap: float | str | None) -> float | str | None:
        if gap is not None and not 0 <= units.seconds(gap) < math.inf:
            raise ValueError("a gap is 0 or longer")
        return gap
