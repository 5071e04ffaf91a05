"""From the training rows to a bench on which trials are run: design, splits, coded target."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from tenfold.core import identity
from tenfold.core.clock import Deadline
from tenfold.core.result import Context
from tenfold.learning.candidates import Size
from tenfold.learning.folds import Design
from tenfold.learning.question import Question
from tenfold.learning.targets import long_tailed
from tenfold.learning.trials.bench import Bench
from tenfold.learning.weights import Weights, relative
from tenfold.metrics.scoring import encode
from tenfold.schema import Schema
from tenfold.tables import examples
from tenfold.tables.examples import Examples

#: Cells (rows × columns × √outputs) of training data per second of budget. Boosting on more learns less in the time.
_CELLS = 100_000
_FEWEST = 10_000
#: Without a deadline the data is cut as for a budget of this many seconds.
_UNHURRIED = 600.0
_VALID_CAP = 50_000


@dataclass(frozen=True)
class Ready:
    """Rows that trials can be run on. ``target``: class codes, or values; ``weights``: with the mean 1, or None."""

    examples: Examples
    target: NDArray[np.generic]
    question: Question
    weights: Weights | None = None
    identity: str = ""  # of the rows, by their keys; known once they are on the bench

    @property
    def rows(self) -> int:
        return len(self.target)

    def size(self, design: Design) -> Size:
        """How much a candidate learns from in one fold."""
        rows = self.rows if design.train_cap is None else min(self.rows, design.train_cap)
        tailed = self.question.task == "regression" and long_tailed(self.target)
        return Size(rows, self.examples.features.shape[1], self.question.outputs, tailed)

    def on_the_bench(self) -> Self:
        """The same without its rows, which the bench has by now: trials in other processes want the memory."""
        known = identity.of_text(*map(str, self.examples.keys))
        return replace(self, examples=self.examples.take(np.arange(0)), identity=known)

    def bench(self, design: Design, context: Context, earlier: Path | None = None) -> Bench:
        """A bench for these rows, taken over from an ``earlier`` step if that left one. For a ``with`` statement."""
        strata = None if self.question.task == "regression" else self.target
        splits = design.splits(self.examples.folds, strata, self.examples.since)  # type: ignore[arg-type]
        return Bench.open(
            self.examples.features, self.target, self.question, splits, context, keeps=True, earlier=earlier,
            weights=self.weights, units=self.examples.units,
        )  # fmt: skip


def ready(train: Path, schema: Schema, question: Question, context: Context) -> Ready:
    """Load the training rows (sorted by key, so that the order of the source never matters)."""
    if str(context.root) not in sys.path:
        sys.path.insert(0, str(context.root))  # the user's own modules stand beside the workflow file
    rows = examples.load(train, schema, question.task)
    target = encode(rows.target, question.classes) if question.classes else np.asarray(rows.target, dtype=np.float64)
    return Ready(rows, target, question, relative(rows.weights))


def design(ready: Ready, deadline: Deadline, seed: int) -> Design:
    """How trials are judged in the time there is: large tables are thinned."""
    folds = ready.examples.folds
    columns = max(1, ready.examples.features.shape[1])
    seconds = _UNHURRIED if math.isinf(deadline.at) else deadline.left()
    capacity = int(seconds * _CELLS / (columns * math.sqrt(ready.question.outputs)))
    cap = max(_FEWEST, capacity)
    return Design(
        time_ordered=bool((folds < 0).any()),
        train_cap=cap if cap < ready.rows else None,
        valid_cap=_VALID_CAP if ready.rows > _VALID_CAP else None,
        seed=seed,
    )
