"""The user's own modules, named in the workflow file by import path: found beside the file, hashed by content."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tenfold.core import identity


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
    """The content hash of each module named as ``module:object``; a changed module changes what depends on it."""
    found = {}
    for path in paths:
        if ":" not in path:
            continue
        module = path.split(":")[0]
        specification = importlib.util.find_spec(module)
        origin = specification.origin if specification else None
        found[f"module {module}"] = identity.of_file(Path(origin)) if origin and Path(origin).is_file() else "absent"
    return found
