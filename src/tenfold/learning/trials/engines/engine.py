"""What all engines have in common: calls go out through a joblib backend, answers come back in order of completion.

``joblib.Parallel`` takes all its calls before it runs; a search knows its next trial only once others have ended, so
the backend is handed one call at a time. Of the three, only Dask's could feed ``return_as="generator_unordered"``.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import joblib
from joblib.parallel import BatchedCalls, get_active_backend

from tenfold.learning.trials.engines.silence import quiet

#: Hears an answer, or the exception that the engine raised instead of one.
Hear = Callable[[Any], None]


@dataclass
class Engine:
    """A running engine. ``slots``: calls that it runs at a time; ``end`` ends what was started for it; ``ours``: it
    was started here, for this machine alone."""

    name: str
    backend: Any
    slots: int
    end: Callable[[], None]
    ours: bool

    def submit(self, function: Callable[..., Any], arguments: tuple[Any, ...], hear: Hear) -> None:
        """Send one call; ``hear`` is called once, from a thread of the engine's."""
        batch = BatchedCalls([(function, arguments, {})], self.backend.get_nested_backend())
        self._send(batch, lambda out: hear(self._opened(out)))

    def close(self) -> None:
        """End the engine if it was started for us, else our part of it. Calls that still run are lost."""
        with quiet():
            try:
                self.backend.stop_call()
                self.backend.terminate()
            finally:
                self.end()

    def _send(self, batch: BatchedCalls, hear: Hear) -> None:
        self.backend.submit(batch, hear)

    def _opened(self, out: Any) -> Any:
        """The answer in what a backend hands to its callback, or the exception in it."""
        try:
            return self.backend.retrieve_result_callback(out)[0]
        except Exception as error:
            return error


def configured(name: str, jobs: int, **options: Any) -> tuple[Any, int]:
    """A registered backend, ready for calls, and how many it runs at a time (``jobs``: -1 for all that it can)."""
    with joblib.parallel_config(backend=name, **options):
        backend, _ = get_active_backend()
    slots = backend.configure(n_jobs=jobs, parallel=joblib.Parallel(n_jobs=jobs, backend=backend))
    backend.start_call()
    return backend, int(slots)


def in_turn(steps: Sequence[Callable[[], None]]) -> None:
    """Take each step, even if one before it fails; the first failure is raised in the end."""
    with contextlib.ExitStack() as stack:
        for step in reversed(steps):
            stack.callback(step)
