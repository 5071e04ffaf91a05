"""Raw rows as records or columns: out of a raw table, and in from the frames that people hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tenfold.core.errors import UserError

#: For docs/errors.md: code → (what it means, what to do), where both are put together at run time.
CODES = {
    "TF-SERVE-104": (
        "what is to be answered is no table",
        "give a pandas, Polars or Arrow table, a mapping of columns, or a list of records",
    ),
}


def sample_records(raw: Path, rows: int) -> list[dict[str, Any]]:
    """At most ``rows`` records of ``raw.parquet``, evenly spaced over the table (so a sorted one is covered, too)."""
    file = pq.ParquetFile(raw)
    total = file.metadata.num_rows
    names = [name for name in file.schema_arrow.names if not name.startswith("__")]
    wanted = sorted({round(place * (total - 1) / max(1, rows - 1)) for place in range(min(rows, total))})
    found: list[dict[str, Any]] = []
    begin = 0
    for number in range(file.num_row_groups):
        size = file.metadata.row_group(number).num_rows
        here = [place - begin for place in wanted if begin <= place < begin + size]
        if here:
            found += file.read_row_group(number, columns=names).take(here).to_pylist()
        begin += size
    return found


def columns_of(frame: Any) -> Mapping[str, Sequence[object]]:
    """The columns of a pandas, Polars or Arrow table (whatever speaks Arrow's C stream) as Python values.

    Polars need not be installed: only its interface is used
    (https://arrow.apache.org/docs/format/CDataInterface/PyCapsuleInterface.html).

    Raises:
        UserError: TF-SERVE-104, it is no table; TF-SERVE-008, a column is one value.
    """
    if isinstance(frame, Mapping):
        return {str(name): _values(str(name), values) for name, values in frame.items()}
    if type(frame).__module__.split(".")[0] == "pandas" and hasattr(frame, "columns"):
        # Column by column: Arrow refuses mixed types, which raw columns may well have.
        return {str(name): frame[name].tolist() for name in frame.columns}
    if hasattr(frame, "__arrow_c_stream__"):
        table = pa.table(frame)
        return {name: table[name].to_pylist() for name in table.column_names}
    raise UserError.of(
        "TF-SERVE-104", f"{type(frame).__name__!r} is no table", "predict",
        expected="a pandas, Polars or Arrow table, a mapping of columns, or a list of records",
        do="hand in one of these; a single record goes into a list",
    )  # fmt: skip


def rows_of(frame: Any, columns: Mapping[str, Sequence[object]]) -> int:
    """How many rows a table has, though it may have no columns (a pandas one has its index all the same)."""
    without_any = len(frame) if not columns and hasattr(frame, "__len__") else 0
    return len(next(iter(columns.values()))) if columns else without_any


def _values(name: str, values: Any) -> list[object]:
    if isinstance(values, str | bytes | Mapping) or not isinstance(values, Iterable):
        raise UserError.of(
            "TF-SERVE-008", f"column {name!r} is one value ({type(values).__name__})", "predict",
            expected="a mapping of columns, each a list of values, or a list of records", do="put it into a list",
        )  # fmt: skip
    return list(values)
