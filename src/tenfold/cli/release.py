"""``tenfold release``."""

from __future__ import annotations

from pathlib import Path

import click

from tenfold.cli.options import Voice, spoken


@click.command("release")
@click.argument("run", default="latest")
@click.option("--accept", "accepted", multiple=True, metavar="GATE", help="Release although this gate fails.")
@click.option("--reason", "reasons", multiple=True, help="Why; one for each --accept. It stands on the model card.")
@spoken
def command(run: str, accepted: tuple[str, ...], reasons: tuple[str, ...], voice: Voice, project: Path | None) -> int:
    """Validate RUN on its sealed rows and release its model, if its gates hold and it can be proven.

    RUN is a run's id (or how it begins), a workflow's name for its latest run, or `latest`. Releasing an unchanged run
    again opens nothing and makes no new version.
    """
    from tenfold.api.workflow import Workflow
    from tenfold.cli.run import process_age
    from tenfold.cli.running import acceptance, run_and_show
    from tenfold.registry.home import home
    from tenfold.workflow.runs import find_run
    from tenfold.workflow.store import Store

    found = find_run(Store(home(project)), run)
    flow = Workflow.of_run(found, project=project)
    how = {**found.facts()["options"], "accept": acceptance(accepted, reasons), "spent": process_age()}
    return run_and_show(flow, voice, how, release=True)
