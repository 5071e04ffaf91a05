"""Pinning: a schema written back as the section of the workflow file that reproduces it."""

from __future__ import annotations

from typing import Any

from tenfold.schema import Column, Schema
from tenfold.steps.cleaning.config import Cleaning


def columns_section(schema: Schema, config: Cleaning | None = None) -> dict[str, Any]:
    """The ``cleaning`` section that pins a schema: fed back as configuration it gives the same schema.

    Args:
        config: the section as written, whose contracts and treatment of unreadable values are kept.

    >>> columns_section(Schema((Column("id", "category", "key"), Column("age", "number"))))["roles"]
    {'id': 'key'}
    """
    roles = {column.name: column.role for column in schema.columns if column.role not in ("feature", "target")}
    columns = {column.name: _rule(column) | _kept(column.name, config) for column in schema.columns}
    return {"roles": roles, "columns": columns}


def _rule(column: Column) -> dict[str, Any]:
    rule = {"missing": [], **column.rule.to_dict()}
    return {"kind": column.kind, "optional": column.optional, **rule}


def _kept(name: str, config: Cleaning | None) -> dict[str, Any]:
    if config is None or name not in config.columns:
        return {}
    written = config.columns[name].model_dump(mode="json", exclude_defaults=True)
    return {key: written[key] for key in ("contract", "unreadable") if key in written}
