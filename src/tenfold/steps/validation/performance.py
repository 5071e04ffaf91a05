"""How good the answers are: metrics beside the dummy's, and the pictures that explain them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import precision_recall_curve, roc_curve

from tenfold.core.charts import thin
from tenfold.metrics import metrics_for
from tenfold.metrics.scoring import encode
from tenfold.statistics.calibration import calibration_curve, expected_calibration_error
from tenfold.statistics.confusion import confusion_matrix
from tenfold.statistics.distribution import histogram
from tenfold.statistics.lift import cumulative_gains
from tenfold.statistics.metric_intervals import compare
from tenfold.steps.validation.inputs import Floats, Judged
from tenfold.steps.validation.result import Classification, MetricEvidence, Points, Residuals

#: Curves are drawn for at most this many classes, the most frequent ones, and through at most this many points.
_CURVES, _POINTS = 6, 150


def measure(judged: Judged, seed: int, resamples: int) -> Mapping[str, MetricEvidence]:
    """Every metric of the task with its interval, against the dummy on the same rows; of repeats the mean."""
    names = [metric.name for metric in metrics_for(judged.inputs.task)]
    model = [judged.answers(scores) for scores in (judged.scores, *judged.inputs.repeated)]
    dummy = [judged.answers(judged.baseline)]
    found = compare(names, model, dummy, seed, resamples, judged.clusters)
    return {
        name: MetricEvidence(name, each.interval, each.other.value, each.difference) for name, each in found.items()
    }


def classify(judged: Judged) -> Classification | None:
    """Confusion, curves, calibration and gains; None for a regression."""
    classes = judged.inputs.classes
    if not classes:
        return None
    answers = judged.answers()
    assert answers.decided is not None  # it has classes
    counts = confusion_matrix(answers.target, answers.decided, len(classes))
    drawn = _drawn(judged, answers.positive)
    actual = {label: encode(judged.target, classes) == classes.index(label) for label in drawn}
    scores = {label: judged.scores[:, classes.index(label)] for label in drawn}
    both = [label for label in drawn if actual[label].any() and not actual[label].all()]
    outcomes, probabilities = _confidence(judged, answers.positive)
    curve = calibration_curve(outcomes, probabilities, weights=judged.weights)
    ranked = answers.positive is not None
    return Classification(
        tuple(classes),
        tuple(tuple(row) for row in counts.tolist()),
        {label: _roc(actual[label], scores[label], judged.weights) for label in both},
        {label: _precision_recall(actual[label], scores[label], judged.weights) for label in both},
        curve,
        expected_calibration_error(curve),
        cumulative_gains(outcomes, probabilities, weights=judged.weights) if ranked else (),
        float(np.average(outcomes, weights=judged.weights)) if ranked and len(outcomes) else float("nan"),
    )


def _drawn(judged: Judged, positive: int | None) -> list[str]:
    classes = judged.inputs.classes
    if positive is not None:
        return [classes[positive]]
    counts = np.bincount(encode(judged.target, classes), minlength=len(classes))
    return [classes[code] for code in np.argsort(-counts, kind="stable")[:_CURVES] if counts[code]]


def _confidence(judged: Judged, positive: int | None) -> tuple[NDArray[np.bool_], Floats]:
    """What calibration is about: the positive class's probability, or the probability of the most probable class."""
    codes = encode(judged.target, judged.inputs.classes)
    if positive is not None:
        return codes == positive, judged.scores[:, positive]
    return codes == judged.scores.argmax(axis=1), judged.scores.max(axis=1)


def _roc(actual: NDArray[np.bool_], scores: Floats, weights: Floats | None) -> Points:
    false_positives, true_positives, _ = roc_curve(actual, scores, sample_weight=weights)
    return _points(false_positives, true_positives)


def _precision_recall(actual: NDArray[np.bool_], scores: Floats, weights: Floats | None) -> Points:
    precision, recall, _ = precision_recall_curve(actual, scores, sample_weight=weights)
    return _points(recall[::-1], precision[::-1])


def _points(xs: Floats, ys: Floats) -> Points:
    pairs = thin(list(zip(xs.tolist(), ys.tolist(), strict=True)), _POINTS)
    return tuple((round(x, 5), round(y, 5)) for x, y in pairs)


def residuals(judged: Judged, seed: int) -> Residuals | None:
    """Predicted minus observed; None for classes."""
    if judged.inputs.classes or judged.rows == 0:
        return None
    observed = np.asarray(judged.target, dtype=np.float64)
    predicted = judged.scores.reshape(-1)
    errors = predicted - observed
    edges, counts = histogram(errors)
    quantiles = np.quantile(errors, [0.05, 0.25, 0.5, 0.75, 0.95])
    chosen = np.random.default_rng(seed).permutation(len(errors))[:_POINTS]
    points = tuple((float(observed[row]), float(predicted[row])) for row in sorted(chosen.tolist()))
    return Residuals(tuple(edges.tolist()), tuple(counts.tolist()), tuple(quantiles.tolist()), points)
