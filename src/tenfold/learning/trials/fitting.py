"""What a trial's process computes: one configuration on one fold, or the final fit on every row."""

from __future__ import annotations

import pickle
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import joblib
import numpy as np
from filelock import FileLock
from numpy.typing import NDArray
from scipy import sparse
from sklearn.pipeline import Pipeline

from tenfold.core import identity
from tenfold.learning.candidates import Candidate, Watch, candidate
from tenfold.learning.folds import Rows
from tenfold.learning.monotone import constrain
from tenfold.learning.recipe import Recipe
from tenfold.learning.targets import LogTarget, smeared
from tenfold.learning.trials.dataset import Dataset, opened
from tenfold.learning.trials.trial import Trial
from tenfold.learning.weights import Weights, of_rows

#: Rows of the training part that are predicted to see how far a model knows them by heart.
_TRAIN_SHOWN = 4000
#: Seconds to answer one row from which it is asked no second time.
_SLOW = 0.3
_RECIPE = "recipe.pickle"


@dataclass(frozen=True)
class Configuration:
    """One model as it could be fitted: a candidate, the recipe of its family, its parameters.

    Besides the estimator's own, every regressor has the parameter ``target``: ``log`` learns log(1 + y), and answers
    logarithms that are ``raised`` by so much.
    """

    candidate: str
    recipe: Recipe
    parameters: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @classmethod
    def of(cls, trial: Trial) -> Configuration:
        """What a trial judged."""
        return cls(trial.candidate, trial.recipe, trial.parameters)

    @property
    def identity(self) -> str:
        """A short name for its content."""
        return identity.of_value([self.candidate, self.recipe.identity, dict(self.parameters)])[:24]


@dataclass(frozen=True)
class FoldResult:
    """One configuration on one fold. ``scores``: [validation rows, classes] probabilities or [validation rows, 1].

    ``preparation``: seconds that the transformation took, whoever made it; ``shared`` is the same where another
    configuration had made it, so that ``seconds`` does not hold it; ``applying``: seconds that it takes for a row, once
    it is fitted.
    """

    scores: NDArray[np.float64]
    seconds: float  # of fitting, transformation included when it was not there yet
    rounds: int = 0
    train_scores: NDArray[np.float64] | None = None
    train_rows: Rows | None = None
    latency_ms: float = float("nan")
    size_bytes: int = 0
    preparation: float = 0.0
    shared: float = 0.0
    applying: float = 0.0
    raised: float = 0.0  # what logarithms of the target are raised by, going by the validation rows


@dataclass(frozen=True)
class Job:
    """One fold to fit. ``seconds``: boosting ends after this long and keeps what it has; ``measure``: also predict
    training rows, and measure the pipeline's single-row latency and size; ``blind``: nothing looks at the answers of
    the validation rows: boosting goes through all its rounds, logarithms are raised as the configuration says;
    ``keep``: what was fitted is kept beside the data, for a bag."""

    split: int
    seed: int
    seconds: float | None = None
    measure: bool = False
    blind: bool = False
    keep: bool = False


