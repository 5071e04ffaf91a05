"""Step 5: look at the training rows, and at nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from tenfold.core.result import Context, Result
from tenfold.metrics import Task
from tenfold.schema import Schema
from tenfold.steps.exploration import sample
from tenfold.steps.exploration.chapter import chapter
from tenfold.steps.exploration.config import Exploration
from tenfold.steps.exploration.explore import explore, usable_folds, view_columns
from tenfold.steps.exploration.result import Findings
from tenfold.steps.exploration.view import Target, View
from tenfold.tables import examples


def run(
    config: Exploration,
    train: Path,
    schema: Schema,
    task: Task,
    classes: Sequence[str],
    positive: str | None,
    context: Context,
    *,
    time: str | None = None,
    sensitive: Sequence[str] = (),
    sealed: bool = False,
) -> Result[Findings]:
    """Findings about the rows of ``train`` (``train.parquet`` of step 4).

    ``time`` names the column that orders the rows, if one does; ``sensitive`` the columns whose groups are compared
    anyway; ``sealed``: there are rows beside these, which stay unread. Without ``config.today`` no date counts as
    future: the clock is the caller's.
    """
    path = sample.sampled(train, config.sample, context.seed, context.folder)
    try:
        view = _view(path, schema, task, classes, positive)
    finally:
        if path != train:
            path.unlink()
    view = View(view.columns, view.target, view.rows, sample.rows_of(train), time, tuple(sensitive))
    context.say(f"looking at {view.rows:,} rows, {len(view.columns)} columns")
    findings = explore(view, config, config.today)
    return Result(context.step, findings, chapter(findings, sealed=sealed))


def _view(path: Path, schema: Schema, task: Task, classes: Sequence[str], positive: str | None) -> View:
    rows = examples.load(path, schema, task)
    order = np.argsort(rows.keys, kind="stable")
    name = schema.target.name if schema.target else ""
    target = Target(name, task, tuple(classes), positive, rows.target[order], usable_folds(rows.folds[order]))
    kinds = dict(schema.inputs)
    texts = sample.raw_texts(path, tuple(sorted(n for n, kind in kinds.items() if kind == "text")), order)
    columns = view_columns(rows.features.iloc[order], kinds, target, texts)
    return View(columns, target, len(order), len(order))
