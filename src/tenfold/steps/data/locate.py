"""From what the workflow file says to the files that are meant."""

from __future__ import annotations

import glob
import os
import re
from dataclasses import dataclass
from pathlib import Path

from tenfold.core.errors import Problem, UserError, raise_all
from tenfold.steps.data import refusals
from tenfold.steps.data.config import Source

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


@dataclass(frozen=True)
class Located:
    """A file, and the name that people and the raw table know it by."""

    path: Path
    label: str


def expand_text(text: str, where: str) -> str:
    """Replace each ``${NAME}`` by the environment variable; TF-DATA-020 when one is not set."""
    missing = [name for name in _VARIABLE.findall(text) if name not in os.environ]
    near = [name for name in os.environ if any(name.casefold() == each.casefold() for each in missing)]
    raise_all(problem for name in missing for problem in refusals.no_variable(where, name, near).problems)
    return _VARIABLE.sub(lambda match: os.environ[match[1]], text)


def expand(source: Source, where: str) -> Source:
    """The same source with its variables filled in. It is never stored: variables may hold passwords."""
    changed: dict[str, object] = {}
    for key in ("sql", "query", "table"):
        text = getattr(source, key)
        if text is not None:
            changed[key] = expand_text(text, f"{where}.{key}")
    if source.file is not None:
        changed["file"] = tuple(expand_text(each, f"{where}.file") for each in _listed(source.file))
    return source.model_copy(update=changed)


def locate(source: Source, root: Path, where: str) -> tuple[Located, ...]:
    """The files of an expanded source, each once, globs in name order; all that are missing in one error."""
    if source.sql is not None:
        return (_label(_database(source.sql, root, where), root),)
    paths: dict[Path, None] = {}
    problems: list[Problem] = []
    for pattern in _listed(source.file or ()):
        try:
            paths.update(dict.fromkeys(_matches(pattern, root, f"{where}.file")))
        except UserError as error:
            problems += error.problems
    raise_all(problems)
    return tuple(_label(path, root) for path in paths)


def _listed(file: str | tuple[str, ...]) -> tuple[str, ...]:
    return (file,) if isinstance(file, str) else file


def _matches(pattern: str, root: Path, where: str) -> list[Path]:
    path = root / Path(pattern).expanduser()
    if path.is_dir():
        raise refusals.not_a_file(pattern, where)
    if path.exists():
        return [path]
    found = sorted(Path(each) for each in glob.glob(str(path), recursive=True))
    files = [each for each in found if each.is_file()]
    if not files:
        raise refusals.not_found(pattern, where, _neighbours(path))
    return files


def _database(address: str, root: Path, where: str) -> Path:
    scheme, colon, rest = address.partition("://")
    if colon and scheme.casefold() != "sqlite":
        raise refusals.other_database(f"{where}.sql", scheme)
    name = rest.removeprefix("/") if colon else address
    return _matches(name, root, f"{where}.sql")[0]


def _neighbours(path: Path) -> list[str]:
    try:
        return sorted(each.name for each in path.parent.iterdir() if each.is_file() and not each.name.startswith("."))
    except OSError:
        return []


def _label(path: Path, root: Path) -> Located:
    """The path below the root, so that a table does not depend on where its project lies; else the bare name."""
    full = Path(os.path.abspath(path))
    base = Path(os.path.abspath(root))
    return Located(path, full.relative_to(base).as_posix() if full.is_relative_to(base) else full.name)
