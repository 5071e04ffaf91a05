"""A run as a folder: which file, which results, which events, on which machine. Immutable once finished."""

from __future__ import annotations

import json
import os
import platform
import secrets
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib import metadata
from pathlib import Path
from typing import Any

import psutil

from tenfold.core import files
from tenfold.core.errors import UserError, did_you_mean
from tenfold.core.result import Progress
from tenfold.workflow.file import STEPS
from tenfold.workflow.store import Fingerprint, Store, Stored, link_tree, read

_LIBRARIES = (
    "tenfold", "numpy", "pandas", "pyarrow", "duckdb", "ibis-framework", "scikit-learn", "lightgbm", "catboost",
    "optuna", "onnx", "onnxruntime",
)  # fmt: skip


def new_id(now: datetime) -> str:
    """A run's name: sorts by time (to the millisecond: the latest has to be the latest); two of one moment differ."""
    return f"{now:%Y%m%d-%H%M%S}-{now.microsecond // 1000:03d}{secrets.token_hex(2)}"


def folder_name(step: str) -> str:
    """A step's folder inside a run.

    >>> folder_name("cleaning")
    '03-cleaning'
    """
    return f"{STEPS.index(step) + 1:02d}-{step}"


@dataclass(frozen=True)
class RunFolder:
    """``runs/<workflow>/<run id>/``."""

    path: Path

    @property
    def id(self) -> str:
        return self.path.name

    @property
    def workflow(self) -> str:
        return self.path.parent.name

    @classmethod
    def create(cls, store: Store, workflow: str, run_id: str, facts: Mapping[str, Any]) -> RunFolder:
        folder = cls(store.runs / workflow / run_id)
        folder.path.mkdir(parents=True)
        files.write_json(folder.path / "environment.json", environment())
        process = {"pid": os.getpid(), "began": psutil.Process().create_time()}
        files.write_json(folder.path / "run.json", {**facts, "status": "running", "process": process, "steps": {}})
        return folder

    def facts(self) -> dict[str, Any]:
        """What is known of the run. A run whose process is gone before it ended was killed, and says so."""
        known = dict(files.read_json(self.path / "run.json"))
        if known["status"] == "running" and not _lives(known.get("process")):
            known["status"] = "killed"
        return known

    def record(self, step: str, stored: Stored, cached: bool) -> None:
        """Show a step's result inside the run and note where it came from."""
        link_tree(stored.folder, self.path / folder_name(step))
        facts = self.facts()
        facts["steps"][step] = {
            "fingerprint": stored.meta["fingerprint"],
            "parts": stored.meta["parts"],
            "cached": cached,
            "seconds": stored.meta["seconds"],
            "partial": stored.meta["partial"],
        }
        files.write_json(self.path / "run.json", facts)

    def update(self, **facts: Any) -> None:
        files.write_json(self.path / "run.json", {**self.facts(), **facts})

    def log(self, progress: Progress, at: datetime) -> None:
        """Append an event. Events are for reading along, so they are not forced to disk one by one."""
        event = {"at": at.isoformat(timespec="milliseconds"), **progress.__dict__, "facts": dict(progress.facts)}
        with (self.path / "events.jsonl").open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(event, ensure_ascii=False, default=str) + "\n")

    def result(self, step: str) -> Stored | None:
        folder = self.path / folder_name(step)
        return read(folder) if (folder / "result.json").is_file() else None

    def fingerprint(self, step: str) -> Fingerprint | None:
        known = self.facts()["steps"].get(step)
        return Fingerprint.from_dict(known["parts"]) if known else None


def _lives(process: Mapping[str, Any] | None) -> bool:
    """Whether the very process is there (another one may have taken its number)."""
    if process is None:
        return False
    try:
        return bool(psutil.Process(process["pid"]).create_time() == process["began"])
    except psutil.Error:
        return False


def all_runs(store: Store, workflow: str | None = None) -> list[RunFolder]:
    """Every run, oldest first."""
    pattern = f"{workflow or '*'}/*/run.json"
    return sorted((RunFolder(path.parent) for path in store.runs.glob(pattern)), key=lambda run: run.id)


def find_run(store: Store, name: str) -> RunFolder:
    """A run by its id, the start of it, a workflow's name (its latest run), or ``latest``.

    Raises:
        UserError: no run is meant by that name, or several are.
    """
    runs = all_runs(store)
    exact = [run for run in runs if run.id == name or f"{run.workflow}/{run.id}" == name]
    if exact:
        return exact[-1]
    if name == "latest" and runs:
        return runs[-1]
    of_workflow = [run for run in runs if run.workflow == name]
    if of_workflow:
        return of_workflow[-1]
    begun = [run for run in runs if run.id.startswith(name)] if name else []
    if len(begun) == 1:
        return begun[0]
    known = ["latest", *sorted({run.workflow for run in runs}), *(run.id for run in reversed(runs))]
    got = f"{len(begun)} runs begin with '{name}'" if begun else f"no run is named '{name}'"
    remedy = did_you_mean(name, known) if runs else "make one: tenfold run"
    raise UserError.of("TF-FLOW-010", got, str(store.runs), do=remedy)


def environment() -> dict[str, Any]:
    """Which software computed this, for whoever wants to compute it again."""
    versions = {}
    for name in _LIBRARIES:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            versions[name] = "absent"
    return {"python": sys.version.split()[0], "platform": platform.platform(), "libraries": versions}
