"""From findings to changes of the workflow file, as a diff that a person can read and accept."""

from __future__ import annotations

import difflib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from tenfold.api.run import Run
from tenfold.core import files
from tenfold.core.chapter import Finding
from tenfold.core.errors import UserError
from tenfold.workflow.resolved import to_yaml


@dataclass(frozen=True)
class Proposals:
    """The file as it stands, the file as proposed, and the findings behind it."""

    path: Path | None  # None: the run had no file (it was made from a table)
    before: str
    after: str
    findings: tuple[Finding, ...]

    @property
    def name(self) -> str:
        return self.path.name if self.path else "workflow.yaml"

    @property
    def diff(self) -> str:
        """A unified diff; empty when nothing changes."""
        lines = (self.before.splitlines(keepends=True), self.after.splitlines(keepends=True))
        return "".join(difflib.unified_diff(*lines, self.name, f"{self.name} (proposed)"))

    def apply(self) -> Path:
        """Write the proposed file, durably.

        Raises:
            UserError: the run was made from a table, so there is no file to change.
        """
        if self.path is None:
            raise UserError.of("TF-FLOW-013", "there is no workflow file to change", "next", do="tenfold init DATA")
        return files.write_text(self.path, self.after)


def proposals(run: Run) -> Proposals:
    """What a run's findings would change in its workflow file; comments and order of the file are kept."""
    facts = run.folder.facts()
    path = run.store.root.parent / facts["source"] if facts.get("source") else None
    before = path.read_text("utf-8") if path and path.is_file() else to_yaml(_short(facts["file"]))
    found = tuple(each for each in run.findings if each.proposal)
    yaml = YAML(typ="rt")
    yaml.width, yaml.preserve_quotes = 4096, True
    yaml.indent(mapping=2, sequence=4, offset=2)
    data = yaml.load(before)
    for each in found:
        for dotted, value in (each.proposal or {}).items():
            _set(data, dotted, value)
    stream = io.StringIO()
    yaml.dump(data, stream)
    return Proposals(path, before, stream.getvalue() if found else before, found)


def _set(data: Any, dotted: str, value: Any) -> None:
    """Set ``a.b.c``; the last part may itself hold dots if it is a column's name (``cleaning.roles.emp.var.rate``)."""
    depth = 2 if dotted.startswith(("cleaning.roles.", "cleaning.columns.", "features.create.")) else None
    parts = dotted.split(".", depth) if depth else dotted.split(".")
    for part in parts[:-1]:
        if not isinstance(data.get(part), Mapping):
            data[part] = {}
        data = data[part]
    data[parts[-1]] = value


def _short(value: Any) -> Any:
    """Without what is empty: the file as a person would have written it."""
    if isinstance(value, Mapping):
        kept = {key: _short(each) for key, each in value.items()}
        return {key: each for key, each in kept.items() if each not in (None, {}, [], "")}
    return value
