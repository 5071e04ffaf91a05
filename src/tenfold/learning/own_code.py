"""The user's own modules: which ones a class needs, as source. What is installed is no one's own."""

from __future__ import annotations

import ast
import importlib.metadata
import importlib.util
import sys
from collections.abc import Iterable, Iterator
from importlib.machinery import ModuleSpec
from pathlib import Path

_INSTALLED = ("site-packages", "dist-packages")


def sources(modules: Iterable[str]) -> dict[str, bytes]:
    """The source of these modules, of the packages they lie in, and of what they import, by name, sorted.

    Only what is the user's own: neither the standard library, nor Tenfold, nor an installed package. A package
    without an ``__init__.py`` is an empty module.
    """
    found: dict[str, bytes] = {}
    waiting = list(modules)
    while waiting:
        name = waiting.pop()
        spec = _spec(name)
        if name in found or spec is None or not _is_own(name, spec):
            continue
        found[name] = Path(spec.origin).read_bytes() if spec.origin and spec.has_location else b""
        parent = name.rpartition(".")[0]
        package = name if spec.submodule_search_locations is not None else parent
        waiting += [*([parent] if parent else []), *_imported(found[name], package)]
    return dict(sorted(found.items()))


def libraries(modules: Iterable[str]) -> tuple[str, ...]:
    """The installed distributions that these modules come from: ``sklearn.tree`` → ``scikit-learn``."""
    roots = {name.partition(".")[0] for name in modules} - {"tenfold"}
    distributions = importlib.metadata.packages_distributions() if roots else {}  # it reads every distribution
    return tuple(sorted({each for root in roots for each in distributions.get(root, ())[:1]}))


def _spec(name: str) -> ModuleSpec | None:
    try:
        return importlib.util.find_spec(name)
    except (ImportError, ValueError, AttributeError):  # no such package, or a module that has no origin
        return None


def _is_own(name: str, spec: ModuleSpec) -> bool:
    root = name.partition(".")[0]
    if root == "tenfold" or root in sys.stdlib_module_names:
        return False
    places = [spec.origin] if spec.has_location and spec.origin else list(spec.submodule_search_locations or ())
    plain = not spec.has_location or str(spec.origin).endswith(".py")
    return bool(places) and plain and not any(part in _INSTALLED for place in places for part in Path(place).parts)


def _imported(source: bytes, package: str) -> Iterator[str]:
    """Names that a module may import, its functions included. ``from a import b``: a, and a.b if it is a module."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):  # importing it tells the user what is wrong
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(node, package)
            yield from (each for each in (base, *(f"{base}.{alias.name}" for alias in node.names)) if base)


def _absolute(node: ast.ImportFrom, package: str) -> str:
    if not node.level:
        return node.module or ""
    parts = package.split(".")[: len(package.split(".")) - node.level + 1] if package else []
    return ".".join([*parts, *([node.module] if node.module else [])])
