"""``tenfold runs``."""

from __future__ import annotations

from pathlib import Path

import click

from tenfold.cli.options import Voice, spoken

#: For docs/errors.md: code → (what it means, what to do), where both are put together at run time.
CODES = {
    "TF-FLOW-010": (
        "no run or workflow is meant by this name, or several runs begin with it",
        "use the name that it proposes, or more of the run's id",
    ),
}

#: The newest runs that are shown to people.
SHOWN = 30


@click.command("runs")
@click.argument("workflow", required=False)
@spoken
def command(workflow: str | None, voice: Voice, project: Path | None) -> None:
    """List the runs, oldest first; of WORKFLOW only, if it is named. --json lists all, with every column."""
    from tenfold.core.chapter import Grid
    from tenfold.core.errors import UserError, did_you_mean
    from tenfold.registry.home import home
    from tenfold.reports import terminal
    from tenfold.workflow.runs import all_runs
    from tenfold.workflow.store import Store

    every = all_runs(Store(home(project)))
    known = sorted({run.workflow for run in every})
    if workflow is not None and known and workflow not in known:
        raise UserError.of(
            "TF-FLOW-010", f"no run is of a workflow named '{workflow}'", "runs", do=did_you_mean(workflow, known)
        )
    listed = [(run, run.facts()) for run in every if workflow in (None, run.workflow)]
    voice.data([{"run": run.id, "workflow": run.workflow, **_brief(facts)} for run, facts in listed])
    if not listed:
        voice.line("No runs yet. Make one: tenfold run data.csv --target COLUMN")
        return
    columns = ("run", "workflow", "status", "steps", "started")  # the last one goes first where there is no room
    rows = tuple(
        (run.id, run.workflow, known["status"], known["steps"], known["started"])
        for run, known in ((run, _brief(facts)) for run, facts in listed[-SHOWN:])
    )
    earlier = len(listed) - len(rows)
    note = f"… {earlier} earlier run{'s' if earlier > 1 else ''} with --json" if earlier else ""
    voice.show(terminal.grid(Grid("Runs", columns, rows, note), "with --json"))


def _brief(facts: dict[str, object]) -> dict[str, str | int]:
    steps = facts["steps"]
    return {
        "started": str(facts["started"]),
        "status": str(facts["status"]),
        "steps": len(steps) if isinstance(steps, dict) else 0,
    }
