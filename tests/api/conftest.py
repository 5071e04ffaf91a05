"""A small model, loaded from a bundle whose graph needs no training."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tenfold.api.model import Model
from tenfold.bundle.write import write

SMALL = runpy.run_path(str(Path(__file__).parents[1] / "serving" / "conftest.py"))


@pytest.fixture
def small(tmp_path: Path) -> Callable[..., Model]:
    """``small(regression=True)``; keyword arguments go to ``write``. It reads id, age, and optional fee, job, note."""

    def make(*, regression: bool = False, folder: str = "bundle", **changes: Any) -> Model:
        decision = SMALL["REGRESSION" if regression else "BINARY"]
        contents = {
            "schema": SMALL["SCHEMA"], "model": SMALL["graph"](decision, (0.05, -0.01)), "decision": decision,
            "proof": {}, "card": {}, "card_markdown": "# small\n", "reference": {"columns": {}},
        }  # fmt: skip
        write(tmp_path / folder, **{**contents, **changes})
        return Model.from_folder(tmp_path / folder, "small", 1)

    return make
