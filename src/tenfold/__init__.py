"""Tenfold: ten steps from raw data to a model you can stand behind.

>>> from tenfold import Workflow, load_model

(What the names stand for is declared in ``__init__.pyi``.)
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"
__all__ = ["Model", "Run", "Workflow", "__version__", "load_model"]

_HOME = {
    "Workflow": "tenfold.api.workflow",
    "Run": "tenfold.api.run",
    "Model": "tenfold.api.model",
    "load_model": "tenfold.api.model",
}


def __getattr__(name: str) -> Any:
    # A server and `tenfold --help` import this package too: the libraries wait until a name is used.
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module 'tenfold' has no attribute {name!r}")
