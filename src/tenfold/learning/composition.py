"""What was trained: a few fitted pipelines, their weights, and how their answer is calibrated and decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.pipeline import Pipeline

from tenfold.bundle.coverage import Rule

Task = Literal["binary", "multiclass", "regression"]

#: Probabilities are held above this before their logarithm is taken, here and in the graph.
SMALLEST = 1e-15


@dataclass(frozen=True)
class Member:
    """One fitted pipeline of an ensemble. ``weight`` > 0; weights need not sum to one."""

    name: str
    family: str
    pipeline: Pipeline
    weight: float = 1.0


@dataclass(frozen=True)
class Composition:
    """Members, and how one answer comes of them.

    ``classes`` are the labels in the order of the scores (empty for regression); ``temperature`` > 0 divides
    log-probabilities (1 or None changes nothing); ``threshold`` is the least probability of ``positive`` that is
    decided as positive; ``coverage`` how far answers may be off, where that is promised.

    Source: temperature scaling, Guo et al., "On Calibration of Modern Neural Networks", ICML 2017.
    """

    task: Task
    classes: tuple[str, ...]
    members: tuple[Member, ...]
    temperature: float | None = None
    threshold: float | None = None
    positive: str | None = None
    coverage: Rule | None = None

    @property
    def shares(self) -> NDArray[np.float64]:
        """The members' weights, summing to one."""
        weights = np.array([member.weight for member in self.members], dtype=np.float64)
        total: NDArray[np.float64] = weights / weights.sum()
        return total

    def scores(self, frame: pd.DataFrame) -> NDArray[np.float64]:
        """Probabilities [N, classes], or predictions [N, 1], of the rows of a typed frame."""
        answers = [self.answer(member, frame) for member in self.members]
        mean = sum(share * answer for share, answer in zip(self.shares, answers, strict=True))
        return calibrated(np.asarray(mean, dtype=np.float64), self.temperature)

    def answer(self, member: Member, frame: pd.DataFrame) -> NDArray[np.float64]:
        """One member's scores, its classes brought into the order of ``classes``."""
        if self.task == "regression":
            return np.asarray(member.pipeline.predict(frame), dtype=np.float64).reshape(-1, 1)
        probabilities = np.asarray(member.pipeline.predict_proba(frame), dtype=np.float64)
        order = class_order(self.classes, member.pipeline.classes_)
        padded = np.concatenate([probabilities, np.zeros((len(probabilities), 1))], axis=1)
        ordered: NDArray[np.float64] = padded[:, order]
        return ordered

    def decisions(self, scores: NDArray[np.float64]) -> NDArray[np.int64]:
        """The index of the class decided for each row: by threshold where there is one, else the most probable."""
        if self.threshold is None or self.positive is None or len(self.classes) != 2:
            return np.asarray(np.argmax(scores, axis=1), dtype=np.int64)
        positive = self.classes.index(self.positive)
        return np.where(scores[:, positive] >= self.threshold, positive, 1 - positive).astype(np.int64)


def class_order(classes: tuple[str, ...], known: Any) -> list[int]:
    """Where each class stands among a model's own; −1 for one it never saw (its probability is 0).

    A model was fitted on labels, or on their codes: labels are always text, so an integer is a place in ``classes``.

    >>> class_order(("yes", "no"), ["no", "yes"]), class_order(("yes", "no"), [0, 1])
    ([1, 0], [0, 1])
    """
    codes = [label if isinstance(label, int | np.integer) else None for label in known]
    places = {
        classes[code] if code is not None else str(label): index
        for index, (label, code) in enumerate(zip(known, codes, strict=True))
    }
    return [places.get(label, -1) for label in classes]


def calibrated(scores: NDArray[np.float64], temperature: float | None) -> NDArray[np.float64]:
    """Probabilities after temperature scaling.

    >>> calibrated(np.array([[0.2, 0.8]]), 2.0).round(3).tolist()
    [[0.333, 0.667]]
    """
    if temperature is None or temperature == 1:
        return scores
    logits = np.log(np.maximum(scores, SMALLEST)) / temperature
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    normalised: NDArray[np.float64] = raised / raised.sum(axis=1, keepdims=True)
    return normalised
