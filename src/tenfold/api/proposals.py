"""From findings to changes of the workflow file, as a diff that a person can read and accept."""

from __future__ import annotations

import difflib
import io
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from tenfold.api.run import Run
from tenfold.core import files
from tenfold.core.chapter import Finding
from tenfold.core.errors import UserError
from tenfold.workflow.file import WorkflowFile, parse
from tenfold.workflow.resolved import to_yaml


@dataclass(frozen=True)
class Proposals:
    """The file as it stands (empty: it is not there yet), the file as proposed, and the findings behind it."""

    path: Path
    before: str
    after: str
    findings: tuple[Finding, ...]

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def new(self) -> bool:
        """Whether there is no such file yet."""
        return not self.before

    @property
    def diff(self) -> str:
        """A unified diff; empty when nothing changes."""
        lines = (self.before.splitlines(keepends=True), self.after.splitlines(keepends=True))
        return "".join(difflib.unified_diff(*lines, "(none)" if self.new else self.name, f"{self.name} (proposed)"))

    def apply(self) -> Path:
        """Write the proposed file, durably.

        Raises:
            UserError: the file changed since it was read.
        """
        now = self.path.read_text("utf-8") if self.path.is_file() else ""
        if now != self.before:
            raise UserError.of("TF-FLOW-013", "the file changed meanwhile", self.name, do="tenfold next, once more")
        return files.write_text(self.path, self.after)


def proposals(run: Run) -> Proposals:
    """What a run's findings would change in its workflow file; comments, order and layout of the file are kept.

    For a run of a table alone that is the ``workflow.yaml`` beside it, if it asks for the same target, else a new file.
    """
    path = _file_of(run)
    before = path.read_text("utf-8") if path.is_file() else ""
    found = tuple(each for each in run.findings if each.proposal)
    if not found:
        return Proposals(path, before, before, found)
    base = before or to_yaml(_written(run, path.parent))
    return Proposals(path, before, _changed(base, found), found)


def _file_of(run: Run) -> Path:
    facts = run.folder.facts()
    if facts.get("source"):
        return Path(os.path.normpath(run.store.root.parent / facts["source"]))
    root = Path(os.path.normpath(run.store.root.parent / facts["root"]))
    usual, other = root / "workflow.yaml", root / f"{run.folder.workflow}.yaml"
    return usual if not usual.exists() or _target(usual) == facts["file"]["problem"]["target"] else other


def _target(path: Path) -> Any:
    try:
        problem = parse(path).get("problem")
    except UserError:
        return None
    return problem.get("target") if isinstance(problem, Mapping) else None


def _written(run: Run, here: Path) -> dict[str, Any]:
    """The workflow of a run as a person would have written it: no defaults, paths as said from ``here``."""
    flow = WorkflowFile.model_validate(run.folder.facts()["file"])
    content: dict[str, Any] = flow.model_dump(mode="json", exclude_defaults=True)
    for source in content["data"]["sources"].values():
        for key in ("file", "sql"):
            if isinstance(source.get(key), str) and Path(source[key]).is_relative_to(here):
                source[key] = Path(source[key]).relative_to(here).as_posix()
    return content


def _changed(text: str, found: tuple[Finding, ...]) -> str:
    """The text with the proposals in it; lines that they do not touch stay as they are."""
    yaml = YAML(typ="rt")
    yaml.width, yaml.preserve_quotes = 4096, True
    yaml.indent(mapping=2, sequence=4, offset=2)
    data = yaml.load(text)
    plain = _dumped(yaml, data)
    for each in found:
        for dotted, value in (each.proposal or {}).items():
            _set(data, dotted, value)
    after = _dumped(yaml, data)
    merged = _merged(text, plain, after)
    return merged if _same(yaml, merged, after) else after


def _dumped(yaml: YAML, data: Any) -> str:
    stream = io.StringIO()
    yaml.dump(data, stream)
    return stream.getvalue()


def _same(yaml: YAML, text: str, other: str) -> bool:
    try:
        return bool(yaml.load(text) == yaml.load(other))
    except Exception:  # whatever a parser says of it, it is not the same
        return False


def _merged(text: str, plain: str, after: str) -> str:
    """The changes from ``plain`` to ``after`` carried over to ``text``, which is ``plain`` in another layout."""
    ours, theirs, wanted = (each.splitlines(keepends=True) for each in (text, plain, after))
    place = {len(theirs): len(ours)}
    for _, low, high, first, last in difflib.SequenceMatcher(None, theirs, ours, autojunk=False).get_opcodes():
        place |= {at: min(first + at - low, last) for at in range(low, high)}
    changes = difflib.SequenceMatcher(None, theirs, wanted, autojunk=False).get_opcodes()
    for kind, low, high, first, last in reversed(changes):
        if kind != "equal":
            ours[place[low] : place[high]] = wanted[first:last]
    return "".join(ours)


def _set(data: Any, dotted: str, value: Any) -> None:
    """Set ``a.b.c``; the last part may itself hold dots if it is a column's name (``cleaning.roles.emp.var.rate``)."""
    depth = 2 if dotted.startswith(("cleaning.roles.", "cleaning.columns.", "features.create.")) else None
    parts = dotted.split(".", depth) if depth else dotted.split(".")
    for part in parts[:-1]:
        if not isinstance(data.get(part), Mapping):
            data[part] = {}
        data = data[part]
    data[parts[-1]] = value
