"""``tenfold run``."""

from __future__ import annotations

import os
import time
from pathlib import Path

import click

from tenfold.cli.options import DURATION, Step, Voice, spoken


@click.command("run")
@click.argument("source", required=False, type=click.Path(path_type=Path))
@click.option("--target", help="The column to predict, when SOURCE is a table.")
@click.option(
    "--budget", type=DURATION, help="Wall-clock time of the whole command: 60s, 5m. Default: the file's, else 2m.",
)  # fmt: skip
@click.option(
    "--trials", type=click.IntRange(min=1),
    help="Count trials instead, besides one for each candidate; time then has no limit.",
)  # fmt: skip
@click.option("--from", "again_from", type=Step(), metavar="STEP", help="Compute STEP and all after it anew.")
@click.option("--until", type=Step(), metavar="STEP", help="Stop after STEP.")
@click.option("--release", is_flag=True, help="Go on to open the seal, check the gates and release.")
@click.option("--accept", "accepted", multiple=True, metavar="GATE", help="Release although this gate fails.")
@click.option("--reason", "reasons", multiple=True, help="Why; one for each --accept. It stands on the model card.")
@spoken
def command(source: Path | None, target: str | None, voice: Voice, project: Path | None, **how: object) -> int:
    """Run a workflow: SOURCE is a workflow file (default: workflow.yaml) or a table with --target.

    Results that are still valid come from the cache. Ctrl-C once keeps the best model so far; twice stops at once.
    """
    from tenfold.cli.running import run_and_show, workflow_of

    flow = workflow_of(source, target, project)
    return run_and_show(flow, voice, _options(how), until=_text(how["until"]), release=bool(how["release"]))


def _options(how: dict[str, object]) -> dict[str, object]:
    from tenfold.cli.running import acceptance

    return {
        "budget": how["budget"],
        "trials": how["trials"],
        "again_from": how["again_from"],
        "accept": acceptance(how["accepted"], how["reasons"]),  # type: ignore[arg-type]
        "spent": process_age(),
    }


def process_age() -> float:
    """Seconds since this process began: imports count towards the budget, too."""
    import psutil

    return max(0.0, time.time() - float(psutil.Process(os.getpid()).create_time()))


def _text(value: object) -> str | None:
    return None if value is None else str(value)
