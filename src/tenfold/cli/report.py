"""``tenfold report``."""

from __future__ import annotations

from pathlib import Path

import click

from tenfold.cli.options import Step, Voice, spoken


@click.command("report")
@click.argument("run", default="latest")
@click.option(
    "--step", type=Step(), metavar="STEP", help="Only this step's chapter (a name, or a number from 1 to 10)."
)
@click.option("--html", "as_html", is_flag=True, help="Write the HTML report anew and print its path.")
@spoken
def command(run: str, step: str | None, as_html: bool, voice: Voice, project: Path | None) -> None:
    """Show RUN's chapters here, or (--html) where its report lies."""
    from tenfold.api.reporting import write_report
    from tenfold.api.run import Run
    from tenfold.registry.home import home
    from tenfold.reports import terminal
    from tenfold.workflow.runner import place_of
    from tenfold.workflow.runs import find_run
    from tenfold.workflow.store import Store

    store = Store(home(project))
    found = Run(find_run(store, run), store)
    if step:
        place_of(step)
    if as_html:
        write_report(found)
    chapters = [chapter for name, chapter in found.chapters.items() if step in (None, name)]
    voice.data({"report": str(found.report), "chapters": [chapter.to_dict() for chapter in chapters]})
    for chapter in () if as_html else chapters:
        voice.show(terminal.chapter(chapter))
    voice.line(f"Report: {found.report}")
