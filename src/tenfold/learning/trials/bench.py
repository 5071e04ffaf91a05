"""Where trials are run and judged: a dataset that every process can read, a pool, and the results so far."""

from __future__ import annotations

import math
import shutil
import uuid
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tenfold.core.clock import Deadline
from tenfold.core.result import Context
from tenfold.learning.candidates import candidate
from tenfold.learning.folds import Rows, Split
from tenfold.learning.question import Question
from tenfold.learning.scoring import score
from tenfold.learning.trials.client import end_server, fork_server
from tenfold.learning.trials.dataset import Dataset
from tenfold.learning.trials.engines.lease import Lease
from tenfold.learning.trials.fitting import Configuration, FoldResult, Job, fit_fold, kept_at
from tenfold.learning.trials.journal import FoldJournal
from tenfold.learning.trials.pool import MANY_ROWS, PRELOAD, AnyPool, Outcome, Pool
from tenfold.learning.trials.trial import Trial, TrialOutcome
from tenfold.learning.weights import Weights, of_rows

#: Folds whose models are a bag: fewer would each know too little of the rows.
FEWEST = 3
#: The folder of a bench that is handed on, in the step's own.
HANDED_ON = ".bench"
#: Share of the step's memory that its trials may use; the rest is for this process.
_MEMORY = 0.8


@dataclass
class _Case:
    """One configuration under trial."""

    configuration: Configuration
    folds: dict[int, FoldResult] = field(default_factory=dict)
    outcome: TrialOutcome = "unfinished"
    reason: str = ""
    seconds: float = 0.0
    peak_bytes: int = 0


