"""A bundle: one folder that holds all it takes to answer, as data: reading, graph, decision, proof, card.

``write`` makes one, ``load`` parses, audits and constructs one. Nothing in it is code, but for bundles of kind
``python`` (:mod:`tenfold.bundle.python_kind`), which are loaded only with the types that the caller trusts.
"""

from tenfold.bundle.answers import Answers
from tenfold.bundle.decision import Decision
from tenfold.bundle.load import load
from tenfold.bundle.manifest import FORMAT_VERSION, Manifest
from tenfold.bundle.scorer import Scorer
from tenfold.bundle.write import write

__all__ = ["FORMAT_VERSION", "Answers", "Decision", "Manifest", "Scorer", "load", "write"]
