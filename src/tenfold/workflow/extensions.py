"""The user's own modules, named in the workflow file by import path: found beside the file, hashed by content."""

from __future__ import annotations

import hashlib
import importlib.metadata
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tenfold.core.errors import Problem, UserError, raise_all
from tenfold.learning import own_code
from tenfold.workflow.file import WorkflowFile


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
    """The content hash of the user's modules, named as ``module:object``, and of those that they import.

    A changed module changes what depends on it. An installed one goes by the versions of its distributions.
    """
    modules = sorted({path.split(":")[0] for path in paths if ":" in path})
    own = own_code.sources(modules)
    found = {f"module {name}": hashlib.sha256(source).hexdigest() for name, source in own.items()}
    for name in own_code.libraries(set(modules) - set(own)):
        found[f"library {name}"] = importlib.metadata.version(name)
    return found


def check(flow: WorkflowFile) -> None:
    """Import the user's classes before any work is done, so that a mistake in them is told at once.

    Raises:
        UserError: TF-MODEL-001 and -002, every class that cannot be used.
    """
    estimators = [path for path in flow.modeling.names if ":" in path]
    if not estimators and not flow.features.transformers:
        return
    from tenfold.learning.recipe import load_estimator, load_transformer  # scikit-learn takes a second to load

    problems: list[Problem] = []
    asked = [(path, load_transformer) for path in flow.features.transformers]
    for path, load in [*asked, *((path, load_estimator) for path in estimators)]:
        try:
            load(path)
        except UserError as error:
            problems += error.problems
    raise_all(problems)