@dataclass
class Bench:
    """Runs folds of configurations in isolated processes and turns them into trials.

    Used in a ``with`` statement; leaving it ends the processes and removes the files, unless it is to be ``handed_on``:
    then its folder stays, transformed folds and kept fits in it, for :meth:`open` to take over. A fold that stands in
    the ``journal`` is not fitted again.

    ``keeps``: what is fitted on a fold is kept where it can be part of a bag.
    """

    data: Dataset
    pool: AnyPool
    seed: int
    folds: int  # splits beyond these are no folds: they learn from fewer rows, for the learning curve
    journal: FoldJournal = field(default_factory=lambda: FoldJournal(None))
    keeps: bool = False
    handed_on: bool = False
    _cases: dict[int, _Case] = field(default_factory=dict, init=False)
    _calls: dict[int, tuple[int, int]] = field(default_factory=dict, init=False)  # call → number, split
    _known: deque[tuple[int, int]] = field(default_factory=deque, init=False)  # from the journal, not collected yet

    @classmethod
    def open(
        cls,
        features: pd.DataFrame,
        target: NDArray[np.generic],
        question: Question,
        splits: Sequence[Split],
        context: Context,
        *,
        keeps: bool = False,
        earlier: Path | None = None,
        weights: Weights | None = None,
        units: NDArray[np.int64] | None = None,
    ) -> Self:
        """A bench for some rows. ``target``: class codes or values; ``earlier``: the folder of a bench for the same
        rows and splits that was handed on: it is taken over if it is still there; ``weights``: of the rows;
        ``units``: codes, the same for rows that belong together."""
        folder = context.folder.absolute() / f".bench-{uuid.uuid4().hex[:8]}"
        if earlier is not None and _taken_over(earlier, folder):
            data = Dataset.open(folder)
        else:
            folder.mkdir(parents=True)
            every = [*splits, *smaller(splits[0], context.seed)]
            data = Dataset.save(folder, features, target, question, every, weights, units)
        return cls(data, _pool(context, folder), context.seed, len(splits), keeps=keeps)

    def __enter__(self) -> Self:
        self.pool.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.pool.close()
        if self.handed_on:
            self.data.folder.rename(self.data.folder.with_name(HANDED_ON))
        else:
            shutil.rmtree(self.data.folder, ignore_errors=True)

    @property
    def workers(self) -> int:
        return self.pool.workers

    @property
    def threads(self) -> int:
        """The most threads that one fit may use while other workers are idle."""
        return self.pool.threads

    @property
    def question(self) -> Question:
        return self.data.question

    def begin(self, number: int, configuration: Configuration) -> None:
        """Take up a configuration under a number of its own."""
        self._cases[number] = _Case(configuration)

    def adopt(self, trial: Trial, splits: Sequence[int]) -> None:
        """Take up a trial that was judged on some splits before, with what is known of it."""
        if trial.out_of_fold is None:
            return
        case = _Case(Configuration.of(trial), peak_bytes=trial.peak_bytes)
        ends = np.cumsum([len(self.data.splits[split][1]) for split in splits])
        rounds, raised = trial.rounds or (0,) * len(splits), trial.raised or (0.0,) * len(splits)
        parts = np.split(trial.out_of_fold, ends[:-1])
        for split, scores, best, more in zip(splits, parts, rounds, raised, strict=True):
            case.folds[split] = FoldResult(
                scores, trial.seconds / len(splits), best, preparation=trial.preparation,
                shared=trial.shared / len(splits), applying=trial.applying, raised=more,
            )  # fmt: skip
        self._cases[trial.number] = case

    def submit(
        self, number: int, split: int, seconds: float | None, deadline: Deadline, *, measure: bool = False,
        blind: bool = False, keep: bool = True,
    ) -> None:  # fmt: skip
        """Queue one fold of a configuration: boosting may take ``seconds``, the whole no longer than the deadline.

        ``blind``: boosting does not look at the validation rows to find its best round; ``keep``: what is fitted may
        become part of a bag.
        """
        known = self.journal.read(self._cases[number].configuration, split)
        if known is not None:
            self._cases[number].folds[split] = known
            self._known.append((number, split))
            return
        job = Job(split, self.seed, seconds, measure, blind, keep and self._kept(number, split))
        arguments = (str(self.data.folder), self._cases[number].configuration, job)
        hard = None if math.isinf(deadline.at) else deadline.left()
        self._calls[self.pool.submit(fit_fold, arguments, seconds=hard)] = (number, split)

    def _kept(self, number: int, split: int) -> bool:
        return self.keeps and candidate(self._cases[number].configuration.candidate).bagged and self.complete(split)

    def complete(self, split: int) -> bool:
        """Whether a split leaves out no row: all that are not judged are learned from."""
        train, valid = self.data.splits[split]
        return len(train) + len(valid) == len(self.data.target)

    def bag(self, trial: Trial, splits: Sequence[int]) -> tuple[int, ...]:
        """The folds whose fits are averaged for a trial; none where one fit on all rows does better.

        That is so for models that are quick and alike on every fold, where folds are few, thinned, or in order of time.
        """
        bagged = candidate(trial.candidate).bagged and len(splits) >= FEWEST and all(map(self.complete, splits))
        return tuple(splits) if bagged else ()

    def is_kept(self, trial: Trial, split: int) -> bool:
        """Whether the fit of a fold is still there."""
        return kept_at(self.data, Configuration.of(trial), split).exists()

    def forget(self, trial: Trial) -> None:
        """Remove what was kept of its folds: a bag that wants one fits it again."""
        configuration = Configuration.of(trial)
        for split in range(self.folds):
            kept_at(self.data, configuration, split).unlink(missing_ok=True)

    def collect(self, timeout: float) -> tuple[int, int] | None:
        """Wait for one fold to end; returns the number of its configuration and its split, or None."""
        if self._known:
            return self._known.popleft()
        outcome = self.pool.next(timeout)
        if outcome is None or outcome.id not in self._calls:
            return None
        number, split = self._calls.pop(outcome.id)
        self._record(self._cases[number], split, outcome)
        return number, split

    def _record(self, case: _Case, split: int, outcome: Outcome) -> None:
        case.peak_bytes = max(case.peak_bytes, outcome.peak_bytes)
        case.seconds += outcome.seconds
        if outcome.status == "done" and np.isfinite(outcome.value.scores).all():
            case.folds[split] = outcome.value
            self.journal.write(case.configuration, split, outcome.value)
        elif outcome.status == "done":
            case.outcome, case.reason = "failed", "its predictions are not all finite"
        elif case.outcome == "unfinished":
            case.outcome, case.reason = outcome.status, outcome.error

    def cancel(self) -> None:
        """End everything that is queued or running."""
        self.pool.cancel()
        while self.running:
            self.collect(1.0)

    @property
    def running(self) -> int:
        """Folds that are queued, running, or not collected yet."""
        return len(self._calls) + len(self._known)

    def pending(self, number: int) -> int:
        """The same for one configuration."""
        return sum(each == number for each, _ in (*self._calls.values(), *self._known))

    def failed(self, number: int) -> bool:
        return self._cases[number].outcome != "unfinished"

    def configuration(self, number: int) -> Configuration:
        return self._cases[number].configuration

    def pruned(self, number: int, split: int, why: str) -> Trial:
        """A configuration that was given up after one split; what was kept of it is removed."""
        trial = self.trial(number, (split,))
        self.forget(trial)
        return replace(trial, outcome="pruned", reason=why, out_of_fold=None)

    def results(self, number: int) -> dict[int, FoldResult]:
        return self._cases[number].folds

    def rows(self, splits: Sequence[int]) -> Rows:
        """The rows that out-of-fold predictions over these splits stand for, in their order."""
        return np.concatenate([self.data.splits[split][1] for split in splits])

    def weights(self, splits: Sequence[int]) -> Weights | None:
        """The weights of these rows; None where all count alike."""
        return of_rows(self.data.weights, self.rows(splits))

    def trial(self, number: int, splits: Sequence[int]) -> Trial:
        """What is known of a configuration, judged on these splits."""
        case = self._cases[number]
        known = case.configuration
        base = Trial(
            number, known.candidate, known.recipe, known.parameters, case.outcome, case.reason,
            seconds=case.seconds, peak_bytes=case.peak_bytes,
        )  # fmt: skip
        if not all(split in case.folds for split in splits):
            return base
        return self._judged(base, [case.folds[split] for split in splits], splits)

    def _judged(self, base: Trial, results: list[FoldResult], splits: Sequence[int]) -> Trial:
        target, question = self.data.target, self.question
        together = np.concatenate([result.scores for result in results])
        each = (
            score(question, target[self.data.splits[split][1]], result.scores, weights=self.weights((split,)))
            for split, result in zip(splits, results, strict=True)
        )
        first = results[0]
        train_score = math.nan
        if first.train_rows is not None and first.train_scores is not None:
            learned = of_rows(self.data.weights, first.train_rows)
            train_score = score(question, target[first.train_rows], first.train_scores, weights=learned)
        return Trial(
            base.number, base.candidate, base.recipe, base.parameters, "done", "",
            score=score(question, target[self.rows(splits)], together, weights=self.weights(splits)),
            fold_scores=tuple(each),
            out_of_fold=together,
            rounds=tuple(result.rounds for result in results if result.rounds),
            raised=tuple(result.raised for result in results) if any(result.raised for result in results) else (),
            seconds=sum(result.seconds for result in results),
            peak_bytes=base.peak_bytes,
            latency_ms=first.latency_ms,
            size_bytes=first.size_bytes,
            train_score=train_score,
            preparation=float(np.mean([result.preparation for result in results])),
            applying=float(np.mean([result.applying for result in results])),
            shared=sum(result.shared for result in results),
        )  # fmt: skip


