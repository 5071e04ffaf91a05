"""Out-of-fold scores of every configuration of the pool on public data sets.

Run: ``python benchmarks/portfolio/measure.py`` (``--only adult,iris``). Each data set's training rows are those of the
comparison (``benchmarks/automl``, seed 0: its test rows are never looked at), taken through steps 1 to 6 as anyone's
would be; then each configuration is judged on three folds of at most 4,000 rows. Lines are added to ``scores.csv``;
what is there already is not measured again. ``learn.py`` makes the table of it.
"""

from __future__ import annotations

import argparse
import csv
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from pool import POOL
from ruamel.yaml import YAML

from tenfold.api.run import Run
from tenfold.api.workflow import Workflow
from tenfold.core.result import Context
from tenfold.learning.candidates import Size, candidate
from tenfold.learning.folds import Design
from tenfold.learning.question import Question
from tenfold.learning.scoring import score
from tenfold.learning.search.baseline import dummy_trial
from tenfold.learning.trials.dataset import Dataset
from tenfold.learning.trials.fitting import Configuration, Job, fit_fold
from tenfold.steps.features.result import Recipes
from tenfold.steps.modeling.preparing import ready

HERE = Path(__file__).parent
sys.path.append(str(HERE.parent / "automl"))
from splits import split  # noqa: E402

from tables import raw  # noqa: E402

FIELDS = ("data", "part", "configuration", "metric", "sign", "score", "dummy", "seconds", "rows", "columns")
_METRICS = {"binary": "roc_auc", "multiclass": "log_loss", "regression": "rmse"}
_FOLDS, _ROWS, _SECONDS = 3, 4000, 10.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what is missing. Returns the exit status."""
    asked = _arguments(arguments)
    done = _done(asked.scores)
    for folder in sorted(path.parent for path in asked.data.glob("*/dataset.yaml")):
        left = [called for called in POOL if (folder.name, called) not in done]
        if (asked.only and folder.name not in asked.only.split(",")) or not left:
            continue
        lines = list(_measured(folder, left))
        with asked.scores.open("a", newline="", encoding="utf-8") as stream:
            writer = csv.DictWriter(stream, FIELDS)
            if not done and stream.tell() == 0:
                writer.writeheader()
            writer.writerows(lines)
        print(f"{folder.name}: {len(lines)} configurations", flush=True)
    return 0


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=HERE.parents[2] / "shared" / "data", help="folder of data sets")
    parser.add_argument("--only", default="", help="names of data sets, separated by commas")
    parser.add_argument("--scores", type=Path, default=HERE / "scores.csv", help="a file that lines are added to")
    return parser.parse_args(arguments)


def _done(scores: Path) -> set[tuple[str, str]]:
    if not scores.exists():
        return set()
    with scores.open(encoding="utf-8") as stream:
        return {(line["data"], line["configuration"]) for line in csv.DictReader(stream)}


def _measured(folder: Path, left: Sequence[str]) -> Iterator[dict[str, Any]]:
    with prepared(folder, _ROWS) as known:
        dummy = dummy_trial(known.table, range(len(known.table.splits))).score
        for called in left:
            kind, parameters = POOL[called]
            model = candidate(kind)
            whole = {**model.defaults(known.question.task, known.size), **model.fitting(parameters, known.size)}
            value, seconds = known.judged(Configuration(kind, known.recipes.by_family[model.family], whole))
            yield {
                "data": folder.name, "part": "values" if known.question.task == "regression" else "classes",
                "configuration": called, "metric": known.question.metric.name, "sign": known.question.metric.sign,
                "score": f"{value:.6g}", "dummy": f"{dummy:.6g}", "rows": known.size.rows,
                "columns": known.size.columns, "seconds": f"{seconds:.2f}",
            }  # fmt: skip


@dataclass(frozen=True)
class Prepared:
    """A data set's training rows after steps 1 to 6, put where folds are fitted."""

    recipes: Recipes
    question: Question
    size: Size
    table: Dataset

    def judged(self, configuration: Configuration) -> tuple[float, float]:
        """Its out-of-fold score, and the seconds of its fits."""
        splits = self.table.splits
        jobs = [Job(place, 0, _SECONDS) for place in range(len(splits))]
        found = [fit_fold(str(self.table.folder), configuration, job) for job in jobs]
        target = self.table.target[np.concatenate([rows for _, rows in splits])]
        value = score(self.question, target, np.concatenate([each.scores for each in found]))
        return value, sum(each.seconds for each in found)


@contextmanager
def prepared(folder: Path, rows: int) -> Iterator[Prepared]:
    """Three folds, of at most so many rows each to learn from and to judge by."""
    facts = YAML(typ="safe").load(folder / "dataset.yaml")
    with tempfile.TemporaryDirectory() as name:
        run = _run(folder, facts, Path(name))
        cleaned, recipes, parts = (run.result(step) for step in ("cleaning", "features", "splitting"))
        question = Question(cleaned.task, cleaned.classes, cleaned.positive, _metric(facts))
        data = ready(parts.train, recipes.schema, question, Context("modeling", Path(name), Path(name)))
        design = Design(parts.time_ordered, rows, rows)
        strata = None if question.task == "regression" else data.target
        splits = design.splits(data.examples.folds, strata)[:_FOLDS]
        bench = Path(name) / "bench"
        bench.mkdir()
        table = Dataset.save(bench, data.examples.features, data.target, question, splits)
        yield Prepared(recipes, question, data.size(design), table)


def _metric(facts: Any) -> str:
    return str(facts["metric"] if facts.get("metric") in _METRICS.values() else _METRICS[facts["problem"]])


def _run(folder: Path, facts: Any, work: Path) -> Run:
    """Steps 1 to 6 on the training rows."""
    rows = split(raw(folder, facts), facts, seed=0)
    rows.train.to_csv(work / "train.csv", index=False)
    flow = {
        "name": "portfolio",
        "problem": {"target": facts["target"], "task": facts["problem"], "metric": _metric(facts)},
        "data": {"sources": {"train": {"file": "train.csv"}}},
        "splitting": {"test": 0},
    }
    YAML().dump(flow, work / "workflow.yaml")
    return Workflow(work / "workflow.yaml").run(until="features")


if __name__ == "__main__":
    sys.exit(main())
