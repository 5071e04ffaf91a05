"""Scores of predictions, and how sure a difference between two systems is, going by the rows both were asked about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tenfold.metrics import METRICS

#: Share of a bootstrap interval.
LEVEL = 0.95
_REPEATS = 1000


@dataclass(frozen=True)
class Answers:
    """What a system said about test rows. ``scores``: [rows, classes] probabilities or [rows, 1] values."""

    truth: NDArray[np.float64]  # class number, or value
    scores: NDArray[np.float64]
    metric: str

    def score(self, rows: NDArray[np.intp] | None = None) -> float:
        """The metric over all test rows, or over some."""
        truth, scores = (self.truth, self.scores) if rows is None else (self.truth[rows], self.scores[rows])
        return _SCORES[self.metric](truth, scores)


def answers(truth: pd.Series, predictions: pd.DataFrame, metric: str) -> Answers:
    """Put a peer's answer file beside the truth: a column ``prediction``, or one column per class."""
    if metric == "rmse":
        return Answers(truth.to_numpy(float), predictions[["prediction"]].to_numpy(float), metric)
    names = sorted(predictions.columns)
    places = pd.Index(names).get_indexer(truth.astype(str))
    if (places < 0).any():
        raise ValueError(f"no column for {sorted(set(truth.astype(str)) - set(names))} among {names}")
    scores = np.clip(predictions[names].to_numpy(float), 1e-15, None)
    return Answers(places.astype(float), scores / scores.sum(1, keepdims=True), metric)


def _roc_auc(truth: NDArray[np.float64], scores: NDArray[np.float64]) -> float:
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(truth, scores[:, 1])) if 0 < truth.mean() < 1 else float("nan")


def _log_loss(truth: NDArray[np.float64], scores: NDArray[np.float64]) -> float:
    return float(-np.log(scores[np.arange(len(truth)), truth.astype(int)]).mean())


def _rmse(truth: NDArray[np.float64], scores: NDArray[np.float64]) -> float:
    return float(np.sqrt(np.mean((truth - scores[:, 0]) ** 2)))


_SCORES = {"roc_auc": _roc_auc, "log_loss": _log_loss, "rmse": _rmse}


@dataclass(frozen=True)
class Difference:
    """How much better the first is than the second (above 0: better), mean over the splits, with its interval."""

    value: float
    low: float
    high: float

    @property
    def verdict(self) -> str:
        """``better`` or ``worse`` when the interval leaves 0 out, else ``alike``."""
        return "better" if self.low > 0 else "worse" if self.high < 0 else "alike"


def difference(pairs: Sequence[tuple[Answers, Answers]], seed: int = 0) -> Difference:
    """Paired bootstrap: rows are drawn with replacement within each split, both systems scored on the same draw.

    Source: B. Efron, R. Tibshirani, An Introduction to the Bootstrap (1993), percentile intervals.
    """
    rng = np.random.default_rng(seed)
    sign = METRICS[pairs[0][0].metric].sign
    drawn = [sign * np.mean([_gap(pair, rng.integers(0, len(pair[0].truth), len(pair[0].truth))) for pair in pairs])
             for _ in range(_REPEATS)]  # fmt: skip
    low, high = np.nanquantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Difference(sign * float(np.mean([_gap(pair, None) for pair in pairs])), float(low), float(high))


def _gap(pair: tuple[Answers, Answers], rows: NDArray[np.intp] | None) -> float:
    return pair[0].score(rows) - pair[1].score(rows)
