"""A bundle: one folder that holds all it takes to answer, as data: reading, graph, decision, proof, card.

``bundle.write.write`` makes one, ``bundle.load.load`` parses, audits and constructs one. Nothing in it is code, but for
bundles of kind ``python`` (:mod:`tenfold.bundle.python_kind`), which are loaded only with the types that the caller
trusts. What answers needs NumPy and is imported when it is first named; a manifest can be read without.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from tenfold.bundle.manifest import FORMAT_VERSION, Manifest

if TYPE_CHECKING:
    from tenfold.bundle.answers import Answers
    from tenfold.bundle.decision import Decision
    from tenfold.bundle.scorer import Scorer

__all__ = ["FORMAT_VERSION", "Answers", "Decision", "Manifest", "Scorer"]

_HOME = {"Answers": "answers", "Decision": "decision", "Scorer": "scorer"}


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
