"""The identity of code: a result depends on its step, on the steps before it, and on all the layers below."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import tenfold
from tenfold.core import identity
from tenfold.workflow.file import STEPS

_PACKAGE = Path(tenfold.__file__).parent
_BELOW_ALL = ("core", "schema", "tables")
_BELOW_LEARNING = ("metrics", "statistics", "learning")
_BELOW_RELEASE = ("bundle",)


@cache
def of_step(step: str) -> str:
    """The hash of everything whose change could change what a step computes. The layer lists are cumulative."""
    place = STEPS.index(step)
    layers = list(_BELOW_ALL)
    if place >= STEPS.index("exploration"):
        layers += _BELOW_LEARNING
    if step == "release":
        layers += _BELOW_RELEASE
    folders = [_PACKAGE / name for name in layers] + [_PACKAGE / "steps" / name for name in STEPS[: place + 1]]
    return identity.of_text(tenfold.__version__, *(_of_folder(folder) for folder in folders))


@cache
def _of_folder(folder: Path) -> str:
    return identity.of_sources([folder])
