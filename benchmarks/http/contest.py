"""What both servers are given: one fitted pipeline as a bundle and as an MLflow model, and the same rows for each."""

from __future__ import annotations

import json
import os
import runpy
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import joblib
import lightgbm
import numpy
import pandas
import sklearn
from ruamel.yaml import YAML

import tenfold
from tenfold import Workflow
from tenfold.bundle import Scorer
from tenfold.tables.examples import frame_of
from tenfold.tables.records import sample_records

EXAMPLE = Path(__file__).parents[2] / "examples" / "telco-churn"
CUSTOMER: dict[str, str] = runpy.run_path(str(EXAMPLE / "demo.py"))["CUSTOMER"]
#: One model, as it is: no ensemble, no calibration on top, so bundle and pipeline are the same model.
SINGLE = {"modeling": {"candidates": ["lightgbm"]}, "tuning": {"ensemble": False, "calibration": "none"}}
VERSIONS = {each.__name__: each.__version__ for each in (tenfold, sklearn, lightgbm, numpy, pandas)}


@dataclass(frozen=True)
class Row:
    """One row in two JSON bodies: raw, as Tenfold reads it, and typed, as the pipeline was fitted."""

    raw: bytes
    typed: bytes


@dataclass(frozen=True)
class Contest:
    """The two models, and rows that both answer; the first, the customer of the demo, is the load."""

    bundle: Path
    mlflow_model: Path
    rows: tuple[Row, ...]
    versions: dict[str, str]


def prepare(project: Path, mlflow_bin: Path, checked: int = 20) -> Contest:
    """Release the Telco churn workflow with a single model, and save its pipeline with MLflow."""
    run = Workflow(_workflow(), project=project).run(release=True, trials=2)
    if len(run.composition.members) != 1 or run.composition.temperature not in (None, 1):
        raise SystemExit("the release is not one plain pipeline: there is nothing to compare")
    folder = run.register().folder
    scorer = run.model.scorer
    raw = sample_records(run.result("data").raw, checked * 2)
    complete = [each for each in raw if all(str(value or "").strip() for value in each.values())]
    target = scorer.schema.target.name if scorer.schema.target else ""
    records = [CUSTOMER, *({k: v for k, v in each.items() if k != target} for each in complete[:checked])]
    joblib.dump(run.pipeline, project / "pipeline.joblib")
    versions = _save(project / "pipeline.joblib", project / "mlflow-model", mlflow_bin)
    return Contest(folder, project / "mlflow-model", tuple(_row(each, scorer) for each in records), versions)


def _workflow() -> dict[str, Any]:
    content: dict[str, Any] = YAML(typ="safe").load(EXAMPLE / "workflow.yaml")
    content["data"]["sources"]["customers"]["file"] = str(EXAMPLE / "data" / "customers.csv")
    del content["problem"]["success"]  # its latency gate judges the machine, which may be busy while this is prepared
    return content | SINGLE


def _row(record: dict[str, Any], scorer: Scorer) -> Row:
    frame = frame_of(scorer.reader.read([record]).columns, scorer.schema.inputs)
    split = {"columns": frame.columns.tolist(), "data": frame.to_numpy(dtype=object).tolist()}
    return Row(json.dumps({"records": [record]}).encode(), json.dumps({"dataframe_split": split}).encode())


def _save(pipeline: Path, model: Path, mlflow_bin: Path) -> dict[str, str]:
    """Save with MLflow's own Python; the versions of what both environments hold, which must be the same ones."""
    script = [str(mlflow_bin / "python"), str(Path(__file__).with_name("to_mlflow.py")), str(pipeline), str(model)]
    saved = subprocess.run(script, env=environment(mlflow_bin), stdout=subprocess.PIPE, check=True, timeout=300)
    theirs: dict[str, str] = json.loads(saved.stdout.splitlines()[-1])
    differing = [name for name in theirs.keys() & VERSIONS.keys() if theirs[name] != VERSIONS[name]]
    if differing:
        raise SystemExit(f"the two environments differ in {', '.join(sorted(differing))}: install the same versions")
    return {"python": sys.version.split()[0], **VERSIONS, "mlflow": theirs["mlflow"]}


def environment(mlflow_bin: Path) -> dict[str, str]:
    """What MLflow's processes see: their own programs first (it calls uvicorn by name), and no telemetry."""
    path = f"{mlflow_bin}{os.pathsep}{os.environ.get('PATH', '')}"
    return {**os.environ, "PATH": path, "DO_NOT_TRACK": "true", "GIT_PYTHON_REFRESH": "quiet"}


def commands(contest: Contest, mlflow_bin: Path, port: int, workers: int) -> dict[str, Sequence[str]]:
    """The command line of each server."""
    where = ["--host", "127.0.0.1", "--port", str(port)]
    serve = ["models", "serve", "-m", str(contest.mlflow_model), "--env-manager", "local", "--workers", str(workers)]
    return {
        "tenfold": [sys.executable, "-m", "tenfold", "serve", str(contest.bundle), *where],
        "mlflow": [str(mlflow_bin / "python"), "-m", "mlflow", *serve, *where],
    }
