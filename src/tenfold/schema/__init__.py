"""The reading: records become typed columns, the same way in training and in serving.

Needs NumPy only, because a server imports it.
"""

from tenfold.schema.columns import MISSING, Column, Created, Kind, Role, Rule, Schema

__all__ = ["MISSING", "Column", "Created", "Kind", "Role", "Rule", "Schema"]
