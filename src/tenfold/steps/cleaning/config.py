"""The ``cleaning`` section of the workflow file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any, Literal

from pydantic import AliasChoices, Field, model_validator

from tenfold.core.section import Section, Word, as_text
from tenfold.schema import Kind, Role, Rule

_RULE_FIELDS = tuple(field.name for field in fields(Rule))


class Contract(Section):
    """What every value of a column has to satisfy in training data; rows that break it are quarantined."""

    min: float | None = None
    """Smallest number allowed (for dates: seconds since 1970)."""
    max: float | None = None
    """Largest number allowed."""
    allowed: tuple[Word, ...] | None = None
    """The only values allowed, as they are read (after recoding)."""
    pattern: str | None = None
    """A regular expression (RE2) that the whole value has to match."""
    unique: bool = False
    """No value may stand twice."""


class ColumnRule(Section):
    """How one column is read. What is left out is inferred; an empty list means: none."""

    kind: Kind | None = None
    """What its values are. A category has levels, a text has words."""
    missing: tuple[Word, ...] | None = None
    """Marks that mean "missing", such as `?` or `-999`, as they stand in the data. The empty text always does."""
    decimal: Literal[".", ","] | None = None
    """What stands before the fraction of a number."""
    thousands: Literal["", ",", ".", " ", "'"] | None = None
    """What parts the thousands of a number."""
    affixes: tuple[str, ...] | None = Field(None, validation_alias=AliasChoices("affixes", "currency"))
    """Dropped before or after a number: `$`, `kg`."""
    percent: bool | None = None
    """`97%` is read as 0.97."""
    true: tuple[Word, ...] | None = None
    """Texts that mean true, of a boolean."""
    false: tuple[Word, ...] | None = None
    """Texts that mean false, of a boolean."""
    formats: tuple[str, ...] | None = None
    """strptime formats of a date, tried in order."""
    recode: dict[Word, Word] | None = None
    """Raw text → text, for categories and texts."""
    optional: bool | None = None
    """Whether a request may leave the column out; true by itself when training data has gaps."""
    contract: Contract = Contract()
    unreadable: Literal["quarantine", "missing"] = "quarantine"
    """What becomes of a row whose value cannot be read."""

    @model_validator(mode="before")
    @classmethod
    def _words(cls, data: Any) -> Any:
        """`true:` and `false:` without quotes are truth values in YAML; here they are keys."""
        if not isinstance(data, Mapping):
            return data
        return {as_text(key) if isinstance(key, bool) else key: value for key, value in data.items()}

    def over(self, rule: Rule) -> Rule:
        """What the user declares wins over what was inferred, field by field."""
        given = {name: getattr(self, name) for name in _RULE_FIELDS if getattr(self, name) is not None}
        return replace(rule, **given)


class Cleaning(Section):
    """Roles of columns and rules of reading. Everything left out is inferred and pinned in `resolved.yaml`."""

    roles: dict[str, Role] = Field(default_factory=dict)
    """What columns are for (`docs/how-it-works.md`): `{customerID: key, persons: weight}`. Features need not be
    named, the target is `problem.target`. `key` and `ignored` are inferred, `group` and `weight` never are."""
    columns: dict[str, ColumnRule] = Field(default_factory=dict)
    """How columns are read, by name: `{price: {kind: number, missing: ["?"]}}`."""
    infer: bool = True
    """Whether undeclared columns are inferred; if not, a column without a `kind` is a mistake."""

    def rule(self, name: str) -> ColumnRule:
        """The rule of a column as declared, or an empty one."""
        return self.columns.get(name, ColumnRule())
