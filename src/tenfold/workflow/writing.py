"""What a run writes once its steps are done: the file with everything inferred pinned in it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tenfold.core import files
from tenfold.steps.cleaning.pinning import columns_section
from tenfold.workflow.plan import State
from tenfold.workflow.resolved import resolved, to_yaml
from tenfold.workflow.runs import RunFolder

_SQLITE = "sqlite:///"


def write_resolved(folder: RunFolder, state: State) -> None:
    """Write ``resolved.yaml`` into the run, with as much as its steps have inferred."""
    sections: dict[str, dict[str, Any]] = {}
    if "data" in state.done:
        collected = state.value("data")
        sections["data"] = _from_here(collected.pinned, state.root, folder.path)
        sections["exploration"] = {"today": (state.flow.exploration.today or collected.day).isoformat()}
    if "cleaning" in state.done:
        cleaned = state.value("cleaning")
        sections["cleaning"] = dict(columns_section(cleaned.schema, state.flow.cleaning))
        sections["problem"] = {"task": cleaned.task} | ({"positive": cleaned.positive} if cleaned.positive else {})
    sections.setdefault("problem", {})["constraints"] = _constraints(state)
    if "splitting" in state.done:
        parts = state.value("splitting")
        sections["splitting"] = {"strategy": parts.strategy, "by": list(parts.by)}
    text = "# Everything that was inferred, pinned. This file runs like any workflow file.\n"
    files.write_text(folder.path / "resolved.yaml", text + to_yaml(resolved(state.flow, sections)))


def _constraints(state: State) -> dict[str, Any]:
    """As written, with the budget that was used: the file's, the call's or the default."""
    written = state.flow.problem.constraints.model_dump(mode="json", exclude_defaults=True)
    budget = state.budget
    used = f"{budget.seconds:g}s" if budget.seconds is not None else {"trials": budget.trials}
    return written if used == {"trials": None} else {**written, "budget": used}


def _from_here(pinned: Mapping[str, Any], root: Path, here: Path) -> dict[str, Any]:
    """The data section with its paths as they are said from the run's folder."""
    found = dict(pinned)
    found["sources"] = {name: _source(each, root, here) for name, each in found["sources"].items()}
    if found.get("test"):
        found["test"] = _source(found["test"], root, here)
    return found


def _source(source: Mapping[str, Any], root: Path, here: Path) -> dict[str, Any]:
    def path(written: str) -> str:
        prefix = _SQLITE if written.startswith(_SQLITE) else ""
        bare = written.removeprefix(prefix)
        moves = not (Path(bare).is_absolute() or "${" in bare or "://" in bare)
        return prefix + (os.path.relpath(root / bare, here) if moves else bare)

    moved = {key: value for key, value in source.items() if key not in ("file", "sql")}
    for key in ("file", "sql"):
        if source.get(key):
            value = source[key]
            moved[key] = path(value) if isinstance(value, str) else [path(each) for each in value]
    return moved
