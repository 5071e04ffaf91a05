"""``tenfold next``."""

from __future__ import annotations

from pathlib import Path

import click

from tenfold.cli.options import Voice, spoken


@click.command("next")
@click.argument("run", default="latest")
@click.option("--apply", "apply", is_flag=True, help="Write the changes into the workflow file.")
@spoken
def command(run: str, apply: bool, voice: Voice, project: Path | None) -> None:
    """Show what RUN's findings propose, as a diff of its workflow file.

    A run of a table alone has no such file: the diff is then of a new workflow.yaml, which --apply writes.
    """
    from tenfold.api.proposals import proposals
    from tenfold.api.run import Run
    from tenfold.registry.home import home
    from tenfold.workflow.runs import find_run
    from tenfold.workflow.store import Store

    store = Store(home(project))
    found = proposals(Run(find_run(store, run), store))
    voice.data(
        {"file": found.name, "new": found.new, "diff": found.diff, "findings": [each.code for each in found.findings]}
    )
    for each in found.findings:
        voice.line(f"{each.code}  {each.subject}: {each.sentences}")
    voice.line(found.diff or "Nothing is proposed.")
    if apply and found.diff:
        voice.line(f"Written: {found.apply()}")
    elif found.diff and found.new:
        voice.line(f"There is no {found.name} yet: --apply writes it, so does `tenfold init DATA --target COLUMN`.")
