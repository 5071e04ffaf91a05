"""A workflow in Python: read it, run it whole or step by step, release it."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from tenfold.api.reporting import write_report
from tenfold.api.run import Run
from tenfold.core import units
from tenfold.core.brief import table
from tenfold.core.clock import Deadline, utc_now
from tenfold.core.errors import Problem, UserError, did_you_mean, raise_all
from tenfold.core.result import Progress
from tenfold.registry.home import home
from tenfold.steps.problem.result import Specification
from tenfold.workflow import file as workflow_file
from tenfold.workflow.plan import Budget, State
from tenfold.workflow.runner import Runner, deadline_of, place_of
from tenfold.workflow.runs import RunFolder, new_id
from tenfold.workflow.stages import PLAN
from tenfold.workflow.store import Store
from tenfold.workflow.writing import write_resolved

#: For docs/errors.md: code → (what it means, what to do), where both are put together at run time.
CODES = {
    "TF-FLOW-015": (
        "the budget of a call is no duration, leaves no time, or stands beside a number of trials",
        "write `60s` or `5m`, or a number of trials alone",
    ),
}

#: The budget of a run that states none.
DEFAULT_SECONDS = 120.0
#: The last step of `run`, and of `run` with a release.
LAST, RELEASED = "tuning", "release"
_LEAVE_OUT = f"change it, or leave it out for the workflow file's ({DEFAULT_SECONDS:g} s where that has none)"


def _silent(progress: Progress) -> None:
    """Listen to nothing."""


@dataclass(frozen=True)
class Options:
    """How a run is made, besides what the workflow file says.

    ``budget``: seconds or text (`"60s"`) for the whole command; ``trials``: count trials instead, besides one for each
    candidate, without a limit of time (not both); ``again_from``: the step from which nothing is taken from the cache;
    ``accept``: failed gates that are accepted, each with its reason; ``tell`` hears progress; ``stopping`` turns true
    to end the search with the best so far; ``spent``: seconds of the budget that are gone before the run begins.
    """

    budget: str | float | None = None
    trials: int | None = None
    again_from: str | None = None
    accept: Mapping[str, str] = field(default_factory=dict)
    tell: Callable[[Progress], None] = _silent
    stopping: Callable[[], bool] = lambda: False
    spent: float = 0.0


class Workflow:
    """A checked workflow file, ready to run.

    Args:
        source: path of a workflow file, or its content as a mapping.
        project: folder whose ``.tenfold`` keeps the results; the nearest one when left out.

    Raises:
        UserError: the file is absent or has mistakes; all of them are listed.
    """

    def __init__(self, source: str | Path | Mapping[str, Any], *, project: str | Path | None = None) -> None:
        self.store = Store(home(project))
        self.source = None if isinstance(source, Mapping) else Path(source).resolve()
        self.root = self.source.parent if self.source else Path.cwd()
        self.file = workflow_file.check(source) if isinstance(source, Mapping) else workflow_file.load(Path(source))

    @classmethod
    def from_table(cls, path: str | Path, target: str, *, project: str | Path | None = None) -> Self:
        """The smallest workflow: one file of rows and the column to predict."""
        table = Path(path).resolve()
        source = {"sql": str(table)} if table.suffix in (".db", ".sqlite", ".sqlite3") else {"file": str(table)}
        name = workflow_name(table.name)
        content = {"name": name, "problem": {"target": target}, "data": {"sources": {"data": source}}}
        return cls(content, project=project)

    @classmethod
    def of_run(cls, folder: RunFolder, *, project: str | Path | None = None) -> Self:
        """The workflow that a run was made of, as it stood then."""
        facts = folder.facts()
        flow = cls(facts["file"], project=project)
        flow.root = (flow.store.root.parent / facts["root"]).resolve()
        flow.source = (flow.store.root.parent / facts["source"]).resolve() if facts["source"] else None
        return flow

    @property
    def name(self) -> str:
        return self.file.name

    def __repr__(self) -> str:
        return f"Workflow({self.name!r}, target={self.file.problem.target!r}, {', '.join(self.file.data.sources)})"

    def _repr_html_(self) -> str:
        problem = self.file.problem
        rows = [
            ("file", self.source.name if self.source else "none"),
            ("question", problem.statement),
            ("target", problem.target),
            ("metric", problem.metric or "the task's default"),
            ("gates", "; ".join(map(str, Specification(problem).gates)) or "none"),
            ("sources", ", ".join(self.file.data.sources)),
        ]
        return table(f"Workflow {self.name}", [row for row in rows if row[1]])

    def run(
        self, until: str | None = None, *, release: bool = False, options: Options | None = None, **how: Any
    ) -> Run:
        """Run the steps up to ``until`` (default: tuning; with ``release``: all ten) and write the report.

        Keyword arguments are those of :class:`Options`: ``flow.run(budget="60s")``.
        """
        options = options or Options(**how)
        last = until or (RELEASED if release else LAST)
        releases = place_of(last) > place_of(LAST)
        self._check_accepted(options.accept)
        budget = self._budget(options, releases=releases)
        folder = self._folder(last, options)
        state = State(self.file, self.root, self.store, folder.id, budget, options.accept)
        runner = Runner(PLAN, state, folder, self._cores(), options.tell, options.stopping)
        runner.run(last, options.again_from)
        return self._finish(folder, state, runner)

    def _check_accepted(self, accepted: Mapping[str, str]) -> None:
        known = [gate.name for gate in Specification(self.file.problem).gates]
        raise_all(
            Problem(
                "TF-FLOW-014", f"no gate is named '{name}'", "accepted gates",
                expected="a key of `success` or `fairness`",
                do=did_you_mean(name, known) if known else "leave it out: this workflow has no gates",
            )
            for name in accepted if name not in known
        )  # fmt: skip

    def _finish(self, folder: RunFolder, state: State, runner: Runner) -> Run:
        write_resolved(folder, state)
        run = Run(folder, self.store)
        if run.released is not None and run.released.bundle is not None:
            run.register()
        partial = any(stored.meta["partial"] for stored in state.done.values())
        folder.update(status="stopped early" if partial else "finished", ended=utc_now().isoformat(timespec="seconds"))
        write_report(run)
        return run

    def _folder(self, last: str, options: Options) -> RunFolder:
        now = utc_now()
        facts = {
            "workflow": self.name, "started": now.isoformat(timespec="seconds"), "until": last,
            "root": os.path.relpath(self.root, self.store.root.parent), "file": self.file.model_dump(mode="json"),
            "source": self.source and os.path.relpath(self.source, self.store.root.parent),
            "options": {"budget": options.budget, "trials": options.trials}, "accepted": dict(options.accept),
        }  # fmt: skip
        return RunFolder.create(self.store, self.name, new_id(now), facts)

    def _budget(self, options: Options, *, releases: bool) -> Budget:
        written = self.file.problem.constraints.budget
        asked, trials = _asked(options.budget), _counted(options.trials)
        if asked is not None and trials is not None:
            raise UserError.of(
                "TF-FLOW-015", "a budget and a number of trials", "budget", expected="one of them",
                do="leave one out; to cap the trials within a budget, say `tuning.trials` in the workflow file",
            )  # fmt: skip
        if trials is None and asked is None and not isinstance(written, float | None):
            trials = written.trials
        if trials is not None:
            return Budget(Deadline.never(), None, trials, releases)
        seconds = asked or (written if isinstance(written, float) else DEFAULT_SECONDS)
        return Budget(deadline_of(seconds, options.spent), seconds, None, releases)

    def deadline(self, options: Options) -> Deadline:
        """When the budget of a run with these options ends."""
        return self._budget(options, releases=True).deadline

    def _cores(self) -> int:
        available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        return min(self.file.problem.constraints.cores or available, available)


def _asked(budget: str | float | None) -> float | None:
    """The budget of a call in seconds: above 0."""
    try:
        seconds = None if budget is None else units.seconds(budget)
    except ValueError as error:
        raise UserError.of("TF-FLOW-015", str(error), "budget", do=_LEAVE_OUT) from error
    if seconds is not None and not 0 < seconds < math.inf:
        raise UserError.of(
            "TF-FLOW-015", f"{budget!r} leaves no time to train in" if seconds <= 0 else f"{budget!r} is no length",
            "budget", expected="a time above 0, such as '60s' or '5m'", do=_LEAVE_OUT,
        )  # fmt: skip
    return seconds


def _counted(trials: int | None) -> int | None:
    """The trials of a call: one at least."""
    if trials is not None and trials < 1:
        raise UserError.of(
            "TF-FLOW-015",
            f"{trials} trials train nothing",
            "trials",
            expected="a whole number from 1 on",
            do=_LEAVE_OUT,
        )
    return trials


def workflow_name(file_name: str) -> str:
    """A workflow's name made of a file's.

    >>> workflow_name("Telco Customer-Churn.csv.gz")
    'telco-customer-churn'
    """
    stem = file_name.lower().split(".")[0]
    words = "".join(c if c.isascii() and c.isalnum() else " " for c in stem).split()
    return "-".join(words) or "workflow"
