"""The ``features`` section of the workflow file."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator

from tenfold.core.section import Section

Direction = Literal["increasing", "decreasing"]
Method = Literal[
    "standard", "robust", "range", "clipped", "power", "box_cox", "constant",
    "one_hot", "ordinal", "target", "frequency",
]  # fmt: skip


class Features(Section):
    """What models get to see. Recipes are decided here and fitted inside the folds."""

    create: dict[str, str] = Field(default_factory=dict)
    """New number columns by formula, row by row: `{charge_per_month: TotalCharges / (tenure + 1)}`."""
    methods: dict[str, Method] = Field(default_factory=dict)
    """How a column is transformed, in place of the method that is chosen for it: `{tenure: robust, city: target}`.
    Numbers: `standard`, `robust`, `range`, `clipped`, `power` (Yeo-Johnson), `box_cox`, `constant` (gaps become a
    constant); only `constant` reaches trees, which no scaling changes. Categories: `one_hot`, `ordinal`, `target`,
    `frequency`."""
    monotone: dict[str, Direction] = Field(default_factory=dict)
    """Which way the answer goes with a number, boolean, date or created column, all others as they are:
    `{tenure: decreasing}`. The answer is the positive class's probability, or the value. Only models that keep such a
    promise compete (trees); missing values are free of it. Not for tasks of several classes."""
    transformers: tuple[str, ...] = ()
    """Your own transformers by import path, `my_module:MyTransformer`; they get all number columns, and the model can
    then only be released as a bundle of kind `python`."""
    exclude: tuple[str, ...] = ()
    """Columns that no model sees, and no request has to supply."""
    selection: Literal["auto", "all"] = "auto"
    """`auto` leaves out columns that are empty or constant in the training rows, and of more than 1,000 number columns
    lets each fold choose those that tell most; `all` keeps every column."""
    pairs: Literal["auto", "none"] = "auto"
    """`auto`: the search also tries sums, differences, products and ratios of two number or date columns that tell more
    than the two do apart, at most ten, chosen in each fold; only trees get them."""
    one_hot: int = Field(12, ge=2, le=200)
    """Categories with at most this many levels become one column per level; others are encoded by the target."""
    text_components: int = Field(64, ge=2, le=512)
    """How many SVD components of a text's tf-idf the trees get, at most: several texts share 128."""
    ngrams: int = Field(2, ge=1, le=3)
    """The longest run of words that is a term of its own."""

    @field_validator("transformers")
    @classmethod
    def _paths(cls, paths: tuple[str, ...]) -> tuple[str, ...]:
        for path in paths:
            if path.count(":") != 1:
                raise ValueError(f"{path!r} is no import path such as 'my_module:MyTransformer'")
        return paths
