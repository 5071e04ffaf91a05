"""What step 2 leaves behind: the raw table, and where each of its rows came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal, Self

from tenfold.core import files
from tenfold.core.brief import Brief

Physical = Literal["BIGINT", "DOUBLE", "BOOLEAN", "VARCHAR", "DATE", "TIMESTAMP"]

#: Columns that this step adds; a source may not have columns that begin with two underscores, as all of ours do.
SOURCE, ROW, TEST = "__source", "__row", "__test"

TABLE = "raw.parquet"
QUARANTINE = "ragged.jsonl"


@dataclass(frozen=True)
class Provenance:
    """One file or query: what was read, from which bytes, when, and how it was written."""

    source: str  # its key in the workflow file
    label: str  # what stands in the column `__source`
    file: str
    format: str
    bytes: int
    sha256: str
    rows: int  # rows that went into the raw table (or into `combine`)
    quarantined: int = 0  # ragged lines set aside; rows + quarantined = rows in the file
    query: str = ""
    encoding: str = ""
    delimiter: str = ""
    quote: str = ""
    header: bool | None = None
    time: str = ""  # when it was read, ISO 8601 in UTC; never part of the table
    test: bool = False  # the user's own test rows


@dataclass(frozen=True, repr=False)
class Collected(Brief):
    """The raw table with its provenance. ``pinned`` is the ``data`` section with every guess made explicit."""

    raw: Path
    columns: tuple[tuple[str, Physical], ...]  # in file order, without the columns that this step adds
    rows: int
    sources: tuple[Provenance, ...]
    pinned: Mapping[str, Any] = field(hash=False)
    quarantine: Path | None = None  # ragged lines, one JSON object each

    @property
    def has_test(self) -> bool:
        """Whether the user brought test rows: the raw table then has the column ``__test``."""
        return any(each.test for each in self.sources)

    @property
    def day(self) -> date:
        """The day on which the sources were read (UTC)."""
        return datetime.fromisoformat(max(each.time for each in self.sources)).date()

    def save(self, folder: Path) -> None:
        value = {
            "columns": [list(column) for column in self.columns],
            "rows": self.rows,
            "sources": [asdict(each) for each in self.sources],
            "pinned": dict(self.pinned),
            "quarantine": self.quarantine is not None,
        }
        files.write_json(folder / "collected.json", value)

    @classmethod
    def load(cls, folder: Path) -> Self:
        value = files.read_json(folder / "collected.json")
        return cls(
            folder / TABLE,
            tuple((name, physical) for name, physical in value["columns"]),
            value["rows"],
            tuple(Provenance(**each) for each in value["sources"]),
            value["pinned"],
            folder / QUARANTINE if value["quarantine"] else None,
        )