def fit_fold(folder: str, configuration: Configuration, job: Job) -> FoldResult:
    """Fit on the training rows of a split and predict its validation rows."""
    data = opened(folder)
    model = candidate(configuration.candidate)
    model.load()
    begun = time.perf_counter()
    table = _transformed(data, configuration.recipe, job.split, job.seed)
    ready = time.perf_counter()
    train, valid = data.splits[job.split]
    left, judged = _left(job.seconds, begun), of_rows(data.weights, valid)
    watch = Watch(table.valid, data.target[valid], left, judged) if model.rounds and not job.blind else None
    learned = of_rows(data.weights, train)
    estimator, rounds = _grown(data, configuration, table.train, data.target[train], watch, job.seed, weights=learned)
    spent = time.perf_counter() - ready + (table.seconds if table.made else 0.0)
    shared = 0.0 if table.made else table.seconds
    raised = 0.0
    if isinstance(estimator, LogTarget) and not job.blind:
        scores, raised = _smeared(estimator, table.valid, data, valid, job.seed)
    else:
        scores = predicted(estimator, table.valid, data)
    if job.keep:
        put(kept_at(data, configuration, job.split), estimator)
    if not job.measure:
        return FoldResult(
            scores, spent, rounds, preparation=table.seconds, shared=shared, applying=table.applying, raised=raised
        )
    shown = np.arange(len(train))[:: max(1, len(train) // _TRAIN_SHOWN)]
    pipeline = Pipeline([("recipe", table.recipe()), ("estimator", estimator)])
    return FoldResult(
        scores, spent, rounds, predicted(estimator, table.train[shown], data), train[shown],
        _latency_ms(pipeline, data), len(pickle.dumps(pipeline)), table.seconds, shared, table.applying, raised,
    )  # fmt: skip


def _smeared(estimator: LogTarget, X: Any, data: Dataset, rows: Rows, seed: int) -> tuple[NDArray[np.float64], float]:
    """Scores of judged rows, each raised by what other rows say; the estimator is raised by what all of them do."""
    logarithms, weights = estimator.logarithms(X), of_rows(data.weights, rows)
    raised, each = smeared(logarithms, data.target[rows], data.question.metric.name, weights, seed)
    estimator.raised = raised
    return estimator.answers(logarithms, each).reshape(-1, 1), raised


def _grown(
    data: Dataset, configuration: Configuration, X: Any, y: NDArray[Any], watch: Watch | None, seed: int,
    threads: int = 1, weights: Weights | None = None,
) -> tuple[Any, int]:  # fmt: skip
    """A fitted estimator, and its best round. ``y``: codes, labels or values, learned as logarithms if so asked."""
    model: Candidate = candidate(configuration.candidate)
    parameters = dict(configuration.parameters)
    logarithms = parameters.pop("target", "as it is") == "log"
    raised = parameters.pop("raised", 0.0)
    estimator = model.estimator(data.question.task, parameters, seed, threads)
    if configuration.recipe.monotone:
        constrain(estimator, model.name, configuration.recipe.monotone, data.question, X.shape[1])
    if not logarithms:
        return estimator, model.fit(estimator, X, y, watch, weights)
    if watch is not None and watch.y is not None:
        watch = replace(watch, y=np.log1p(watch.y))
    targets = np.log1p(y)
    rounds = model.fit(estimator, X, targets, watch, weights)
    return LogTarget(estimator, float(targets.max()), raised), rounds


def kept(data: Dataset, configuration: Configuration, split: int, seed: int) -> Pipeline | None:
    """What a fold with ``keep`` fitted, on columns of a typed frame; a classifier knows the codes of classes."""
    path = kept_at(data, configuration, split)
    if not path.exists():
        return None
    recipe = pickle.loads((_table_folder(data, configuration.recipe, split, seed) / _RECIPE).read_bytes())
    return Pipeline([("recipe", recipe), ("estimator", pickle.loads(path.read_bytes()))])


def put(path: Path, content: Any) -> None:
    """Pickled, there whole or not at all: the process may be killed at any moment. It need not outlive the machine, so
    nothing waits for the disk (``core.files`` does)."""
    part = path.with_suffix(".part")
    part.write_bytes(pickle.dumps(content))
    part.replace(path)


def kept_at(data: Dataset, configuration: Configuration, split: int) -> Path:
    """Where the fit of a fold is kept."""
    return data.folder / f"fitted-{configuration.identity}-{split}.pickle"


def _left(seconds: float | None, begun: float) -> float | None:
    """What the transformation left of the time; half of it at least, since a few rounds say nothing about a model."""
    return None if seconds is None else max(0.2, 0.5 * seconds, seconds - (time.perf_counter() - begun))


def predicted(estimator: Any, X: Any, data: Dataset) -> NDArray[np.float64]:
    """Scores of a fitted estimator, a column for every class whether it met it or not."""
    if data.question.task == "regression":
        values: NDArray[np.float64] = np.asarray(estimator.predict(X), dtype=np.float64).reshape(-1, 1)
        return values
    scores = np.zeros((X.shape[0], len(data.question.classes)))
    scores[:, np.asarray(estimator.classes_, dtype=np.intp)] = estimator.predict_proba(X)
    return scores


@dataclass(frozen=True)
class _Table:
    """A split as numbers. ``seconds`` were spent on it, here if it was ``made`` by this call; ``applying`` of them for
    each validation row."""

    train: Any
    valid: Any
    folder: Path
    seconds: float
    applying: float
    made: bool

    def recipe(self) -> Any:
        return pickle.loads((self.folder / _RECIPE).read_bytes())


def _transformed(data: Dataset, recipe: Recipe, split: int, seed: int) -> _Table:
    """A split after the recipe, fitted on its training rows; computed by whoever needs it first."""
    folder = _table_folder(data, recipe, split, seed)
    with FileLock(f"{folder}.lock"):
        done = folder / "done"
        made = not done.exists()
        if made:
            begun = time.perf_counter()
            folder.mkdir(exist_ok=True)
            applying = _transform(data, recipe, split, seed, folder)
            done.write_text(f"{time.perf_counter() - begun} {applying}")
    seconds, applying = map(float, done.read_text().split())
    return _Table(_load(folder / "train"), _load(folder / "valid"), folder, seconds, applying, made)


def _table_folder(data: Dataset, recipe: Recipe, split: int, seed: int) -> Path:
    return data.folder / f"{recipe.identity}-{split}-{seed}"


def _transform(data: Dataset, recipe: Recipe, split: int, seed: int, folder: Path) -> float:
    """Returns the seconds that a row takes once the transformation is fitted."""
    train, valid = data.splits[split]
    transformer = recipe.build(seed, of_rows(data.units, train))
    if transformer is None:
        learned, applied = np.zeros((len(train), 1)), np.zeros((len(valid), 1))
        transformer, applying = "passthrough", 0.0
    else:
        learned = transformer.fit_transform(data.frame(train, recipe.columns), data.target[train])
        begun = time.perf_counter()
        applied = transformer.transform(data.frame(valid, recipe.columns))
        applying = (time.perf_counter() - begun) / len(valid)
    single = recipe.family == "trees"  # rounded to float32 already
    _save(folder / "train", learned, single)
    _save(folder / "valid", applied, single)
    # Not joblib: its pickler is written in Python, and a vocabulary holds tens of thousands of NumPy integers.
    (folder / _RECIPE).write_bytes(pickle.dumps(transformer))
    return applying


def _save(path: Path, matrix: Any, single: bool) -> None:
    if sparse.issparse(matrix):
        joblib.dump(matrix, path.with_suffix(".sparse"))
    else:
        np.save(path.with_suffix(".npy"), np.ascontiguousarray(matrix, dtype=np.float32 if single else np.float64))


def _load(path: Path) -> Any:
    if path.with_suffix(".sparse").exists():
        return joblib.load(path.with_suffix(".sparse"))
    return np.load(path.with_suffix(".npy"), mmap_mode="c")  # writable (scikit-learn's trees insist), yet shared


def _latency_ms(pipeline: Pipeline, data: Dataset) -> float:
    """Median time of answering one row, after a first one; of slow ones that first one."""
    answer = pipeline.predict if data.question.task == "regression" else pipeline.predict_proba
    row = data.frame(data.splits[0][1][:1])
    times: list[float] = []
    for _ in range(4):
        begun = time.perf_counter()
        answer(row)
        times.append(time.perf_counter() - begun)
        if times[0] > _SLOW:
            return times[0] * 1000
    return float(np.median(times[1:])) * 1000


def fitted(
    data: Dataset, configuration: Configuration, rows: Rows, seed: int, seconds: float | None = None, threads: int = 1
) -> Pipeline:
    """The pipeline of a configuration, fitted on some rows: raw typed columns in, labels or values out.

    ``seconds``: boosting ends after this long and keeps what it has.
    """
    begun = time.perf_counter()
    model: Candidate = candidate(configuration.candidate)
    recipe = configuration.recipe.build(seed, of_rows(data.units, rows))
    labels = data.labels[rows]
    frame = data.frame(rows)
    numbers = frame if recipe is None else recipe.fit_transform(frame, labels)
    watch = Watch(seconds=_left(seconds, begun)) if model.rounds and seconds is not None else None
    estimator, _ = _grown(data, configuration, numbers, labels, watch, seed, threads, of_rows(data.weights, rows))
    return Pipeline([("recipe", "passthrough" if recipe is None else recipe), ("estimator", estimator)])
