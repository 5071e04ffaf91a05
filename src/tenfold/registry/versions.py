"""Models and their versions, as the registry tells of them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from tenfold.bundle.audit import read_manifest
from tenfold.core.errors import UserError


@dataclass(frozen=True)
class Version:
    """One released bundle. ``identity`` is the bundle's own; ``evidence`` is what the release stood on."""

    model: str
    version: int
    folder: Path
    created: datetime
    run: str
    evidence: Mapping[str, Any] = field(hash=False)
    aliases: tuple[str, ...] = ()
    identity: str = ""

    @property
    def trusted(self) -> tuple[str, ...]:
        """The types that the release vouched for: what this very bundle, of kind ``python``, may construct.

        Raises:
            UserError: TF-REGISTRY-012, another bundle lies there now.
        """
        types = tuple(self.evidence.get("trusted", ()))
        if types and read_manifest(self.folder).identity != self.identity:
            raise UserError.of(
                "TF-REGISTRY-012", "this is not the bundle that was registered", str(self.folder),
                expected=f"version {self.version} of {self.model}, as released", do="release again",
            )  # fmt: skip
        return types


@dataclass(frozen=True)
class Model:
    """A name, how many versions it has, the newest, and which alias points where."""

    name: str
    versions: int
    latest: int
    aliases: Mapping[str, int] = field(hash=False)


def of_model(connection: sqlite3.Connection, model: str, root: Path) -> tuple[Version, ...]:
    """Every version of a model, oldest first."""
    aliases = of_aliases(connection, model)
    rows = connection.execute("select * from versions where model = ? order by version", (model,))
    return tuple(_version(row, aliases, root) for row in rows)


def of_aliases(connection: sqlite3.Connection, model: str) -> dict[str, int]:
    """Alias → version."""
    rows = connection.execute("select alias, version from aliases where model = ? order by alias", (model,))
    return {row["alias"]: row["version"] for row in rows}


def of_registry(connection: sqlite3.Connection) -> tuple[Model, ...]:
    """Every model, by name."""
    counts = connection.execute("select model, count(*), max(version) from versions group by model order by model")
    return tuple(Model(name, count, latest, of_aliases(connection, name)) for name, count, latest in counts.fetchall())


def folder_of(root: Path, model: str, version: int) -> Path:
    return root / model / str(version)


def _version(row: sqlite3.Row, aliases: Mapping[str, int], root: Path) -> Version:
    number = row["version"]
    return Version(
        row["model"],
        number,
        folder_of(root, row["model"], number),
        datetime.fromisoformat(row["created"]),
        row["run"],
        json.loads(row["evidence"]),
        tuple(alias for alias, target in aliases.items() if target == number),
        row["identity"],
    )
