"""A run while it runs: ten steps, their state and time, the best score so far, and the time left.

What is known is a value (:class:`Board`), moved on by a pure function (:func:`advance`); :class:`LiveRun` shows it.
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Literal, Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from tenfold.core import units
from tenfold.core.clock import Clock, Deadline
from tenfold.core.result import Progress
from tenfold.reports import rounding
from tenfold.reports.report import STEPS

ACCENT = "cyan"
State = Literal["waiting", "running", "done", "cached"]
_MARKS: Mapping[State, tuple[str, str]] = {
    "waiting": ("·", "dim"),
    "running": ("…", ACCENT),
    "done": ("✓", "green"),
    "cached": ("✓", "dim"),
}
#: In a log file a long step says something at most this often, in seconds.
PATIENCE = 15.0


@dataclass(frozen=True)
class Line:
    """One step as it stands."""

    step: str
    state: State = "waiting"
    message: str = ""
    started: float = 0.0  # seconds on the board's clock
    seconds: float | None = None
    done: float | None = None


@dataclass(frozen=True)
class Board:
    """All steps as they stand, and the best score so far."""

    lines: tuple[Line, ...] = field(default_factory=lambda: tuple(Line(step) for step in STEPS))
    score: float | None = None

    def __getitem__(self, step: str) -> Line:
        return next(line for line in self.lines if line.step == step)


def advance(board: Board, progress: Progress, now: float) -> Board:
    """The board after one event. A step starts with its first event and ends with the message "done" or "cached".

    >>> board = advance(Board(), Progress("data", "reading customers.csv"), now=1.0)
    >>> board["data"].state, advance(board, Progress("data", "done"), now=3.5)["data"].seconds
    ('running', 2.5)
    """
    if all(line.step != progress.step for line in board.lines):
        return board
    line = _moved(board[progress.step], progress, now)
    lines = tuple(line if each.step == line.step else each for each in board.lines)
    return Board(lines, board.score if progress.score is None else progress.score)


def _moved(line: Line, progress: Progress, now: float) -> Line:
    started = line.started if line.state == "running" else now
    if progress.message not in ("done", "cached"):
        message = "" if progress.message == "started" else progress.message
        return replace(line, state="running", message=message, started=started, seconds=None, done=progress.done)
    state: State = "cached" if progress.message == "cached" or progress.facts.get("cached") else "done"
    took = progress.facts.get("seconds")
    seconds = float(took) if isinstance(took, int | float) else now - started
    return replace(line, state=state, message=str(progress.facts.get("summary") or ""), seconds=seconds, done=None)


class LiveRun:
    """Listens to a run (``Context.tell``) and shows it: in place on a terminal, line by line elsewhere.

    Args:
        steps: the steps that will run, in order.
        console: where to show it; standard error when left out, so that standard output stays for answers.
        metric: the name of the score.
        deadline: when the budget of the run ends.
        quiet: show nothing (``--quiet``, ``--json``).

    >>> with LiveRun(quiet=True) as show:
    ...     show.tell(Progress("data", "started"))
    >>> show.board["data"].state
    'running'
    """

    def __init__(
        self, console: Console | None = None, *, steps: Sequence[str] = tuple(STEPS), metric: str = "best score",
        deadline: Deadline | None = None, quiet: bool = False, clock: Clock = time.monotonic,
    ) -> None:  # fmt: skip
        self.console = console or Console(stderr=True)
        self.metric, self.deadline, self.quiet, self.clock = metric, deadline or Deadline.never(), quiet, clock
        self.board = Board(tuple(Line(step) for step in steps))
        self._spoke, self._notice = clock(), ""
        in_place = self.console.is_terminal and not quiet
        self._live = Live(self, console=self.console, refresh_per_second=4, transient=False) if in_place else None

    def __enter__(self) -> Self:
        if self._live:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live:
            self._live.stop()

    def tell(self, progress: Progress) -> None:
        """Take in one event."""
        self.board = advance(self.board, progress, self.clock())
        if self._live:
            self._live.refresh()
        elif not self.quiet:
            self._print(progress)

    def notice(self, text: str) -> None:
        """Say something at once, in the midst of anything: safe to be called from a signal's handler.

        A display in place draws it with its next refresh (4 a second); elsewhere it goes past every buffer, which the
        interrupted code may be about to fill.
        """
        self._notice = text
        if not (self._live or self.quiet):
            os.write(self.console.file.fileno(), f"{text}\n".encode())

    def __rich__(self) -> RenderableType:
        drawn = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
        drawn.add_column(width=1)
        drawn.add_column(width=2, justify="right", style="dim")
        drawn.add_column(width=11)
        drawn.add_column(width=12, justify="right")
        drawn.add_column(overflow="ellipsis", no_wrap=True)
        for number, line in enumerate(self.board.lines, 1):
            drawn.add_row(*self._cells(number, line))
        return Group(drawn, self._foot())

    def _cells(self, number: int, line: Line) -> tuple[Text, ...]:
        mark, style = _MARKS[line.state]
        faint = "dim" if line.state in ("waiting", "cached") else ""
        running = self.clock() - line.started if line.state == "running" else line.seconds
        took = "cached" if line.state == "cached" else "" if running is None else units.human_seconds(running)
        share = f"{line.done:.0%}  " if line.done is not None else ""
        return (
            Text(mark, style), Text(str(number)), Text(STEPS[line.step].lower(), faint),
            Text(took, "dim"), Text(f"{share}{line.message}", "dim"),
        )  # fmt: skip

    def _foot(self) -> Text:
        if self._notice:
            return Text(f"\n{self._notice}", "bold yellow")
        parts = [] if self.board.score is None else [f"{self.metric} so far {rounding.number(self.board.score)}"]
        left = self.deadline.left()
        parts += [] if math.isinf(left) else [f"{units.human_seconds(left)} left"]
        return Text(f"\n{' · '.join(parts)}" if parts else "", "bold")

    def _print(self, progress: Progress) -> None:
        """A line when a step ends, and now and then in between."""
        line, now = next((each for each in self.board.lines if each.step == progress.step), None), self.clock()
        if line is None or (line.state == "running" and now - self._spoke < PATIENCE):
            return
        self._spoke = now
        number = list(STEPS).index(line.step) + 1
        self.console.print(_plain(number, line, progress.score), soft_wrap=True, highlight=False, markup=False)


def _plain(number: int, line: Line, score: float | None) -> str:
    took = "cached" if line.state == "cached" else "" if line.seconds is None else units.human_seconds(line.seconds)
    best = "" if score is None else f"  (best so far {rounding.number(score)})"
    return f"{number:2} {line.step:<12}{took or line.state:>12}  {line.message}".rstrip() + best
