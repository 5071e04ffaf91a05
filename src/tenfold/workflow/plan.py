"""What a plan is made of: stages, and the state of a run between them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path
from typing import Any

from tenfold.core import identity
from tenfold.core.clock import Deadline
from tenfold.core.result import Context, Result, Saved
from tenfold.core.section import Section
from tenfold.steps.splitting.result import TOO_FEW
from tenfold.workflow.file import WorkflowFile
from tenfold.workflow.store import Store, Stored

#: What may reach a step besides code and configuration: name → hash.
Inputs = Mapping[str, str]
#: However late it is, models get the rest of the time that is left: one that is judged in haste beats a dummy.
_MOST_KEPT = 0.65
#: Probabilities that are judged in a second (metrics with their intervals, curves), and the share of the budget that
#: may be kept for more than usual.
_JUDGED, _MORE = 500_000, 0.1
#: Columns that graph, proof and latency take a second for, and the share of the budget that may be kept for them.
_COLUMNS, _WIDE = 700, 0.25


@dataclass(frozen=True)
class Budget:
    """The time of the whole command and how it is divided.

    Modeling gets a first share; tuning what is left but for a reserve; validation and release the reserve. Steps
    before modeling are not cut short: they have no half results.
    """

    deadline: Deadline
    seconds: float | None
    trials: int | None
    releases: bool
    nested: bool = False  # validation has to train as well
    judged: int = 0  # probabilities or values that validation has to judge
    columns: int = 0  # of the table, each of which release has to prove

    def for_step(self, step: str) -> Deadline:
        """The moment by which a step has to end."""
        if self.seconds is None:
            return Deadline.never()
        match step:
            case "modeling":
                return self.deadline.minus(self.reserve()).within(0.5)
            case "tuning":
                return self.deadline.minus(self.reserve())
            case "validation":
                return self.deadline.minus(max(5.0, 0.1 * self.seconds) + self._proving())
            case _:
                return self.deadline

    def reserve(self) -> float:
        """Seconds kept for validation, release and report; where the first steps took long, not all that is left."""
        seconds = self.seconds or 0.0
        if not self.releases:
            return max(2.0, 0.04 * seconds)
        kept = 0.45 * seconds if self.nested else max(8.0, 0.18 * seconds)
        kept += min(_MORE * seconds, self.judged / _JUDGED) + self._proving()
        return min(kept, _MOST_KEPT * self.deadline.left())

    def _proving(self) -> float:
        """Seconds that releasing a wide table takes more than releasing a usual one."""
        return min(_WIDE * (self.seconds or 0.0), self.columns / _COLUMNS) if self.releases else 0.0


@dataclass
class State:
    """What a run knows so far: the file, and the result of every step that is done."""

    flow: WorkflowFile
    root: Path  # where relative paths of the workflow file start
    store: Store
    run_id: str
    budget: Budget
    accepted: Mapping[str, str] = field(default_factory=dict)  # gate → reason
    trains: bool = False  # whether the run goes on to modeling
    anew: bool = False  # whether the step at work was asked to begin anew (`--from`)
    done: dict[str, Stored] = field(default_factory=dict)
    _kinds: dict[str, Callable[[], type[Saved]]] = field(default_factory=dict)
    _values: dict[str, Any] = field(default_factory=dict)

    def record(self, stage: Stage, stored: Stored) -> None:
        self.done[stage.name] = stored
        self._kinds[stage.name] = stage.kind
        self._values.pop(stage.name, None)

    def deadline(self, step: str) -> Deadline:
        """When a step has to end.

        Where nothing is sealed for want of rows, validation takes longer, and where many rows of many classes are;
        release does where columns are many.
        """
        if "splitting" not in self.done:
            return self.budget.for_step(step)
        parts, cleaned = self.value("splitting"), self.value("cleaning")
        judged = (parts.rows_test or parts.rows_train) * max(1, len(cleaned.classes))
        columns = len(cleaned.schema.columns)
        return replace(self.budget, nested=parts.seal == TOO_FEW, judged=judged, columns=columns).for_step(step)

    def value(self, step: str) -> Any:
        """A step's value, loaded from disk once: what later steps see is what was saved."""
        if step not in self._values:
            self._values[step] = self.done[step].value(self._kinds[step]())
        return self._values[step]

    def content(self, step: str, artifact: str | None = None) -> str:
        """The hash of one file of a step's result, or of all of them."""
        stored = self.done[step]
        return stored.artifacts[artifact] if artifact else stored.content


@dataclass(frozen=True)
class Stage:
    """One step in the plan.

    ``inputs`` names, by hash, everything besides code and configuration that may reach ``run``; ``ready`` says whether
    a cached result can still be used; ``check`` raises a ``UserError`` where the result, computed or cached, and the
    workflow file contradict each other; ``summary`` is what is said of it where that depends on the run.
    """

    name: str
    kind: Callable[[], type[Saved]]
    section: Callable[[WorkflowFile], Section | Mapping[str, Any]]
    inputs: Callable[[State], Inputs]
    run: Callable[[State, Context], Result[Any]]
    ready: Callable[[State], bool] = lambda state: True
    check: Callable[[State], None] = lambda state: None
    summary: Callable[[State], str] | None = None

    def config_hash(self, flow: WorkflowFile) -> str:
        section = self.section(flow)
        plain = section.model_dump(mode="json") if isinstance(section, Section) else section
        return identity.of_value([plain, flow.seed])


def stage(
    step: str,
    value: str,
    inputs: Callable[[State], Inputs],
    run: Callable[[State, Context], Result[Any]],
    section: Callable[[WorkflowFile], Section] | None = None,
    ready: Callable[[State], bool] = lambda state: True,
    check: Callable[[State], None] = lambda state: None,
    summary: Callable[[State], str] | None = None,
) -> Stage:
    """The stage of a step, whose result is the class ``value`` of its package and whose section bears its name."""

    def kind() -> type[Saved]:
        found: type[Saved] = getattr(import_module(f"tenfold.steps.{step}.result"), value)
        return found

    return Stage(step, kind, section or (lambda flow: getattr(flow, step)), inputs, run, ready, check, summary)
