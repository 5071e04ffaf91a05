"""The dummy's trial, computed here and now: whatever happens to the others, there is an answer."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tenfold.learning.folds import Rows
from tenfold.learning.recipe import Recipe
from tenfold.learning.scoring import score
from tenfold.learning.trials.dataset import Dataset
from tenfold.learning.trials.trial import Trial
from tenfold.learning.weights import of_rows

#: The number of the dummy's trial in every run.
DUMMY = 0


def dummy_trial(data: Dataset, splits: Sequence[int]) -> Trial:
    """Class shares or the mean of each split's training rows, for its validation rows."""
    question, parts = data.question, [data.splits[split] for split in splits]
    answers = [_prior(data, train) for train, _ in parts]
    each = [np.repeat(answer, len(valid), axis=0) for answer, (_, valid) in zip(answers, parts, strict=True)]
    scores = np.concatenate(each)
    target = data.target[np.concatenate([valid for _, valid in parts])]
    fold_scores = tuple(
        score(question, data.target[valid], part, weights=of_rows(data.weights, valid))
        for part, (_, valid) in zip(each, parts, strict=True)
    )
    judged = of_rows(data.weights, np.concatenate([valid for _, valid in parts]))
    train, learned = data.target[parts[0][0]], of_rows(data.weights, parts[0][0])
    return Trial(
        DUMMY, "dummy", Recipe("none"), score=score(question, target, scores, weights=judged), fold_scores=fold_scores,
        out_of_fold=scores,
        train_score=score(question, train, np.repeat(answers[0], len(train), axis=0), weights=learned),
        latency_ms=0.0,
    )  # fmt: skip


def _prior(data: Dataset, rows: Rows) -> NDArray[np.float64]:
    target, weights = data.target[rows], of_rows(data.weights, rows)
    if data.question.task == "regression":
        return np.array([[np.average(target, weights=weights)]])
    counts = np.bincount(target, weights, minlength=len(data.question.classes)).astype(np.float64)
    shares: NDArray[np.float64] = (counts / counts.sum())[None, :]
    return shares
