"""``tenfold doctor``."""

from __future__ import annotations

from pathlib import Path

import click

from tenfold.cli.options import Voice, spoken
from tenfold.core.errors import ExitStatus


@click.command("doctor")
@spoken
def command(voice: Voice, project: Path | None) -> int:
    """Check this machine and this project: software, room, results, registry, bundles."""
    from tenfold.api.health import examine
    from tenfold.registry.home import home
    from tenfold.workflow.store import Store

    checks = examine(Store(home(project)))
    voice.data([check.__dict__ for check in checks])
    for check in checks:
        voice.line(f"{'✓' if check.good else '✗'} {check.name}: {check.found}")
        if check.do:
            voice.line(f"  To do: {check.do}")
    return ExitStatus.OK if all(check.good for check in checks) else ExitStatus.USER_MISTAKE
