"""The user's own modules, named in the workflow file by import path: found beside the file, hashed by content."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tenfold.core import identity
from tenfold.learning.own_code import own_sources


@contextmanager
def importable(root: Path) -> Iterator[None]:
    """Let modules that lie beside the workflow file be imported while a run lasts."""
    entry = str(root.resolve())
    added = entry not in sys.path
    if added:
        sys.path.insert(0, entry)
    try:
        yield
    finally:
        if added and entry in sys.path:
            sys.path.remove(entry)


def sources_of(paths: Iterable[str]) -> dict[str, str]:
    """The content hash of each module named as ``module:object`` and of the user's modules that it imports.

    A changed module changes what depends on it; an installed one is known by its name.
    """
    named = [path.split(":")[0] for path in paths if ":" in path]
    known = {f"module {name}": "not the user's own" for name in named}
    return known | {f"module {name}": identity.of_file(file) for name, file in own_sources(named).items()}
