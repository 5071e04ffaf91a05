"""``tenfold release``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tenfold.cli.options import Voice, spoken

if TYPE_CHECKING:
    from tenfold.api.run import Run
    from tenfold.registry import Version


@click.command("release")
@click.argument("run", default="latest")
@click.option("--accept", "accepted", multiple=True, metavar="GATE", help="Release although this gate fails.")
@click.option("--reason", "reasons", multiple=True, help="Why; one for each --accept. It stands on the model card.")
@spoken
def command(run: str, accepted: tuple[str, ...], reasons: tuple[str, ...], voice: Voice, project: Path | None) -> int:
    """Validate RUN on its sealed rows and release its model, if its gates hold and it can be proven.

    RUN is a run's id (or how it begins), a workflow's name for its latest run, or `latest`. Releasing an unchanged run
    again opens nothing and makes no new version; if gates were accepted for it, that is said, and nothing is done.
    """
    from tenfold.api.released import released_by_acceptance
    from tenfold.api.workflow import Workflow
    from tenfold.cli.run import process_age
    from tenfold.cli.running import acceptance, run_and_show
    from tenfold.registry.home import home
    from tenfold.workflow.runs import find_run
    from tenfold.workflow.store import Store

    store = Store(home(project))
    found = find_run(store, run)
    before = None if accepted else released_by_acceptance(found, store)
    if before:
        return _already(*before, voice)
    flow = Workflow.of_run(found, project=project)
    how = {**found.facts()["options"], "accept": acceptance(accepted, reasons), "spent": process_age()}
    return run_and_show(flow, voice, how, release=True)


def _already(run: Run, version: Version, voice: Voice) -> int:
    """Say as which version the run was released, and why gates that failed did not stop it."""
    from tenfold.core.errors import ExitStatus

    accepted = dict(version.evidence["accepted"])
    name = f"{version.model}@{version.version}"
    voice.data({"run": run.id, "model": version.model, "version": version.version, "verdict": "released",
                "headline": f"Released already: {name}", "accepted": accepted})  # fmt: skip
    voice.line(f"Released already: {name}, by run {run.id}.")
    for gate, reason in accepted.items():
        voice.line(f"Accepted: {gate}, because: {reason}")
    return int(ExitStatus.OK)
