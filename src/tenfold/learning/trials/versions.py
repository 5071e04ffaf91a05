"""Versions of what trials are fitted with: another one may fit otherwise, or not read what was fitted before."""

from __future__ import annotations

import platform
from functools import cache
from importlib import metadata

#: Libraries that models are fitted with.
FITTING = ("numpy", "scipy", "pandas", "scikit-learn", "lightgbm", "catboost")
#: The same of extras, where they are installed: that they are decides which candidates compete.
_EXTRAS = ("torch",)


@cache
def of_libraries() -> tuple[str, ...]:
    """Each library with its version: ``numpy 2.4.6``."""
    here = [each for name in _EXTRAS for each in metadata.distributions(name=name)]
    return (
        *(f"{name} {metadata.version(name)}" for name in FITTING),
        *(f"{each.name} {each.version}" for each in here),
    )


def of_process() -> tuple[str, ...]:
    """The same, with Python's version (``python 3.11``) and Tenfold's before them."""
    python = ".".join(platform.python_version_tuple()[:2])
    return (f"python {python}", f"tenfold {metadata.version('tenfold')}", *of_libraries())
