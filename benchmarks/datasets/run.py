"""Every data set through all ten steps, released, served, and asked about its own raw rows.

Run: ``python benchmarks/datasets/run.py`` (``--only iris,titanic``, ``--budget 60s``, ``--quick``). Each workflow of
``benchmarks/workflows`` is run in a fresh project by ``tenfold run W --release``; then 1,000 raw rows are sent to
``tenfold serve`` and to ``tenfold predict``, and the answers compared. A line of JSON per data set is appended to
the results file, a table printed at the end. Exit status 1 when anything failed.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from figures import Figures, figures_of, table
from replay import replayed
from watching import Watched, watched

from tenfold.core import units

HERE = Path(__file__).parent
WORKFLOWS = HERE.parent / "workflows"
TENFOLD = (sys.executable, "-m", "tenfold")
LIBRARIES = ("tenfold", "scikit-learn", "lightgbm", "catboost", "onnxruntime", "duckdb", "optuna")
#: A budget is kept when the command is over within this many times of it.
KEPT = 1.05


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure the chosen data sets one after the other. Returns the exit status."""
    asked = _arguments(arguments)
    records = []
    for workflow in _workflows(asked.only):
        record = {"name": workflow.stem, "at": datetime.now(UTC).isoformat(timespec="seconds")}
        with _project(asked.keep, workflow.stem) as project:
            record |= measured(workflow, project, asked.budget, asked.quick, asked.rows)
        records.append(record)
        _append(asked.results, {**record, "versions": versions(), "budget": asked.budget, "quick": asked.quick})
        print(table([record]).splitlines()[-1], file=sys.stderr, flush=True)
    print(table(records))
    return 0 if all(ok(record) for record in records) else 1


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="names of workflows, separated by commas")
    parser.add_argument("--budget", default="60s", help="wall-clock time of one run: 60s, 5m")
    parser.add_argument("--rows", type=int, default=1000, help="raw rows that are replayed")
    parser.add_argument("--quick", action="store_true", help="steps 1 to 4 only: no model")
    parser.add_argument("--keep", type=Path, help="a folder where the projects stay (default: they are removed)")
    parser.add_argument("--results", type=Path, default=HERE / "results.jsonl", help="a file that lines are added to")
    return parser.parse_args(arguments)


def _workflows(only: str) -> list[Path]:
    known = {path.stem: path for path in sorted(WORKFLOWS.glob("*.yaml"))}
    names = [name.strip() for name in only.split(",") if name.strip()] or list(known)
    unknown = [name for name in names if name not in known]
    if unknown:
        raise SystemExit(f"no workflow is named {', '.join(unknown)}; there are {', '.join(known)}")
    return [known[name] for name in names]


@contextmanager
def _project(keep: Path | None, name: str) -> Iterator[Path]:
    """A fresh, empty project, so that nothing comes from a cache."""
    if keep is None:
        with tempfile.TemporaryDirectory(prefix=f"{name}-") as folder:
            yield Path(folder)
    else:
        keep.mkdir(parents=True, exist_ok=True)
        yield Path(tempfile.mkdtemp(prefix=f"{name}-", dir=keep))


def measured(workflow: Path, project: Path, budget: str, quick: bool, rows: int) -> Figures:
    """Run one workflow, watch it, and replay its raw rows if a model was released."""
    seconds = units.seconds(budget)
    how = ["--until", "splitting"] if quick else ["--release"]
    command = [*TENFOLD, "run", str(workflow), *how, "--budget", budget, "-C", str(project), "--json"]
    seen = watched(command, 10 * seconds)
    record: Figures = {
        "status": seen.status,
        "seconds": round(seen.seconds, 2),
        "overran": seen.seconds > KEPT * seconds,
        "peak_mb": round(seen.peak_mb, 1),
    }
    summary = _summary(seen)
    if summary is None:
        return {**record, "failed": seen.error.strip()[-1500:]}
    record |= figures_of(Path(summary["folder"]))
    if summary["model"]:
        raw = Path(summary["folder"]) / "02-data" / "raw.parquet"
        record["replay"] = _replayed(summary["model"], project, raw, rows)
    return record


def _replayed(model: str, project: Path, raw: Path, rows: int) -> dict[str, Any]:
    try:
        return replayed(TENFOLD, model, project, raw, rows)
    except (RuntimeError, OSError, ValueError) as error:
        return {"failed": f"{type(error).__name__}: {error}"}


def _summary(seen: Watched) -> dict[str, Any] | None:
    lines = [line for line in seen.out.splitlines() if line.startswith("{")]
    found: dict[str, Any] = json.loads(lines[-1]) if lines else {}
    return found if "folder" in found else None


def ok(record: Figures) -> bool:
    """Whether a run ended well: released (or quick), and both ways of asking gave the same answers."""
    replay = record.get("replay")
    return record["status"] == 0 and (replay is None or bool(replay.get("equal")))


def versions() -> dict[str, str]:
    """What the figures were measured with."""
    return {"python": platform.python_version(), **{name: metadata.version(name) for name in LIBRARIES}}


def _append(path: Path, record: Figures) -> None:
    with path.open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(record, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    sys.exit(main())
