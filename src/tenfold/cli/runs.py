"""``tenfold runs``."""

from __future__ import annotations

from pathlib import Path

import click

from tenfold.cli.options import Voice, spoken


@click.command("runs")
@click.argument("workflow", required=False)
@spoken
def command(workflow: str | None, voice: Voice, project: Path | None) -> None:
    """List the runs, oldest first; of WORKFLOW only, if it is named."""
    from tenfold.core.chapter import Grid
    from tenfold.registry.home import home
    from tenfold.reports import terminal
    from tenfold.workflow.runs import all_runs
    from tenfold.workflow.store import Store

    listed = [(run, run.facts()) for run in all_runs(Store(home(project)), workflow)]
    voice.data([{"run": run.id, "workflow": run.workflow, **_brief(facts)} for run, facts in listed])
    if not listed:
        voice.line("No runs yet. Make one: tenfold run data.csv --target COLUMN")
        return
    rows = tuple((run.workflow, run.id, *_brief(facts).values()) for run, facts in listed)
    voice.show(terminal.grid(Grid("Runs", ("workflow", "run", "started", "status", "steps"), rows)))


def _brief(facts: dict[str, object]) -> dict[str, str | int]:
    steps = facts["steps"]
    return {
        "started": str(facts["started"]),
        "status": str(facts["status"]),
        "steps": len(steps) if isinstance(steps, dict) else 0,
    }
