"""The base of every section of the workflow file: strict, documented, with units in its descriptions."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict


class Section(BaseModel):
    """A part of ``workflow.yaml``. Unknown keys are mistakes (with a near name); values are never changed later."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, use_attribute_docstrings=True)


def as_text(value: object) -> object:
    """A value of the data as the text that it is there: `1` means ``1``, `true` the word ``true``.

    A number of a workflow file is spelt as it stands there (``spelt``, see ``workflow.file.parse``).

    >>> as_text(1.0), as_text(True), as_text(-0.5), as_text(date(1900, 1, 1)), as_text(["a"])
    ('1', 'true', '-0.5', '1900-01-01', ['a'])
    """
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(spelt := getattr(value, "spelt", None), str):
        return spelt
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, int | float):
        return repr(value)
    return value.isoformat() if type(value) is date else value


#: A value of the data. Numbers, truth values and dates need no quotes.
Word = Annotated[str, BeforeValidator(as_text, json_schema_input_type=str | int | float | bool)]
