"""Metrics prepared for many vectors of row weights: what a bootstrap evaluates a thousand times.

Sorting and the comparison of labels are done once; each evaluation is then a few passes over the rows. The numbers are
those of :mod:`tenfold.metrics` (a test holds them together).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from tenfold.metrics.scoring import Answers, Floats
from tenfold.statistics.bootstrap import Statistic

_TINY = float(np.finfo(np.float64).eps)
#: Share of a weight that rounding may leave of it.
_ROUNDING = 1e-12


def prepare(name: str, answers: Answers) -> Statistic:
    """The metric ``name`` of some answers, as a function of row weights [N]; ``KeyError`` for an unknown name.

    Where rows have weights of their own (``answers.weights``), both are multiplied: a row that is drawn twice counts
    twice its weight.

    >>> answers = Answers.of(np.array([1.0, 2.0]), np.array([1.0, 4.0]), (), None, None, None)
    >>> prepare("mae", answers)(np.array([1.0, 3.0]))
    1.5
    """
    if len(answers.target) == 0 or not np.isfinite(answers.scores).all():
        return lambda weights: float("nan")
    statistic = _PREPARE[name](answers)
    return statistic if answers.weights is None else partial(_times, statistic, answers.weights)


def _times(statistic: Statistic, own: Floats, drawn: Floats) -> float:
    return statistic(own * drawn)


def _mean(losses: Callable[[Answers], Floats]) -> Callable[[Answers], Statistic]:
    def prepared(answers: Answers) -> Statistic:
        return partial(_average, losses(answers))

    return prepared


def _average(losses: Floats, weights: Floats) -> float:
    total = weights.sum()  # not by `@`: its threads spin while they wait, which on a busy machine takes milliseconds
    return float((losses * weights).sum() / total) if total > 0 else float("nan")


def _right(answers: Answers) -> Floats:
    return np.asarray(answers.target == answers.decided, dtype=np.float64)


def _log_losses(answers: Answers) -> Floats:
    totals = answers.scores.sum(axis=1)
    chosen = answers.scores[np.arange(len(totals)), answers.target] / np.where(totals > 0, totals, 1.0)
    return np.asarray(-np.log(np.clip(chosen, _TINY, 1 - _TINY)))


def _brier_losses(answers: Answers) -> Floats:
    actual = np.eye(answers.scores.shape[1])[answers.target]
    if answers.positive is not None:
        return np.asarray((answers.scores - actual)[:, answers.positive] ** 2)
    return np.asarray(((answers.scores - actual) ** 2).sum(axis=1))


def _errors(answers: Answers) -> Floats:
    return np.asarray(answers.target - answers.scores, dtype=np.float64)


def _rmse(answers: Answers) -> Statistic:
    squares = _errors(answers) ** 2
    return lambda weights: float(np.sqrt(_average(squares, weights)))


def _r2(answers: Answers) -> Statistic:
    target = np.asarray(answers.target, dtype=np.float64)
    squares = _errors(answers) ** 2

    def evaluate(weights: Floats) -> float:
        spread = _average((target - _average(target, weights)) ** 2, weights)
        return 1 - _average(squares, weights) / spread if spread > 0 else float("nan")

    return evaluate


def _of_counts(compute: Callable[[Floats, int | None], float]) -> Callable[[Answers], Statistic]:
    """A metric of the confusion matrix [actual, decided]."""

    def prepared(answers: Answers) -> Statistic:
        size = answers.scores.shape[1]
        cells = answers.target * size + answers.decided

        def evaluate(weights: Floats) -> float:
            matrix = np.bincount(cells, weights, minlength=size * size).astype(np.float64).reshape(size, size)
            return compute(matrix, answers.positive)

        return evaluate

    return prepared


def _balanced_accuracy(matrix: Floats, positive: int | None) -> float:
    actual = matrix.sum(axis=1)
    seen = actual > 0
    return float((np.diag(matrix)[seen] / actual[seen]).mean()) if seen.any() else float("nan")


def _macro(top: Floats, bottom: Floats, matrix: Floats, positive: int | None) -> float:
    """Top / bottom of the positive class, or their mean over classes that occur or were decided for; 0 / 0 is 0."""
    shares = np.divide(top, bottom, out=np.zeros_like(top), where=bottom > 0)
    if positive is not None:
        return float(shares[positive])
    seen = (matrix.sum(axis=0) + matrix.sum(axis=1)) > 0
    return float(shares[seen].mean()) if seen.any() else float("nan")


def _precision(matrix: Floats, positive: int | None) -> float:
    return _macro(np.diag(matrix).copy(), matrix.sum(axis=0), matrix, positive)


def _recall(matrix: Floats, positive: int | None) -> float:
    return _macro(np.diag(matrix).copy(), matrix.sum(axis=1), matrix, positive)


def _f1(matrix: Floats, positive: int | None) -> float:
    return _macro(2 * np.diag(matrix), matrix.sum(axis=0) + matrix.sum(axis=1), matrix, positive)


def _of_ranks(compute: Callable[[Floats, Floats], float]) -> Callable[[Answers], Statistic]:
    """A metric of ranks: one-vs-rest, from weights of positives and negatives per distinct score, best first."""

    def prepared(answers: Answers) -> Statistic:
        codes = range(answers.scores.shape[1]) if answers.positive is None else (answers.positive,)
        ranked = [_rank(answers, code) for code in codes]
        exact = answers.weights is None

        def evaluate(weights: Floats) -> float:
            each = [_one_against_rest(compute, ranks, positives, weights, exact) for ranks, positives in ranked]
            known = [value for value in each if value == value]
            return float(np.mean(known)) if known else float("nan")

        return evaluate

    return prepared


def _rank(answers: Answers, code: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Every row's place among the distinct scores of a class, best first; and the rows of that class."""
    _, ranks = np.unique(-answers.scores[:, code], return_inverse=True)
    return ranks, np.flatnonzero(answers.target == code)


