"""Values that show themselves in a line, and as a small table in a notebook: what there is, not all of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import fields, is_dataclass
from html import escape
from pathlib import Path
from typing import Any

#: Letters of one value that are shown.
_LETTERS = 60


def brief(value: object) -> str:
    """A value in a few letters.

    >>> brief(0.8475), brief(("a", "b")), brief({"a": 1}), brief("x" * 100)[-3:]
    ('0.8475', '2 of str', '1 entry', 'xx…')
    """
    shape = getattr(value, "shape", None)
    if isinstance(shape, tuple):
        return f"{type(value).__name__} {' × '.join(f'{each:,}' for each in shape)}"
    if isinstance(value, Path):
        return value.name
    if isinstance(value, Mapping):
        return f"{len(value):,} {'entry' if len(value) == 1 else 'entries'}"
    if isinstance(value, Sequence | Set) and not isinstance(value, str | bytes):
        kinds = sorted({type(each).__name__ for each in value})
        return f"{len(value):,} of {' or '.join(kinds[:3])}" if kinds else "none"
    if is_dataclass(value):
        return type(value).__name__
    text = repr(value)
    return text if len(text) <= _LETTERS else text[: _LETTERS - 1] + "…"


class Brief:
    """A dataclass (declared with ``repr=False``) that shows its fields by :func:`brief`."""

    def __repr__(self) -> str:
        told = ", ".join(f"{name}={text}" for name, text in self._told())
        return f"{type(self).__name__}({told})"

    def _repr_html_(self) -> str:
        return table(type(self).__name__, self._told())

    def _told(self) -> list[tuple[str, str]]:
        known: Any = self
        return [(each.name, brief(getattr(self, each.name))) for each in fields(known) if each.repr]


def table(title: str, rows: Sequence[tuple[str, str]]) -> str:
    """Labels and values as a fragment of HTML; everything in it is escaped.

    >>> table("<b>", [("rows", "7,043")])
    '<table><caption>&lt;b&gt;</caption><tr><th>rows</th><td>7,043</td></tr></table>'
    """
    lines = "".join(f"<tr><th>{escape(label)}</th><td>{escape(text)}</td></tr>" for label, text in rows)
    return f"<table><caption>{escape(title)}</caption>{lines}</table>"
