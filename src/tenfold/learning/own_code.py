"""The user's own code: the modules behind an import path, found without running them."""

from __future__ import annotations

import ast
import importlib.util
import sys
from collections.abc import Iterable, Iterator
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path

_INSTALLED = frozenset({"site-packages", "dist-packages"})


def own_sources(names: Iterable[str]) -> dict[str, Path]:
    """Module → its file, for the modules named and all that they import, as far as they are the user's own.

    What is installed, Python's own library and Tenfold are left out; so are imports that only a running module knows.

    >>> own_sources(["json", "sklearn.linear_model", "no_such_module"])
    {}
    """
    found: dict[str, Path] = {}
    left = list(names)
    while left:
        name = left.pop()
        path = None if name in found else _own_file(name)
        if path is not None:
            found[name] = path
            left += [*_parents(name), *_imported(path, name)]
    return dict(sorted(found.items()))


def _parents(name: str) -> Iterator[str]:
    while "." in name:
        name = name.rpartition(".")[0]
        yield name


def _own_file(name: str) -> Path | None:
    top = name.partition(".")[0]
    if top in sys.stdlib_module_names or top == "tenfold":
        return None
    spec = _spec(name)
    path = Path(spec.origin) if spec and spec.origin else None
    if path is None or path.suffix != ".py" or not path.is_file() or _INSTALLED & set(path.parts):
        return None
    return path


def _spec(name: str) -> ModuleSpec | None:
    """Where a module lies. Unlike `importlib.util.find_spec`, this runs no package on the way."""
    head, _, tail = name.rpartition(".")
    if not head:
        return PathFinder.find_spec(name)
    parent = _spec(head)
    if parent is None or parent.submodule_search_locations is None:
        return None
    return PathFinder.find_spec(f"{head}.{tail}", list(parent.submodule_search_locations))


def _imported(path: Path, name: str) -> Iterator[str]:
    """The names that a source file imports; `from a import b` may mean a module `a.b`."""
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    try:
        tree = ast.parse(path.read_bytes())
    except (SyntaxError, ValueError):  # whoever imports it says so, with the line
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = "." * node.level + (node.module or "")
            whole = importlib.util.resolve_name(base, package) if node.level else base
            yield whole
            yield from (f"{whole}.{alias.name}" for alias in node.names)
