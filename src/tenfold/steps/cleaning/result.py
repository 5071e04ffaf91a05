"""What step 3 leaves behind: the schema, the typed table, and the rows that were set aside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

from tenfold.core import files, units
from tenfold.core.brief import Brief
from tenfold.core.errors import Fault
from tenfold.schema import Schema
from tenfold.steps.problem.config import Task

#: For docs/errors.md: code → (what it means, what to do), where both are put together at run time.
CODES = {
    "TF-CLEAN-090": (
        "rows that came in, and rows that went out or were set aside, are not as many",
        "report this: Tenfold must never lose a row",
    ),
}

TYPED, QUARANTINE, CLEANED = "typed.parquet", "quarantine.parquet", "cleaned.json"


@dataclass(frozen=True)
class Ledger:
    """Where the rows went. ``reasons`` counts rows by reason; a row may have several."""

    rows_in: int
    rows_out: int
    quarantined: int
    reasons: Mapping[str, int] = field(default_factory=dict, hash=False)

    @classmethod
    def balance(cls, rows_in: int, rows_out: int, quarantined: int, reasons: Mapping[str, int]) -> Self:
        """The ledger, if it balances.

        Raises:
            Fault: when rows were lost or made.

        >>> Ledger.balance(10, 8, 2, {"age: not a number": 2}).quarantined
        2
        """
        if rows_in != rows_out + quarantined:
            raise Fault.of(
                "TF-CLEAN-090", f"{units.count(rows_in, 'row')} came in, but {rows_out:,} + {quarantined:,} went out",
                "cleaning", do="report this: Tenfold must never lose a row",
            )  # fmt: skip
        return cls(rows_in, rows_out, quarantined, dict(reasons))


@dataclass(frozen=True, repr=False)
class Cleaned(Brief):
    """The typed table and how it came about.

    ``classes`` are the labels in order (empty for regression); ``positive`` is one of two; ``reason`` says why the
    task is what it is, ``reasons`` why each column is; ``typed`` and ``quarantine`` are Parquet files.
    """

    schema: Schema
    task: Task
    classes: tuple[str, ...]
    positive: str | None
    reason: str
    typed: Path
    quarantine: Path
    ledger: Ledger
    reasons: Mapping[str, str] = field(default_factory=dict, hash=False)

    def save(self, folder: Path) -> None:
        value: dict[str, Any] = {
            "schema": self.schema.to_dict(), "task": self.task, "classes": list(self.classes),
            "positive": self.positive, "reason": self.reason, "ledger": asdict(self.ledger),
            "reasons": dict(self.reasons),
        }  # fmt: skip
        files.write_json(folder / CLEANED, value)

    @classmethod
    def load(cls, folder: Path) -> Self:
        value = files.read_json(folder / CLEANED)
        return cls(
            Schema.from_dict(value["schema"]), value["task"], tuple(value["classes"]), value["positive"],
            value["reason"], folder / TYPED, folder / QUARANTINE, Ledger(**value["ledger"]), value["reasons"],
        )  # fmt: skip
