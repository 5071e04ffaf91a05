"""``tenfold models``."""

from __future__ import annotations

from pathlib import Path

import click

from tenfold.cli.options import Voice, spoken


@click.command("models")
@click.argument("model", required=False)
@spoken
def command(model: str | None, voice: Voice, project: Path | None) -> None:
    """List the released models; with MODEL, its versions."""
    from tenfold.core.chapter import Grid
    from tenfold.registry import Registry
    from tenfold.registry.home import home
    from tenfold.reports import terminal

    registry = Registry(home(project) / "registry.db")
    names = [model] if model else [each.name for each in registry.models()]
    versions = [version for name in names for version in registry.versions(name)]
    rows = tuple(
        (v.model, v.version, ", ".join(v.aliases), v.run, v.created.isoformat(timespec="seconds")) for v in versions
    )
    columns = ("model", "version", "aliases", "run", "created")  # the last one goes first where there is no room
    voice.data([dict(zip(columns, row, strict=True)) for row in rows])
    if rows:
        voice.show(terminal.grid(Grid("Models", columns, rows), "with --json"))
    else:
        voice.line("No released model yet. Release one: tenfold run --release")
