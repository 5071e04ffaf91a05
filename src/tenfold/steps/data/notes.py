"""What is accepted but said: the findings of this step."""

from __future__ import annotations

from collections.abc import Sequence

from tenfold.core.chapter import Finding
from tenfold.steps.data.refusals import counted

#: For docs/errors.md: code → (what it means, what to do), where both are put together at run time.
CODES = {
    "TF-DATA-105": (
        "columns have no name",
        "nothing, or list names for them under `names:`; the message says what they are called",
    ),
    "TF-DATA-109": (
        "lines of the wrong number of fields were set aside",
        "see ragged.jsonl; mend them in the source if they matter",
    ),
    "TF-DATA-110": (
        "numbers or dates of a column cannot be kept exactly in their type",
        "nothing: the values are kept as text, and cleaning reads them",
    ),
    "TF-DATA-111": (
        "a column holds values that the ARFF header does not list",
        "nothing: they are kept",
    ),
    "TF-DATA-112": (
        "a column was written in another type than the source's, as the message says",
        "nothing, unless the values look wrong in the report",
    ),
}


def byte_order_mark(label: str) -> Finding:
    return Finding("TF-DATA-101", "note", label, "The file starts with a byte order mark.", "It was left out.")


def utf16(label: str, encoding: str) -> Finding:
    return Finding("TF-DATA-102", "note", label, f"The file is written in {encoding}.", "It was read as such.",
                   {"encoding": encoding})  # fmt: skip


def eight_bit(label: str, encoding: str, sample: str) -> Finding:
    return Finding(
        "TF-DATA-103", "warning", label,
        f"The file is not UTF-8; it was taken for {encoding}. Is {sample!r} spelt right?",
        "If it is not, name the encoding in the workflow file.", {"encoding": encoding, "sample": sample},
    )  # fmt: skip


def no_header(label: str, columns: int, first: Sequence[str]) -> Finding:
    shown = ", ".join(first[:4])
    return Finding(
        "TF-DATA-104", "warning", label,
        f"The first row ({shown}, …) looks like data, so the columns are named c1 … c{columns}.",
        "List their names under `names:`; if that row is a header, say `header: true`.", {"columns": columns},
    )  # fmt: skip


def names_given(label: str, names: Sequence[str]) -> Finding:
    return Finding("TF-DATA-105", "note", label, f"{counted(len(names), 'column')} without a name.",
                   f"They are called {', '.join(names[:8])}.", {"columns": len(names)})  # fmt: skip


def odd_names(label: str, names: Sequence[str]) -> Finding:
    shown = ", ".join(repr(each) for each in names[:5])
    return Finding("TF-DATA-106", "note", label, f"Unusual column names: {shown}.", "They are kept as they stand.",
                   {"columns": len(names)})  # fmt: skip


def many_columns(label: str, columns: int) -> Finding:
    return Finding("TF-DATA-107", "warning", label, f"The table has {columns:,} columns.",
                   "All are kept; expect the later steps to take longer.", {"columns": columns})  # fmt: skip


def quotes_are_text(label: str) -> Finding:
    return Finding("TF-DATA-108", "note", label, "Quotes do not enclose fields in this file; they are plain text.",
                   "It was read with quoting off.")  # fmt: skip


def set_aside(label: str, rows: int) -> Finding:
    return Finding("TF-DATA-109", "warning", label, f"{counted(rows, 'line')} of the wrong number of fields.",
                   "They were set aside in ragged.jsonl.", {"rows": rows})  # fmt: skip


def kept_as_text(label: str, column: str, why: str) -> Finding:
    return Finding("TF-DATA-110", "note", column, f"{label}: {why}.", "The values are kept as text.")


def undeclared_levels(label: str, column: str, levels: Sequence[str]) -> Finding:
    shown = ", ".join(repr(each) for each in levels[:5])
    return Finding("TF-DATA-111", "warning", column, f"{label}: values that the ARFF header does not list: {shown}.",
                   "They are kept.", {"levels": len(levels)})  # fmt: skip


def changed_type(label: str, column: str, what: str) -> Finding:
    return Finding("TF-DATA-112", "note", column, f"{label}: {what}.")


def one_column(label: str) -> Finding:
    return Finding("TF-DATA-113", "warning", label, "No delimiter was found: every line is one field.",
                   "Name the `delimiter:` if there is one.")  # fmt: skip
