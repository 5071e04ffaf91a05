"""What a run writes once its steps are done: the file with everything inferred pinned in it."""

from __future__ import annotations

from typing import Any

from tenfold.core import files
from tenfold.steps.cleaning.pinning import columns_section
from tenfold.workflow.plan import State
from tenfold.workflow.resolved import resolved, to_yaml
from tenfold.workflow.runs import RunFolder


def write_resolved(folder: RunFolder, state: State) -> None:
    """Write ``resolved.yaml`` into the run, with as much as its steps have inferred."""
    sections: dict[str, dict[str, Any]] = {}
    if "data" in state.done:
        sections["data"] = dict(state.value("data").pinned)
    if "cleaning" in state.done:
        cleaned = state.value("cleaning")
        sections["cleaning"] = dict(columns_section(cleaned.schema))
        sections["problem"] = {"task": cleaned.task} | ({"positive": cleaned.positive} if cleaned.positive else {})
    if "splitting" in state.done:
        parts = state.value("splitting")
        sections["splitting"] = {"strategy": parts.strategy, "by": list(parts.by)}
    text = "# Everything that was inferred, pinned. This file runs like any workflow file.\n"
    files.write_text(folder.path / "resolved.yaml", text + to_yaml(resolved(state.flow, sections)))
