"""Wide tables: what each step takes, and what the model is worth.

    python benchmarks/wide.py [--rows 600] [--columns 5000] [--budget 60s] [--until STEP]

Makes a table of log-normal columns, 20 of which tell about one of two classes (as gene expression does), as CSV; runs
all ten steps on it; prints seconds on the clock and of this process's CPU by step (trials run in processes of their
own), and the ROC AUC on as many rows that the workflow never saw, beside the best possible one.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from tenfold import Workflow
from tenfold.core.result import Progress

WORKFLOW = """name: wide
problem: {target: label, task: binary, metric: roc_auc}
data: {sources: {train: {file: train.csv}}}
splitting: {test: 0}
"""
TELLING, CLASSES = 20, np.array(["case", "control"])


def table(rows: int, columns: int, seed: int = 0) -> tuple[pd.DataFrame, NDArray[np.float64]]:
    """Columns and label of some rows, and the log-odds of the label."""
    draw = np.random.default_rng(seed)
    values = draw.lognormal(size=(rows, columns)).round(4)
    weights = np.random.default_rng(1).choice([-1.0, 1.0], size=TELLING)
    odds = 0.9 * np.log(np.maximum(values[:, :TELLING], 1e-4)) @ weights
    frame = pd.DataFrame(values, columns=[f"gene_{place}" for place in range(columns)])
    frame["label"] = CLASSES[(draw.random(rows) < 1 / (1 + np.exp(-odds))).astype(int)]
    return frame, odds


class Watch:
    """Prints what each step took, on the clock and of this process's CPU."""

    def __init__(self) -> None:
        self.begun, self.spent = time.perf_counter(), time.process_time()

    def __call__(self, progress: Progress) -> None:
        if progress.message == "done":
            now, spent = time.perf_counter(), time.process_time()
            print(f"{progress.step:12} {now - self.begun:7.1f} s  {spent - self.spent:7.1f} s of CPU", flush=True)
            self.begun, self.spent = now, spent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=600)
    parser.add_argument("--columns", type=int, default=5000)
    parser.add_argument("--budget", default="60s")
    parser.add_argument("--until", help="the last step (default: release)")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder)
        table(given.rows, given.columns)[0].to_csv(project / "train.csv", index=False)
        (project / "workflow.yaml").write_text(WORKFLOW)
        begun = time.perf_counter()
        flow = Workflow(project / "workflow.yaml", project=project)
        run = flow.run(until=given.until, release=given.until is None, budget=given.budget, tell=Watch())
        print(f"{'all':12} {time.perf_counter() - begun:7.1f} s, of a budget of {given.budget}")
        if given.until is None:
            members = ", ".join(member.name for member in run.composition.members)
            unseen, odds = table(given.rows, given.columns, seed=2)
            truth = unseen.pop("label") == CLASSES[1]
            scores = run.model.predict_proba(unseen)[:, list(run.model.classes).index(CLASSES[1])]
            print(f"{members}: ROC AUC {roc_auc_score(truth, scores):.3f}; {roc_auc_score(truth, odds):.3f} possible")


if __name__ == "__main__":
    main()
