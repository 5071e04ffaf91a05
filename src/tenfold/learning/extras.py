"""Candidates that need an extra of Tenfold, known without importing anything."""

from __future__ import annotations

import importlib.util

#: Candidate → the extra, which is named as what it imports.
NEEDED = {"realmlp": "torch"}


def missing(candidate: str) -> str:
    """The extra that has to be installed before a candidate can compete; empty when all is there.

    >>> missing("linear")
    ''
    """
    extra = NEEDED.get(candidate, "")
    return extra if extra and importlib.util.find_spec(extra) is None else ""
