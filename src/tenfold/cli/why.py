"""``tenfold why``."""

from __future__ import annotations

from pathlib import Path

import click

from tenfold.cli.options import Step, Voice, spoken


@click.command("why")
@click.argument("run")
@click.argument("step", type=Step())
@spoken
def command(run: str, step: str, voice: Voice, project: Path | None) -> None:
    """Say why STEP (a name, or a number from 1 to 10) of RUN was computed, or that it came from the cache."""
    from tenfold.registry.home import home
    from tenfold.workflow.reasons import why
    from tenfold.workflow.runs import find_run
    from tenfold.workflow.store import Store

    store = Store(home(project))
    found = find_run(store, run)
    reason = why(store, found, step)
    voice.data({"run": found.id, "step": step, "reasons": reason})
    for text in reason:
        voice.line(text)
