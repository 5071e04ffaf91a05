"""What step 9 is handed: the final model, the rows that it never saw, and what it was promised to do."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tenfold.bundle import Decision
from tenfold.learning.weights import of_rows
from tenfold.metrics import Task
from tenfold.metrics.scoring import Answers
from tenfold.steps.problem.result import Specification

if TYPE_CHECKING:
    from tenfold.tables.examples import Examples

Floats = NDArray[np.float64]
#: Scores of a frame of features: [N, classes] in the order of ``classes``, or [N, 1].
Scores = Callable[[pd.DataFrame], Floats]


@dataclass(frozen=True)
class ValidationInputs:
    """Either ``test`` (sealed rows, just opened) or ``out_of_fold`` (nothing was sealed) is given.

    ``out_of_fold``: target [N] and scores [N, classes] of the development rows; ``development`` are these rows, in the
    same order, for slices and groups. ``nested``: the scores come from nested cross-validation, so that no row took
    part in choosing the model it is judged with (``repeated``: scores of the same rows by further repeats, metrics are
    the mean over all; ``left_out``: candidates that there was no time to choose among; ``unfinished``: they were to
    come from it, but time was too short). ``baseline_scores``: the dummy's, as a function of a frame or as scores of
    the very rows that are judged. ``groups``: sensitive columns that the model does not see, by name, one value per
    judged row; ``dates``: columns whose numbers are seconds since 1970. ``accepted``: gates that may fail, with the
    reason given. ``threshold``: probability from which the positive class is decided; None for 0.5 or for other tasks.
    ``expected``: the main metric as step 8 had it, out-of-fold. ``decision``: what the released model will decide by.
    ``weighted``: the column that says how much a row counts, if there is one; the rows bring its values along.
    """

    specification: Specification
    task: Task
    classes: tuple[str, ...]
    positive: str | None
    threshold: float | None
    composition_scores: Scores
    baseline_scores: Scores | Floats
    test: Examples | None = None
    out_of_fold: tuple[NDArray[Any], Floats] | None = None
    development: Examples | None = None
    nested: bool = False
    repeated: tuple[Floats, ...] = ()
    unfinished: bool = False
    left_out: tuple[str, ...] = ()
    groups: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    dates: frozenset[str] = frozenset()
    accepted: Mapping[str, str] = field(default_factory=dict)
    expected: float = math.nan
    decision: Decision | None = None
    weighted: str = ""


@dataclass(frozen=True)
class Judged:
    """The rows that are judged, with the model's and the dummy's answers to them."""

    inputs: ValidationInputs
    target: NDArray[Any]
    scores: Floats
    baseline: Floats
    features: pd.DataFrame | None
    clusters: NDArray[Any] | None
    weights: Floats | None = None

    @classmethod
    def of(cls, inputs: ValidationInputs) -> Judged:
        """Ask the model; ``ValueError`` unless there are either test rows or out-of-fold answers."""
        rows = inputs.test if inputs.test is not None else inputs.development
        if inputs.test is not None:
            target = inputs.test.target
            scores = np.asarray(inputs.composition_scores(inputs.test.features), dtype=np.float64)
        elif inputs.out_of_fold is not None:
            target, scores = inputs.out_of_fold
        else:
            raise ValueError("validation needs test rows or out-of-fold answers")
        baseline = inputs.baseline_scores
        if callable(baseline):
            if rows is None:
                raise ValueError("a baseline that is a function needs the rows it is asked about")
            baseline = baseline(rows.features)
        features = None if rows is None else rows.features
        groups = None if rows is None or rows.groups is None or len(rows.groups) == 0 else rows.groups
        weights = rows.weights if rows is not None and len(rows.weights) else None
        return cls(inputs, target, scores, np.asarray(baseline, dtype=np.float64), features, groups, weights)

    @property
    def sealed(self) -> bool:
        return self.inputs.test is not None

    @property
    def rows(self) -> int:
        return len(self.target)

    def answers(self, scores: Floats | None = None, rows: NDArray[Any] | slice = slice(None)) -> Answers:
        """Target and scores (the model's when left out) as metrics take them, of some rows."""
        given = self.scores if scores is None else scores
        inputs = self.inputs
        target = self.target[rows]
        weights = of_rows(self.weights, rows)
        return Answers.of(target, given[rows], inputs.classes, inputs.positive, inputs.threshold, weights)

    def column(self, name: str) -> NDArray[Any] | None:
        """The judged rows' values of a column: handed in, or one of the model's own."""
        if name in self.inputs.groups:
            return np.asarray(self.inputs.groups[name])
        if self.features is not None and name in self.features:
            return self.features[name].to_numpy()
        return None
