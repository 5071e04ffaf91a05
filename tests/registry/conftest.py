"""Small bundles to register: the registry never looks into the graph, so any bytes will do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tenfold.bundle import Decision
from tenfold.bundle.write import write
from tenfold.registry import Registry
from tenfold.schema import Column, Schema

Make = Callable[[str], Path]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """``make("one")`` writes a bundle that differs from ``make("two")``."""

    def bundle(name: str) -> Path:
        folder = tmp_path / "made" / name
        if not folder.exists():
            schema, decision = Schema((Column("age", "number"),)), Decision("regression")
            write(folder, schema, name.encode(), decision, {}, {}, f"# {name}\n", {})
        return folder

    return bundle


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(tmp_path / "home" / "registry.db", clock=lambda: datetime(2026, 5, 3, 12, tzinfo=UTC))
