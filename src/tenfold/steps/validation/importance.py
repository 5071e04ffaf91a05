"""Which columns the final model relies on, measured on the judged rows."""

from __future__ import annotations

import math
import time

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tenfold.core.clock import Deadline
from tenfold.learning.weights import of_rows
from tenfold.metrics import METRICS
from tenfold.statistics.permutation_importance import permutation_importance
from tenfold.statistics.rank_association import rank_association
from tenfold.statistics.values import Importance
from tenfold.steps.validation.config import Validation
from tenfold.steps.validation.inputs import Floats, Judged

#: Share of the time left that one shuffle of every column may be planned to take, and the fewest rows it is made on.
_PLANNED, _FEWEST = 0.6, 200
#: Columns that are shuffled at most: of a wide table those that go most with the answers.
_SHUFFLED = 300


def importances(
    judged: Judged, metric: str, config: Validation, seed: int, deadline: Deadline
) -> tuple[Importance, ...]:
    """Permutation importance in the main metric's unit (more: relied on more); empty when switched off or too late."""
    if judged.features is None or config.importance_repeats == 0 or judged.rows == 0:
        return ()
    shuffled = np.random.default_rng(seed).permutation(judged.rows)[: config.importance_rows]
    shuffled = shuffled[: _affordable(judged, shuffled, deadline)]
    rows = np.sort(shuffled)
    target = judged.target[rows]
    measure, inputs, weights = METRICS[metric], judged.inputs, of_rows(judged.weights, rows)

    def score(features: pd.DataFrame) -> float:
        scores = np.asarray(inputs.composition_scores(features), dtype=np.float64)
        value = measure.score(target, scores, inputs.classes, inputs.positive, inputs.threshold, weights)
        return measure.sign * value

    features = _features(judged, rows)
    order = _promising(features, judged.scores[rows])[:_SHUFFLED]
    found = permutation_importance(score, features, seed, config.importance_repeats, deadline, order)
    return tuple(each for each in found if np.isfinite(each.loss))


def _features(judged: Judged, rows: NDArray[np.intp]) -> pd.DataFrame:
    assert judged.features is not None
    return judged.features.iloc[rows].reset_index(drop=True)


def _promising(features: pd.DataFrame, scores: Floats) -> list[str]:
    """The columns in the order in which they are shuffled: where they are many, or time runs out, those that go with
    the answers least are left out. Levels and texts, whose order means nothing, come first."""
    numeric = [str(name) for name, kind in features.dtypes.items() if kind == np.float64]
    others = [str(name) for name, kind in features.dtypes.items() if kind != np.float64]
    several = scores.shape[1] > 2
    answers = scores.argmax(axis=1) if several else scores[:, -1]
    told = rank_association(features[numeric].to_numpy(), answers, of_values=not several)
    return [*others, *(numeric[place] for place in np.argsort(-told, kind="stable").tolist())]


def _affordable(judged: Judged, rows: NDArray[np.intp], deadline: Deadline) -> int:
    """How many rows leave time to shuffle every column once: all columns on fewer rows tell more than some on all."""
    if math.isinf(deadline.at):
        return len(rows)
    features = _features(judged, rows[:_FEWEST])
    begun = time.perf_counter()
    judged.inputs.composition_scores(features)
    once = (time.perf_counter() - begun) * len(rows) / len(features)
    needed = once * (min(_SHUFFLED, len(features.columns)) + 1)
    share = _PLANNED * deadline.left() / max(needed, 1e-9)
    return len(rows) if share >= 1 else max(min(_FEWEST, len(rows)), int(share * len(rows)))
