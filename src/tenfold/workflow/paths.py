"""Import paths in the workflow file, checked by looking at them: nothing is imported, so it takes no time."""

from __future__ import annotations

import ast
import importlib.util
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tenfold.core.errors import did_you_mean

_PLACES = (("modeling", "candidates"), ("features", "transformers"))


def mistakes(data: Mapping[str, Any], root: Path) -> Iterator[tuple[tuple[str, str], str, str]]:
    """Paths (``module:Class``) that lead nowhere: the key they stand at, what is wrong, what to do.

    ``data``: the file as it was read; ``root``: the folder beside whose modules it stands. A module that is installed
    is only looked for, one beside the file is read.
    """
    for section, key in _PLACES:
        written = data.get(section)
        listed = written.get(key) if isinstance(written, Mapping) else None
        for path in listed if isinstance(listed, list | tuple) else ():
            if isinstance(path, str) and path.count(":") == 1:
                module, _, name = path.partition(":")
                for got, do in _mistake(module, name, root):
                    yield (section, key), f"{path!r}: {got}", do


def _mistake(module: str, name: str, root: Path) -> Iterator[tuple[str, str]]:
    place = root.joinpath(*module.split("."))
    file = next((each for each in (place.with_suffix(".py"), place / "__init__.py") if each.is_file()), None)
    if file is not None:
        yield from _within(file, name)
    elif not _installed(module):
        near = sorted(each.stem for each in root.glob("*.py"))
        elsewhere = "put it beside the workflow file, or install it"
        yield f"there is no module {module!r}", did_you_mean(module, near) if near else elsewhere


def _installed(module: str) -> bool:
    try:
        return importlib.util.find_spec(module.split(".")[0]) is not None
    except (ImportError, ValueError):
        return False


def _within(file: Path, name: str) -> Iterator[tuple[str, str]]:
    try:
        tree = ast.parse(file.read_bytes())
    except (SyntaxError, ValueError) as error:
        line = f" line {error.lineno}" if isinstance(error, SyntaxError) else ""
        yield f"{file.name}{line} is no Python ({getattr(error, 'msg', error)})", "mend it"
        return
    names = set(_names(tree))
    if not {name, "*", "__getattr__"} & names:
        defined = sorted(_defined(tree))
        yield f"{file.name} has no {name!r}", did_you_mean(name, defined) if defined else "define it there"


def _defined(tree: ast.Module) -> set[str]:
    """What a path may have been meant for: classes and functions of the module itself, nothing that it imports."""
    return {node.name for node in tree.body if isinstance(node, ast.ClassDef | ast.FunctionDef)}


def _names(tree: ast.Module) -> Iterator[str]:
    """Every name that a module may define: those bound inside conditions count, too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.alias):
            yield (node.asname or node.name).split(".")[0]
