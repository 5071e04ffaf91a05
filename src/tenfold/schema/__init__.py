"""The reading: records become typed columns, the same way in training and in serving.

Needs NumPy only, because a server imports it.
"""

from tenfold.schema.canonical import canonical
from tenfold.schema.columns import MISSING, Column, Created, Kind, Role, Rule, Schema
from tenfold.schema.expression import Expression
from tenfold.schema.finish import finish
from tenfold.schema.graph import feeds
from tenfold.schema.reader import Reader, Reading
from tenfold.schema.tokens import tokens
from tenfold.schema.trouble import FieldProblem

__all__ = [
    "MISSING", "Column", "Created", "Expression", "FieldProblem", "Kind", "Reader", "Reading", "Role", "Rule", "Schema",
    "canonical", "feeds", "finish", "tokens",
]  # fmt: skip
