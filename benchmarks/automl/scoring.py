"""Scores of predictions, and how sure a difference between two systems is, going by the rows both were asked about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tenfold.metrics import METRICS, scoring
from tenfold.statistics import weighted_metrics
from tenfold.statistics.bootstrap import Statistic

#: Share of a bootstrap interval.
LEVEL = 0.95
#: The least probability that is scored: log loss knows no 0.
FLOOR = 1e-15
_REPEATS = 1000


@dataclass(frozen=True)
class Answers:
    """What a system said about test rows. ``scores``: [rows, classes] probabilities or [rows, 1] values."""

    truth: NDArray[np.float64]  # class number, or value
    scores: NDArray[np.float64]
    metric: str

    def score(self) -> float:
        """The metric over all test rows."""
        return self.prepared()(np.ones(len(self.truth)))

    def prepared(self) -> Statistic:
        """The metric as a function of how often each row counts [rows]: ranks are found once for all resamples."""
        if self.metric == "rmse":
            return weighted_metrics.prepare("rmse", scoring.Answers.of(self.truth, self.scores, (), None, None, None))
        positive = 1 if self.metric == "roc_auc" else None
        decided = scoring.decide(self.scores, positive)
        told = scoring.Answers(self.truth.astype(np.intp), self.scores, positive, decided, None)
        return weighted_metrics.prepare(self.metric, told)


def answers(truth: pd.Series, predictions: pd.DataFrame, metric: str, floor: float = FLOOR) -> Answers:
    """Put a peer's answer file beside the truth: a column ``prediction``, or one column per class.

    Probabilities are at least ``floor``, and each row's are rescaled to a sum of 1.
    Raises ``ValueError`` for a row without an answer, an answer that is no number, or a class without a column.
    """
    if len(predictions) != len(truth):
        raise ValueError(f"{len(predictions):,} answers for {len(truth):,} test rows")
    if not np.isfinite(predictions.to_numpy(float)).all():
        raise ValueError("an answer is not a finite number")
    if metric == "rmse":
        return Answers(truth.to_numpy(float), predictions[["prediction"]].to_numpy(float), metric)
    names = sorted(predictions.columns)
    places = pd.Index(names).get_indexer(truth.astype(str))
    if (places < 0).any():
        raise ValueError(f"no column for {sorted(set(truth.astype(str)) - set(names))} among {names}")
    scores = np.clip(predictions[names].to_numpy(float), floor, None)
    return Answers(places.astype(float), scores / scores.sum(1, keepdims=True), metric)


def constant(learned: pd.Series, rows: int, metric: str) -> pd.DataFrame:
    """The same answer for all ``rows``: the mean of the training targets ``learned``, or their classes' shares."""
    if metric == "rmse":
        return pd.DataFrame({"prediction": np.full(rows, learned.mean())})
    shares = learned.astype(str).value_counts(normalize=True)
    return pd.DataFrame(np.tile(shares.to_numpy(), (rows, 1)), columns=list(shares.index))


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

    def told(self) -> str:
        """The difference and its interval."""
        return f"{self.value:+.3g} ({self.low:+.2g} to {self.high:+.2g})"


def difference(pairs: Sequence[tuple[Answers, Answers]], seed: int = 0) -> Difference:
    """Paired bootstrap: rows are drawn with replacement within each split, both systems scored on the same draw.

    Source: B. Efron, R. Tibshirani, An Introduction to the Bootstrap (1993), percentile intervals.
    """
    rng = np.random.default_rng(seed)
    sign = METRICS[pairs[0][0].metric].sign
    gaps = [_gap(pair) for pair in pairs]
    sizes = [len(first.truth) for first, _ in pairs]
    drawn = [sign * np.mean([gap(_counts(rng, size)) for gap, size in zip(gaps, sizes, strict=True)])
             for _ in range(_REPEATS)]  # fmt: skip
    low, high = np.nanquantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    value = float(np.mean([gap(np.ones(size)) for gap, size in zip(gaps, sizes, strict=True)]))
    return Difference(sign * value, float(low), float(high))


def _gap(pair: tuple[Answers, Answers]) -> Statistic:
    first, second = (each.prepared() for each in pair)
    return lambda weights: first(weights) - second(weights)


def _counts(rng: np.random.Generator, rows: int) -> NDArray[np.float64]:
    """How often each row is in one draw with replacement."""
    return np.bincount(rng.integers(0, rows, rows), minlength=rows).astype(np.float64)
