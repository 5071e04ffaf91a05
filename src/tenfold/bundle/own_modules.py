"""The user's modules in a bundle: imported from their audited source, never from a file that may have changed since."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping, Sequence
from importlib.abc import InspectLoader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import decode_source
from pathlib import Path
from types import ModuleType

from tenfold.core.errors import Problem, UserError, raise_all


def import_audited(sources: Mapping[str, bytes], names: Sequence[str], folder: Path) -> None:
    """Import modules by name, and whatever they import of the others, from ``sources`` (module → source).

    A module that is loaded already is left as it is if its file says the very same.

    Raises:
        UserError: TF-BUNDLE-015, another module of that name is loaded; -017, a module cannot be imported.
    """
    raise_all(problem for name, source in sources.items() if names and (problem := _other(name, source)))
    finder = _Audited(sources, folder)
    before = set(sys.modules)
    sys.meta_path.insert(0, finder)
    try:
        for name in names:
            importlib.import_module(name)
    except Exception as error:
        for name in set(sys.modules) - before:
            if name in sources:
                del sys.modules[name]  # half of a module would be taken for the whole one
        raise UserError.of(
            "TF-BUNDLE-017", f"your module cannot be imported here ({type(error).__name__}: {error})", str(folder),
            expected="everything that it imports", do="install what it needs, as where the model was fitted",
        ) from error  # fmt: skip
    finally:
        sys.meta_path.remove(finder)


def _other(name: str, source: bytes) -> Problem | None:
    """What is wrong with a module of that name that is loaded already."""
    present = sys.modules.get(name)
    if present is None or _content(present) == source:
        return None
    return Problem(
        "TF-BUNDLE-015", f"another module named {name!r} is loaded already, or it was changed since",
        str(present.__file__), expected="the source in the bundle",
        do="load the bundle in a fresh process, or release again with the changed module",
    )  # fmt: skip


def _content(module: ModuleType) -> bytes | None:
    loader = module.__spec__.loader if module.__spec__ else None
    if isinstance(loader, _Audited):
        return loader.sources[module.__name__]
    file = Path(str(module.__file__))
    return file.read_bytes() if file.is_file() else None


class _Audited(MetaPathFinder, InspectLoader):
    """Finds modules among audited sources, before any file of theirs is looked for."""

    def __init__(self, sources: Mapping[str, bytes], folder: Path) -> None:
        self.sources, self.folder = sources, folder

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> ModuleSpec | None:
        if fullname not in self.sources:
            return None
        origin = str(self.folder / f"module_{fullname}.py")
        spec = ModuleSpec(fullname, self, origin=origin, is_package=self.is_package(fullname))
        spec.has_location = True
        return spec

    def is_package(self, fullname: str) -> bool:
        return any(name.startswith(f"{fullname}.") for name in self.sources)

    def get_source(self, fullname: str) -> str:
        return decode_source(self.sources[fullname])