def prepare(context: Context) -> None:
    """Let the trials' server load its libraries while the rows are read; elsewhere, workers do so when they are met."""
    if context.compute.trials == "local":
        fork_server(PRELOAD)


def finish(context: Context, rows: int) -> None:
    """After the last trial: of so many rows later steps want the memory that the server's libraries hold."""
    if context.compute.trials == "local" and rows >= MANY_ROWS:
        end_server(PRELOAD)


def _pool(context: Context, folder: Path) -> AnyPool:
    """Where the trials of a step run. Memory is divided among the cores of this machine, wherever they run."""
    cores, paths = max(1, context.cores), (str(context.root.absolute()),)
    memory = int(_MEMORY * context.memory) // cores
    if context.compute.trials == "local":
        return Pool(cores, memory, paths=paths)
    from tenfold.learning.trials.engines.pool import EnginePool  # joblib is for those who need it

    return EnginePool(Lease(context.compute, cores), folder, context.compute.memory or memory, paths=paths)


def _taken_over(earlier: Path, folder: Path) -> bool:
    """Move the folder of a bench that was handed on; whoever else wants it finds it gone and makes one anew."""
    try:
        earlier.rename(folder)
    except OSError:
        return False
    return True


def smaller(split: Split, seed: int) -> list[Split]:
    """The same validation rows with an eighth, a quarter and half of the training rows."""
    train, valid = split
    shuffled = np.random.default_rng(seed).permutation(train)
    return [(np.sort(shuffled[: max(1, len(train) // part)]), valid) for part in (8, 4, 2)]
