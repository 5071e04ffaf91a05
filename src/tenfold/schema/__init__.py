"""The reading: records become typed columns, the same way in training and in serving.

Needs NumPy only, because a server imports it; and not even that for what a table is (a run whose results are all there
reads schemas and computes nothing), so what computes is imported when it is first named.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from tenfold.schema.columns import MISSING, Column, Created, Kind, Role, Rule, Schema
from tenfold.schema.tokens import tokens
from tenfold.schema.trouble import FieldProblem

if TYPE_CHECKING:
    from tenfold.schema.expression import Expression
    from tenfold.schema.graph import feeds
    from tenfold.schema.reader import Reader, Reading

__all__ = [
    "MISSING", "Column", "Created", "Expression", "FieldProblem", "Kind", "Reader", "Reading", "Role", "Rule", "Schema",
    "feeds", "tokens",
]  # fmt: skip

_HOME = {"Expression": "expression", "Reader": "reader", "Reading": "reader", "feeds": "graph"}


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
