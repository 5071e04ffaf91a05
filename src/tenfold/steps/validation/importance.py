"""Which columns the final model relies on, measured on the judged rows."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tenfold.core.clock import Deadline
from tenfold.metrics import METRICS
from tenfold.statistics.permutation_importance import permutation_importance
from tenfold.statistics.values import Importance
from tenfold.steps.validation.config import Validation
from tenfold.steps.validation.inputs import Judged


def importances(
    judged: Judged, metric: str, config: Validation, seed: int, deadline: Deadline
) -> tuple[Importance, ...]:
    """Permutation importance in the main metric's unit (more: relied on more); empty when switched off or too late."""
    if judged.features is None or config.importance_repeats == 0 or judged.rows == 0:
        return ()
    rows = np.sort(np.random.default_rng(seed).permutation(judged.rows)[: config.importance_rows])
    target = judged.target[rows]
    measure, inputs = METRICS[metric], judged.inputs

    def score(features: pd.DataFrame) -> float:
        scores = np.asarray(inputs.composition_scores(features), dtype=np.float64)
        value = measure.score(target, scores, inputs.classes, inputs.positive, inputs.threshold)
        return measure.sign * value

    features = judged.features.iloc[rows].reset_index(drop=True)
    found = permutation_importance(score, features, seed, config.importance_repeats, deadline)
    return tuple(each for each in found if np.isfinite(each.loss))
