"""What the sources hold now, told without reading them as tables: step 2 is up to date as long as this is the same."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tenfold.core import identity as identities
from tenfold.steps.data.config import Data, Source
from tenfold.steps.data.locate import expand, expand_text, locate


def identity(config: Data, root: Path, digest: Callable[[Path], str] = identities.of_file) -> str:
    """What the sources hold now: the SHA-256 over the content of every file, with its name, and every query.

    Two calls agree exactly when no source has changed, so the workflow knows whether this step is up to date.
    ``digest`` may be a cached one.
    """
    found: list[object] = [expand_text(config.combine or "", "data.combine")]
    for name, written, where in named(config):
        source = expand(written, where)
        contents = [(file.label, digest(file.path)) for file in locate(source, root, where)]
        found.append([name, contents, source.query, source.table])
    return identities.of_value(found)


def named(config: Data) -> list[tuple[str, Source, str]]:
    named = [(name, source, f"data.sources.{name}") for name, source in config.sources.items()]
    return named + ([("test", config.test, "data.test")] if config.test else [])
