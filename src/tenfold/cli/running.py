"""What ``run`` and ``release`` share: a live display, a calm end, an exit status."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from tenfold.api.run import Run
from tenfold.api.summary import leaderboard_of, measures_of, next_commands, summary_of, verdict_of
from tenfold.api.workflow import LAST, RELEASED, Options, Workflow
from tenfold.cli.interrupt import Interrupts
from tenfold.cli.options import Voice
from tenfold.core import units
from tenfold.core.chapter import Finding
from tenfold.core.errors import ExitStatus, UserError
from tenfold.reports import terminal
from tenfold.reports.live import LiveRun
from tenfold.workflow.file import STEPS
from tenfold.workflow.runner import place_of

#: For docs/errors.md: code → (what it means, what to do), where both are put together at run time.
CODES = {
    "TF-CLI-012": (
        "gates and reasons are not as many, or a reason is empty",
        "write --accept GATE --reason TEXT for each",
    ),
}

_YAML = (".yaml", ".yml")


def workflow_of(source: Path | None, target: str | None, project: Path | None) -> Workflow:
    """The workflow that a command line names: a file of its own, or a table and its target.

    Raises:
        UserError: a table without a target, or a target for a workflow file.
    """
    path = source or Path("workflow.yaml")
    if path.suffix in _YAML:
        if target is not None:
            raise UserError.of("TF-CLI-010", "--target with a workflow file", str(path), do="set problem.target in it")
        return Workflow(path, project=project)
    if target is None:
        raise UserError.of(
            "TF-CLI-011", "a table without a target", str(path), do=f"tenfold run {path} --target COLUMN"
        )
    return Workflow.from_table(path, target, project=project)


def acceptance(gates: Sequence[str], reasons: Sequence[str]) -> Mapping[str, str]:
    """Accepted gates with their reasons, one for one.

    Raises:
        UserError: a gate is accepted without a reason.
    """
    if len(gates) != len(reasons) or not all(reason.strip() for reason in reasons):
        raise UserError.of(
            "TF-CLI-012", f"{units.count(len(gates), 'gate')} accepted, {units.count(len(reasons), 'reason')} given",
            "--accept", expected="a reason for each", do='--accept GATE --reason "why"',
        )  # fmt: skip
    return dict(zip(gates, reasons, strict=True))


def run_and_show(
    flow: Workflow, voice: Voice, how: Mapping[str, Any], *, until: str | None = None, release: bool = False
) -> int:
    """Run with a live display, then say what came of it. Returns the exit status."""
    options = Options(**how)
    last = until or (RELEASED if release else LAST)
    display = LiveRun(
        steps=STEPS[: place_of(last) + 1],
        metric=flow.file.problem.metric or "score",
        deadline=flow.deadline(options),
        quiet=not voice.talks,
    )
    with Interrupts(display.notice) as interrupts, display:
        heard = replace(options, tell=display.tell, stopping=interrupts.stopping)
        run = flow.run(until, release=release, options=heard)
    show_end(run, voice)
    return exit_status(run)


def show_end(run: Run, voice: Voice) -> None:
    """Leaderboard, gates, verdict, grave findings, where the report is, and what to type next."""
    voice.data(summary_of(run))
    if not voice.talks:
        return
    voice.line()
    board = leaderboard_of(run)
    if board:
        voice.show(terminal.grid(board))
        voice.line()
    voice.show(terminal.verdict(verdict_of(run)))
    voice.show(terminal.gates(measures_of(run)))
    grave = _grave(run)
    if grave:
        voice.line()
        voice.show(terminal.findings(grave))
    voice.line(f"\nReport: {shown_path(run.report)}")
    for text in next_commands(run):
        voice.line(f"Next:   {text}")


def _grave(run: Run) -> list[Finding]:
    """What nobody should have to look for in the report; why a release was refused is in the verdict already."""
    chapters = (chapter for chapter in run if chapter.step != "release")
    return [finding for chapter in chapters for finding in chapter.findings if finding.severity == "problem"]


def shown_path(path: Path) -> str:
    """A path as short as it can be said from here."""
    return os.path.relpath(path) if path.is_relative_to(Path.cwd()) else str(path)


def exit_status(run: Run) -> int:
    """0, or 1 when a gate or the proof refused the release."""
    released = run.released
    return ExitStatus.GATE_FAILED if released is not None and released.bundle is None else ExitStatus.OK
