"""What a table is: its columns, what each is for, and the rules by which its raw values are read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

Kind = Literal["number", "boolean", "category", "text", "date"]
#: What a column is for. ``audit``: no model sees it; its values are kept so that validation can compare groups.
#: ``weight``: how much a row counts, in fits and in figures; no input either.
Role = Literal["feature", "target", "key", "group", "weight", "audit", "ignored"]

#: Stands for "missing" among the levels of a category once a table has been read, so that encoders and graphs
#: meet plain text only. A category's own level of this spelling means the same.
MISSING = "⟨missing⟩"


@dataclass(frozen=True)
class Rule:
    """How one column's raw values are read. Applied value by value: no rule looks at another row.

    A raw value is text, a number, a boolean or missing. Text is stripped of white space first; the empty text and
    each of ``missing`` (compared after stripping) are missing.
    """

    missing: tuple[str, ...] = ()  # marks that mean "missing", such as "?" or "NA"
    decimal: Literal[".", ","] = "."
    thousands: Literal["", ",", ".", " ", "'"] = ""
    affixes: tuple[str, ...] = ()  # dropped before or after a number: "$", "€", "kg"
    percent: bool = False  # "97%" is read as 0.97 (the sign may be absent: "97" is 0.97 too)
    true: tuple[str, ...] = ()
    false: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()  # dates: strptime directives %Y %y %m %d %H %M %S %f %z %b %B %p %I, tried in order
    recode: Mapping[str, str] = field(default_factory=dict, hash=False)  # category or text: raw text → text

    def to_dict(self) -> dict[str, Any]:
        """Only what differs from the defaults, JSON-ready."""
        return {
            key: list(value) if isinstance(value, tuple) else dict(value) if isinstance(value, Mapping) else value
            for key, value in vars(self).items()
            if value != getattr(_PLAIN, key)
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Rule:
        fields: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in data.items()
        }
        return cls(**fields)


_PLAIN = Rule()


@dataclass(frozen=True)
class Column:
    """One column of the raw table and its reading.

    Typed, it is: number, boolean → float64 (1.0 / 0.0 for a boolean) with NaN for missing; date → float64 seconds
    since 1970-01-01 UTC with NaN for missing; category → text with :data:`MISSING`; text → tokens joined by single
    blanks, ``""`` for missing.
    """

    name: str
    kind: Kind
    role: Role = "feature"
    rule: Rule = field(default_factory=Rule)
    optional: bool = False  # a request may leave it out (it had gaps in training, or is declared so)
    levels: tuple[str, ...] | None = None  # category: levels seen in training, set at release to flag unseen ones

    def to_dict(self) -> dict[str, Any]:
        data: dict[str, Any] = {"name": self.name, "kind": self.kind, "role": self.role, "optional": self.optional}
        if self.rule != Rule():
            data["rule"] = self.rule.to_dict()
        if self.levels is not None:
            data["levels"] = list(self.levels)
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Column:
        levels = data.get("levels")
        return cls(
            data["name"], data["kind"], data["role"], Rule.from_dict(data.get("rule", {})), data["optional"],
            None if levels is None else tuple(levels),
        )  # fmt: skip


@dataclass(frozen=True)
class Created:
    """A number column that the user makes from others, row by row: ``TotalCharges / (tenure + 1)``."""

    name: str
    expression: str


@dataclass(frozen=True)
class Schema:
    """The columns of a table in file order, and the columns created from them.

    >>> schema = Schema((Column("id", "text", "key"), Column("age", "number"), Column("job", "category")))
    >>> schema.inputs
    (('age', 'number'), ('job', 'category'))
    >>> Schema.from_dict(schema.to_dict()) == schema
    True
    """

    columns: tuple[Column, ...]
    created: tuple[Created, ...] = ()

    def __getitem__(self, name: str) -> Column:
        return self._by_name[name]

    def __contains__(self, name: object) -> bool:
        return name in self._by_name

    @cached_property
    def _by_name(self) -> Mapping[str, Column]:
        return {column.name: column for column in self.columns}

    @cached_property
    def features(self) -> tuple[Column, ...]:
        """The raw columns that a model sees and a request supplies, in name order (never in file order)."""
        return tuple(sorted((c for c in self.columns if c.role == "feature"), key=lambda c: c.name))

    @cached_property
    def inputs(self) -> tuple[tuple[str, Kind], ...]:
        """Name and kind of every typed column that a model sees: features, then created ones."""
        made: tuple[tuple[str, Kind], ...] = tuple((each.name, "number") for each in self.created)
        return tuple((column.name, column.kind) for column in self.features) + made

    @property
    def target(self) -> Column | None:
        return next((column for column in self.columns if column.role == "target"), None)

    @property
    def key(self) -> Column | None:
        return next((column for column in self.columns if column.role == "key"), None)

    @property
    def weight(self) -> Column | None:
        return next((column for column in self.columns if column.role == "weight"), None)

    def with_columns(self, columns: Iterable[Column]) -> Schema:
        """The same schema with some columns replaced by their new selves."""
        changed = {column.name: column for column in columns}
        return replace(self, columns=tuple(changed.get(each.name, each) for each in self.columns))

    def to_dict(self) -> dict[str, Any]:
        return {
            "columns": [column.to_dict() for column in self.columns],
            "created": [asdict(each) for each in self.created],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Schema:
        columns = tuple(Column.from_dict(each) for each in data["columns"])
        return cls(columns, tuple(Created(**each) for each in data["created"]))
