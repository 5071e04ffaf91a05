"""The law of durable writes, steps 1 to 6: a process killed at any of them loses at most its step; the next run ends
the same. Exhaustive: every state in which a durable write may find the project is run to the end once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Witnessed = tuple[Path, list[Any]]
PARTS = 3


@pytest.fixture(scope="module")
def computing(stage: Any, project: Path) -> Witnessed:
    """Steps 1 to 6 from nothing: the project afterwards, and as it stood before each durable write."""
    return project, stage.witness(project, "features")


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_killed_at_any_write_while_computing(part: int, computing: Witnessed, holds: Callable[..., None]) -> None:
    calm, deaths = computing
    assert len(deaths) > 100
    for died in deaths[part::PARTS]:
        holds(died, "features", calm)
