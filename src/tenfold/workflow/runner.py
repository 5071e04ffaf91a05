"""Run a plan: each step from the cache or anew, within the budget, leaving a run folder behind."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tenfold.core.clock import Deadline, utc_now
from tenfold.core.errors import UserError, did_you_mean
from tenfold.core.memory import give_back
from tenfold.core.result import Context, Progress, Result
from tenfold.learning.trials.engines import lease
from tenfold.learning.trials.engines.lease import Lease
from tenfold.steps.modeling import checking
from tenfold.workflow import code
from tenfold.workflow.extensions import check, importable
from tenfold.workflow.file import STEPS
from tenfold.workflow.plan import Stage, State
from tenfold.workflow.runs import RunFolder
from tenfold.workflow.store import Fingerprint, Stored


@dataclass
class Runner:
    """Takes a state through stages. Whoever runs it listens by ``tell`` and stops it by ``stopping``."""

    stages: Sequence[Stage]
    state: State
    folder: RunFolder
    cores: int = 1
    tell: Callable[[Progress], None] = lambda progress: None
    stopping: Callable[[], bool] = lambda: False
    cached: dict[str, bool] = field(default_factory=dict)

    def run(self, until: str, again_from: str | None = None) -> None:
        """Every step up to ``until``; those from ``again_from`` on are computed even if they are cached.

        Raises:
            UserError: a name is no step; or whatever a step raises. The run is marked as failed then.
            KeyboardInterrupt: the user stopped it at once; it is marked as stopped.
        """
        self.state.trains = place_of(until) >= place_of("modeling")
        last, again = place_of(until), place_of(again_from) if again_from else len(STEPS)
        try:
            with importable(self.state.root), Lease(self.state.flow.compute, self.cores):
                if last >= place_of("features"):
                    check(self.state.flow)
                if self.state.trains:
                    lease.check(self.state.flow.compute)
                    flow = self.state.flow
                    checking.check(flow.modeling, flow.problem.task, flow.tuning.space)
                for place, stage in enumerate(self.stages[: last + 1]):
                    self._one(stage, again=place >= again)
        except KeyboardInterrupt:
            self.folder.update(status="stopped", ended=_now())
            raise
        except BaseException as error:
            self.folder.update(status="failed", error=f"{type(error).__name__}: {error}", ended=_now())
            raise

    def _one(self, stage: Stage, *, again: bool) -> None:
        started = time.monotonic()
        self.state.anew = again
        self._say(Progress(stage.name, "started"))
        stored, cached = self._result(stage, again=again)
        self.state.record(stage, stored)
        self.cached[stage.name] = cached
        self.folder.record(stage.name, stored, cached)
        stage.check(self.state)
        summary = stage.summary(self.state) if stage.summary else stored.chapter.summary
        facts = {"cached": cached, "seconds": time.monotonic() - started, "summary": summary}
        self._say(Progress(stage.name, "cached" if cached else "done", 1.0, facts=facts))

    def _result(self, stage: Stage, *, again: bool) -> tuple[Stored, bool]:
        inputs = {"step": stage.name, **stage.inputs(self.state)}
        fingerprint = Fingerprint(code.of_step(stage.name), stage.config_hash(self.state.flow), inputs)
        stored, cached = self.state.store.compute(fingerprint, lambda at: self._compute(stage, at), again=again)
        self.state.record(stage, stored)
        if cached and not stage.ready(self.state):
            return self.state.store.compute(fingerprint, lambda at: self._compute(stage, at), again=True)
        return stored, cached

    def _compute(self, stage: Stage, folder: Path) -> Result[Any]:
        started = time.monotonic()
        constraints = self.state.flow.problem.constraints
        context = Context(
            stage.name, folder, self.state.root, self.state.flow.seed, self.state.deadline(stage.name),
            constraints.memory, self.state.budget.trials, self.cores, self.state.flow.compute, self._say, self.stopping,
        )  # fmt: skip
        result = stage.run(self.state, context)
        give_back()
        return replace(result, seconds=time.monotonic() - started)

    def _say(self, progress: Progress) -> None:
        self.folder.log(progress, utc_now())
        self.tell(progress)


def place_of(step: str) -> int:
    """The place of a step among the ten, from 0.

    Raises:
        UserError: no step is named so.
    """
    if step not in STEPS:
        raise UserError.of("TF-FLOW-011", f"no step is named '{step}'", "step", do=did_you_mean(step, list(STEPS)))
    return STEPS.index(step)


def deadline_of(seconds: float | None, spent: float) -> Deadline:
    """The end of the budget of the whole command, of which ``spent`` seconds are gone (imports, for one)."""
    return Deadline.never() if seconds is None else Deadline.after(seconds - spent)


def _now() -> str:
    return utc_now().isoformat(timespec="seconds")
