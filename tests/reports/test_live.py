from __future__ import annotations

import subprocess
import sys
from io import StringIO
from pathlib import Path

from rich.console import Console

from tenfold.core.clock import Deadline
from tenfold.core.result import Progress
from tenfold.reports.live import Board, LiveRun, advance
from tenfold.reports.report import STEPS

DONE = {"cached": False, "seconds": 1.25, "summary": "7,043 rows"}
EVENTS = [
    Progress("data", "started"),
    Progress("data", "reading", 0.5),
    Progress("data", "done", 1.0, facts=DONE),
    Progress("splitting", "started"),
    Progress("splitting", "cached", 1.0, facts={"cached": True, "seconds": 0.0}),
    Progress("modeling", "fold 2 of 5", 0.4, 0.8478),
]


def shown(*, terminal: bool, quiet: bool = False, **more: Deadline) -> tuple[str, LiveRun]:
    stream = StringIO()
    console = Console(file=stream, force_terminal=terminal, width=90, color_system=None)
    with LiveRun(console, quiet=quiet, **more) as live:
        for event in EVENTS:
            live.tell(event)
    return stream.getvalue(), live


def test_a_board_follows_the_events() -> None:
    board = Board()
    for event in EVENTS:
        board = advance(board, event, now=10.0)
    states = {line.step: line.state for line in board.lines if line.state != "waiting"}
    assert states == {"data": "done", "splitting": "cached", "modeling": "running"}
    assert (board["data"].seconds, board["data"].message, board.score) == (1.25, "7,043 rows", 0.8478)


def test_an_event_of_an_unknown_step_changes_nothing() -> None:
    assert advance(Board(), Progress("elsewhere", "x", score=1.0), 0.0) == Board()


def test_a_terminal_shows_ten_steps_best_score_and_time_left() -> None:
    text, _ = shown(terminal=True, deadline=Deadline(60.0, clock=lambda: 18.0))
    last = text.rsplit("·   1  problem", 1)[1]
    for each in ("✓   2  data", "1.2 s", "cached", "…   7  modeling", "40%  fold 2 of 5", "10  release"):
        assert each in last
    assert "best score so far 0.848 · 42.0 s left" in last


def test_elsewhere_each_finished_step_is_one_plain_line() -> None:
    text, _ = shown(terminal=False)
    assert text.splitlines() == [" 2 data               1.2 s  7,043 rows", " 4 splitting         cached"]


def test_quiet_shows_nothing_and_still_knows() -> None:
    text, live = shown(terminal=True, quiet=True)
    assert text == ""
    assert live.board.score == 0.8478


def test_steps_that_were_not_asked_for_are_not_shown() -> None:
    stream = StringIO()
    with LiveRun(Console(file=stream, force_terminal=True, width=90), steps=list(STEPS)[:8]) as live:
        live.tell(EVENTS[0])
    assert "tuning" in stream.getvalue()
    assert "release" not in stream.getvalue()


def test_a_notice_takes_the_place_of_the_foot_and_is_a_line_elsewhere(tmp_path: Path) -> None:
    stream = StringIO()
    with LiveRun(Console(file=stream, force_terminal=True, width=90, color_system=None)) as live:
        live.tell(EVENTS[-1])
        live.notice("Stopping: keeping the best model so far.")
        live.tell(EVENTS[-1])
    assert "Stopping: keeping the best model so far." in stream.getvalue().rsplit("10  release", 1)[1]
    with (tmp_path / "log").open("w") as log:
        LiveRun(Console(file=log)).notice("Stopping.")
        LiveRun(Console(file=log), quiet=True).notice("Not a word.")
    assert (tmp_path / "log").read_text() == "Stopping.\n"


def test_the_display_loads_neither_pandas_nor_charts() -> None:
    heavy = ["pandas", "vl_convert", "jinja2", "numpy"]
    code = f"import sys, tenfold.reports.terminal; print([each for each in {heavy} if each in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
