"""The identity of code: a result depends on its step, on the steps before it, and on all the layers below."""

from __future__ import annotations

import importlib.util
from functools import cache
from importlib import metadata
from pathlib import Path

import tenfold
from tenfold.core import identity
from tenfold.workflow.file import STEPS

_PACKAGE = Path(tenfold.__file__).parent
_BELOW_ALL = ("core", "schema", "tables")
_BELOW_LEARNING = ("metrics", "statistics", "learning")
_BELOW_RELEASE = ("bundle",)
#: What the workflow itself contributes to the results of single steps.
_BESIDE = {"validation": ("evidence",), "release": ("evidence", "card", "card_factors")}
#: What models are fitted with: another version may fit them otherwise, or not read those that were fitted before.
_FITTING = ("numpy", "scipy", "pandas", "scikit-learn", "lightgbm", "catboost")
#: The same of extras, where they are installed: that they are decides which candidates compete.
_EXTRAS = ("torch",)


@cache
def of_step(step: str) -> str:
    """The hash of everything whose change could change what a step computes. The layer lists are cumulative.

    Of libraries, it is the versions of those that models are fitted with.
    """
    place = STEPS.index(step)
    layers = list(_BELOW_ALL)
    if place >= STEPS.index("exploration"):
        layers += _BELOW_LEARNING
    if step == "release":
        layers += _BELOW_RELEASE
    folders = [_PACKAGE / name for name in layers] + [_PACKAGE / "steps" / name for name in STEPS[: place + 1]]
    folders += [_PACKAGE / "workflow" / f"{name}.py" for name in _BESIDE.get(step, ())]
    libraries = _versions() if place >= STEPS.index("features") else ()
    return identity.of_text(tenfold.__version__, *libraries, *(_of_folder(folder) for folder in folders))


@cache
def _versions() -> tuple[str, ...]:
    here = [name for name in _EXTRAS if importlib.util.find_spec(name) is not None]
    return tuple(f"{name} {metadata.version(name)}" for name in (*_FITTING, *here))


@cache
def _of_folder(folder: Path) -> str:
    return identity.of_sources([folder])