def _one_against_rest(
    compute: Callable[[Floats, Floats], float], ranks: NDArray[np.intp], positives: NDArray[np.intp], weights: Floats,
    exact: bool,
) -> float:  # fmt: skip
    """Counts are exact; of weights that are fractions, a rest that rounding leaves is no miss."""
    everything = np.bincount(ranks, weights).astype(np.float64)
    hits = np.bincount(ranks[positives], weights[positives], minlength=len(everything)).astype(np.float64)
    misses = everything - hits
    if not exact:
        misses[misses <= _ROUNDING * everything] = 0.0
    return compute(hits, misses) if hits.any() and misses.any() else float("nan")


def _roc_auc(hits: Floats, misses: Floats) -> float:
    """The share of pairs in the right order, ties counting half (Mann & Whitney 1947)."""
    below = misses.sum() - np.cumsum(misses)
    return float((hits * (below + misses / 2)).sum() / (hits.sum() * misses.sum()))


def _average_precision(hits: Floats, misses: Floats) -> float:
    found = np.cumsum(hits)
    shown = found + np.cumsum(misses)
    precision = np.divide(found, shown, out=np.zeros_like(found), where=shown > 0)
    return float((hits * precision).sum() / hits.sum())


_PREPARE: dict[str, Callable[[Answers], Statistic]] = {
    "accuracy": _mean(_right),
    "balanced_accuracy": _of_counts(_balanced_accuracy),
    "precision": _of_counts(_precision),
    "recall": _of_counts(_recall),
    "f1": _of_counts(_f1),
    "roc_auc": _of_ranks(_roc_auc),
    "average_precision": _of_ranks(_average_precision),
    "log_loss": _mean(_log_losses),
    "brier": _mean(_brier_losses),
    "rmse": _rmse,
    "mae": _mean(lambda answers: np.abs(_errors(answers))),
    "r2": _r2,
    "mape": _mean(lambda answers: np.abs(_errors(answers)) / np.maximum(np.abs(answers.target), _TINY)),
}
