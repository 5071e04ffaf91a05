"""The user's modules in a bundle of kind ``python``: imported from the audited source, never from elsewhere."""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.util
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

from tenfold.core.errors import Problem, UserError, raise_all

#: For docs/errors.md: code → (what it means, what to do), where both are put together at run time.
CODES = {
    "TF-BUNDLE-017": (
        "one of your modules, which the bundle holds, cannot be imported",
        "install what it imports, or release again",
    ),
}

PREFIX, SUFFIX = "module_", ".py"


def files(sources: Mapping[str, bytes]) -> dict[str, bytes]:
    """Module name → source, as files of a bundle."""
    return {f"{PREFIX}{name}{SUFFIX}": source for name, source in sources.items()}


def of_files(contents: Mapping[str, bytes]) -> dict[str, bytes]:
    """The modules among the files of a bundle, by name."""
    names = sorted(name for name in contents if name.startswith(PREFIX) and name.endswith(SUFFIX))
    return {name.removeprefix(PREFIX).removesuffix(SUFFIX): contents[name] for name in names}


def bring_in(sources: Mapping[str, bytes], trusted: Sequence[str], folder: Path) -> None:
    """Import the modules that hold a trusted type, and what they need, unless the very same ones are there already.

    Raises:
        UserError: TF-BUNDLE-015, another module of that name is loaded; -017, a module cannot be imported.
    """
    wanted = [name for name in sources if any(each.rpartition(".")[0] == name for each in trusted)]
    if not wanted:
        return
    raise_all([_other(name) for name, source in sources.items() if _differs(name, source)])
    before = set(sys.modules)
    with _found(_Finder(sources, folder)):
        for name in (*wanted, *sources):  # helpers that functions import later have to be there by then
            try:
                importlib.import_module(name)
            except Exception as error:
                for each in set(sources) - before:
                    sys.modules.pop(each, None)
                raise _broken(name, error, folder) from error


def _differs(name: str, source: bytes) -> bool:
    present = sys.modules.get(name)
    if present is None:
        return False
    if isinstance(getattr(present, "__loader__", None), _Finder):
        return bool(present.__loader__.sources[name] != source)  # type: ignore[union-attr]
    if getattr(present, "__file__", None) is None:
        return source != b""  # a package without an __init__.py
    file = Path(str(present.__file__))
    return not file.is_file() or file.read_bytes() != source


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.ExecutionLoader):
    """Finds modules in a mapping. A module is a package when others lie in it."""

    def __init__(self, sources: Mapping[str, bytes], folder: Path) -> None:
        self.sources, self.folder = sources, folder

    def find_spec(self, name: str, path: object = None, target: ModuleType | None = None) -> ModuleSpec | None:
        if name not in self.sources:
            return None
        spec = ModuleSpec(name, self, origin=self.get_filename(name))
        spec.has_location = True
        spec.submodule_search_locations = [] if self.is_package(name) else None
        return spec

    def is_package(self, name: str) -> bool:
        return any(each.startswith(f"{name}.") for each in self.sources)

    def get_filename(self, name: str) -> str:
        return str(self.folder / f"{PREFIX}{name}{SUFFIX}")

    def get_source(self, name: str) -> str:
        return importlib.util.decode_source(self.sources[name])


@contextmanager
def _found(finder: _Finder) -> Iterator[None]:
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


def _other(name: str) -> Problem:
    return Problem(
        "TF-BUNDLE-015",
        f"another module named {name!r} is loaded already: it was changed after the release",
        str(getattr(sys.modules[name], "__file__", name)),
        expected="the source in the bundle",
        do="load the bundle in a fresh process, release again, or rename the module",
    )


def _broken(name: str, error: Exception, folder: Path) -> UserError:
    return UserError.of(
        "TF-BUNDLE-017",
        f"your module {name!r} cannot be imported ({type(error).__name__}: {error})",
        str(folder / f"{PREFIX}{name}{SUFFIX}"),
        expected="what was there when the model was fitted",
        do="install what it imports, or release again",
    )
