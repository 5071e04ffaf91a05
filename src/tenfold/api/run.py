"""A finished run: its results step by step, its leaderboard, its models, its report."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tenfold.api.feasibility import found_out
from tenfold.bundle.audit import read_manifest
from tenfold.core import units
from tenfold.core.chapter import Chapter, Finding
from tenfold.core.clock import utc_now
from tenfold.core.errors import UserError
from tenfold.registry import Registry
from tenfold.reports import notebook
from tenfold.workflow.file import STEPS
from tenfold.workflow.runs import RunFolder
from tenfold.workflow.stages import PLAN
from tenfold.workflow.store import Store

if TYPE_CHECKING:
    import pandas as pd
    from sklearn.pipeline import Pipeline

    from tenfold.api.model import Model
    from tenfold.learning.composition import Composition
    from tenfold.registry import Version
    from tenfold.steps.release.result import Released
    from tenfold.steps.validation.result import Validated

_KINDS = {stage.name: stage.kind for stage in PLAN}


class Findings(tuple[Finding, ...]):
    """Findings, which show themselves as a table in a notebook."""

    def __repr__(self) -> str:
        return "\n".join(map(repr, self)) or "no findings"

    def _repr_html_(self) -> str:
        return notebook.chapter(Chapter("findings", "Findings", units.count(len(self), "finding"), (), tuple(self)))


@dataclass(frozen=True, repr=False)
class Run:
    """What a run left behind, read from its folder when asked for."""

    folder: RunFolder
    store: Store

    @property
    def id(self) -> str:
        return self.folder.id

    @property
    def path(self) -> Path:
        return self.folder.path

    @property
    def status(self) -> str:
        return str(self.folder.facts()["status"])

    @property
    def report(self) -> Path:
        """The report: one HTML file that opens offline."""
        return self.path / "report.html"

    @property
    def steps(self) -> tuple[str, ...]:
        """The steps that are done, in order."""
        done = self.folder.facts()["steps"]
        return tuple(step for step in STEPS if step in done)

    @property
    def cached(self) -> dict[str, bool]:
        """For each step that is done, whether it came from the cache."""
        return {step: bool(known["cached"]) for step, known in self.folder.facts()["steps"].items()}

    @cached_property
    def chapters(self) -> dict[str, Chapter]:
        """What each step has to say; the first chapter with what later steps found out about the question."""
        results = ((step, self.folder.result(step)) for step in self.steps)
        found = {step: stored.chapter for step, stored in results if stored}
        if "problem" in found:
            more = found_out(found, self.result("cleaning") if "cleaning" in found else None)
            found["problem"] = replace(found["problem"], blocks=(*found["problem"].blocks, *more))
        if self.validated is not None and self.validated.gates:
            from tenfold.steps.validation.chapter import chapter

            found["validation"] = chapter(self.validated)
        return found

    def result(self, step: str) -> Any:
        """The value that a step left behind.

        Raises:
            UserError: the step has not been run.
        """
        stored = self.folder.result(step)
        if stored is None:
            raise UserError.of(
                "TF-FLOW-012", f"step '{step}' was not run", f"run {self.id}",
                expected=f"one of {', '.join(self.steps)}", do=f"run it: tenfold run --until {step}",
            )  # fmt: skip
        return stored.value(_KINDS[step]())

    @property
    def findings(self) -> Findings:
        """What every step noticed, in the order of the steps."""
        return Findings(finding for chapter in self.chapters.values() for finding in chapter.findings)

    @property
    def leaderboard(self) -> pd.DataFrame:
        """Every model that was tried, best first, with its out-of-fold scores and its costs."""
        import pandas as pd

        standings = self.result("tuning" if "tuning" in self.steps else "modeling").leaderboard
        rows = [{**asdict(each), **each.metrics} for each in standings]
        return pd.DataFrame(rows).drop(columns=["metrics", "number"])

    @property
    def composition(self) -> Composition:
        """The fitted members, their weights, calibration and threshold."""
        found: Composition = self.result("tuning").composition
        return found

    @property
    def pipeline(self) -> Pipeline:
        """The heaviest member: a plain fitted scikit-learn pipeline over typed columns, or a bag of several."""
        return max(self.composition.members, key=lambda member: member.weight).pipeline

    @cached_property
    def validated(self) -> Validated | None:
        """Step 9's evidence, with the gates that were accepted for this run.

        Step 9 may come from the cache of a run for which other gates were accepted, or none.
        """
        if "validation" not in self.steps:
            return None
        found: Validated = self.result("validation")
        return found.with_measured({}, self.accepted)

    @property
    def accepted(self) -> dict[str, str]:
        """The gates that were accepted for this run, each with its reason."""
        return dict(self.folder.facts().get("accepted", {}))

    @cached_property
    def released(self) -> Released | None:
        return self.result("release") if "release" in self.steps else None

    @property
    def model(self) -> Model:
        """The released model.

        Raises:
            UserError: the run was not released, or its model is in no registry.
        """
        if self.released is None or self.released.bundle is None:
            raise UserError.of(
                "TF-RELEASE-010", "it has no released model", f"run {self.id}", do=f"tenfold release {self.id}"
            )
        from tenfold.api.model import Model  # NumPy and the scorer, which nothing else of a run needs

        version = self.version
        if version is None:
            raise UserError.of(
                "TF-RELEASE-010", "its model is not in the registry", f"run {self.id}", do=f"tenfold release {self.id}"
            )
        return Model.from_folder(version.folder, version.model, version.version, version.trusted)

    @property
    def version(self) -> Version | None:
        """The version that the registry holds of the released bundle; looking it up changes nothing."""
        if self.released is None or self.released.bundle is None:
            return None
        bundle = read_manifest(self.released.bundle).identity
        return Registry(self.store.registry).find(self.released.model, bundle)

    def register(self) -> Version:
        """Enter the released bundle into the registry; the same bundle twice is one version."""
        released = self.released
        assert released is not None
        assert released.bundle is not None
        registry = Registry(self.store.registry)
        number = registry.register(released.model, released.bundle, self.id, released.evidence, utc_now())
        if released.alias:
            return registry.alias(released.model, released.alias, number, reason=f"release of run {self.id}")
        return registry.resolve(f"{released.model}@{number}")

    def __repr__(self) -> str:
        last = f", up to {self.steps[-1]}" if self.steps else ""
        found = units.count(len(self.findings), "finding")
        return f"Run({self.id!r} of {self.folder.workflow!r}: {self.status}{last}, {found})"

    def __iter__(self) -> Iterator[Chapter]:
        return iter(self.chapters.values())

    def _repr_html_(self) -> str:
        return "".join(notebook.chapter(chapter) for chapter in self)
