"""``tenfold gc``."""

from __future__ import annotations

from pathlib import Path

import click

from tenfold.cli.options import DURATION, SIZE, Voice, spoken
from tenfold.core import units


@click.command("gc")
@click.option(
    "--older-than", type=DURATION, default="30d", show_default=True, help="Remove runs that began longer ago than this."
)
@click.option("--keep", default=3, show_default=True, type=click.IntRange(min=0), help="Newest runs kept per workflow.")
@click.option("--size", type=SIZE, help="Then remove the oldest runs until the cache is below this size, such as 2GB.")
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
@spoken
def command(older_than: str, keep: int, size: str | None, dry_run: bool, voice: Voice, project: Path | None) -> None:
    """Remove old runs, the results that only they used, and journals that no run can go on from.

    Models, seals and their ledgers stay.
    """
    from tenfold.core.clock import utc_now
    from tenfold.registry.home import home
    from tenfold.workflow.cleaning_up import Rules, collect
    from tenfold.workflow.store import Store

    rules = Rules(units.seconds(older_than), keep, units.size(size) if size else None)
    gone = collect(Store(home(project)), rules, utc_now(), dry_run=dry_run)
    voice.data(
        {"runs": gone.runs, "results": gone.results, "journals": gone.journals, "bytes": gone.bytes, "dry_run": dry_run}
    )
    verb = "Would remove" if dry_run else "Removed"
    counts = ((len(gone.runs), "run"), (gone.results, "result"), (gone.journals, "journal"))
    what = ", ".join(units.count(number, noun) for number, noun in counts)
    voice.line(f"{verb} {what}: {units.human_bytes(gone.bytes)}.")
