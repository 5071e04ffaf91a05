"""The ``data`` section of the workflow file."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, field_validator, model_validator

from tenfold.core.section import Section

Format = Literal["csv", "tsv", "arff", "json_lines", "parquet", "sqlite"]

_DELIMITERS = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|"}


def _bare_file(value: Any) -> Any:
    """``customers: data/customers.csv`` is short for ``customers: {file: data/customers.csv}``."""
    return {"file": value} if isinstance(value, str | list) else value


class Source(Section):
    """Where rows come from, and how they are written there. What is left out is found out and pinned."""

    file: str | tuple[str, ...] | None = None
    """A path or glob, or a list of them, from the folder of the workflow file. Several files are stacked."""
    sql: str | None = None
    """A database: `sqlite:///path`, or the path of an SQLite file."""
    query: str | None = None
    """What to ask the database, in its own SQL."""
    table: str | None = None
    """The table to take whole, instead of a query."""
    format: Format | None = None
    """How the file is written; by its name and content when left out."""
    delimiter: str | None = None
    """What stands between two fields: one character, or `tab`."""
    quote: str | None = None
    """What encloses a field that holds a delimiter: one character, or `none`."""
    header: bool | None = None
    """Whether the first row holds the names of the columns."""
    names: tuple[str, ...] | None = None
    """Names of the columns, in file order: for a file without a header, or instead of its header."""
    encoding: str | None = None
    """How characters are written as bytes: `utf-8`, `utf-16`, `cp1252`, `latin-1` or any other that Python knows."""
    skip: int = Field(0, ge=0)
    """Lines to leave out at the top of the file."""
    ragged: Literal["refuse", "quarantine"] = "refuse"
    """What to do with lines of too few or too many fields."""

    @field_validator("delimiter")
    @classmethod
    def _one_character(cls, text: str | None) -> str | None:
        plain = _DELIMITERS.get(text, text) if text is not None else None
        if plain is not None and (len(plain) != 1 or plain in '"\r\n'):
            raise ValueError(f"{text!r} is not one character, or `tab`")
        return plain

    @field_validator("quote")
    @classmethod
    def _one_character_or_none(cls, text: str | None) -> str | None:
        if text is not None and text != "none" and (len(text) != 1 or not text.isascii() or text in "\r\n"):
            raise ValueError(f"{text!r} is neither one character nor `none`")
        return text

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        if (self.file is None) == (self.sql is None):
            raise ValueError("a source needs either `file` or `sql`")
        if self.query is not None and self.table is not None:
            raise ValueError("`query` and `table` exclude each other")
        if self.file is not None and not self.file:
            raise ValueError("`file` is empty")
        return self

    @property
    def is_database(self) -> bool:
        return self.sql is not None or self.format == "sqlite"


AnySource = Annotated[Source, BeforeValidator(_bare_file, json_schema_input_type=Source | str | tuple[str, ...])]


class Data(Section):
    """The sources of the raw table, and how they are joined."""

    sources: dict[str, AnySource] = Field(min_length=1)
    """Each source by the name that `combine` calls it."""
    combine: str | None = None
    """SQL (DuckDB's) over the sources that makes the one table; needed when there are several sources."""
    test: AnySource | None = None
    """Your own test rows, with the columns of the combined table. They are sealed instead of a split."""

    @model_validator(mode="after")
    def _combined(self) -> Self:
        if len(self.sources) > 1 and not self.combine:
            named = ", ".join(self.sources)
            raise ValueError(f"{len(self.sources)} sources ({named}) need `combine`: the SQL that makes them one table")
        return self
