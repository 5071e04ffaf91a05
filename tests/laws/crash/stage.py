"""A stage on which runs die: it imports once, then forks a child for each request on standard input.

A child runs a workflow in a project. It can be told to kill itself (SIGKILL, no clean-up of any kind) at its N-th
durable write, or to keep a copy of the project as it stands before each of them: what a process killed there would
leave behind, since what is not on the file system by then dies with it. A write that changes no file that can be seen
(fsync) needs no copy of its own. Requests and answers are lines of JSON; this is a program of its own, since a test
runner has threads, which no fork survives well.
"""

from __future__ import annotations

import functools
import importlib
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import vl_convert

from tenfold import Workflow
from tenfold.core import files
from tenfold.learning.trials import client, server
from tenfold.learning.trials.pool import PRELOAD
from tenfold.workflow import code
from tenfold.workflow.file import STEPS

#: What the steps import when they run is imported here, once for all children.
LIBRARIES = (
    *PRELOAD, *(f"tenfold.steps.{step}.step" for step in STEPS), "tenfold.workflow.evidence", "tenfold.workflow.card",
    "tenfold.workflow.recording", "tenfold.api.reporting", "tenfold.learning.search.studies", "tenfold.bundle.graph",
    "ibis.backends.sql.compilers", "ibis.expr.types.groupby", "sqlglot.transforms", "pyarrow.dataset",
    "pyarrow.substrait", "pyarrow.pandas_compat",
)  # fmt: skip
#: What a chart looks like is no matter of durability: drawing would take most of a run's time.
EMPTY = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'

#: What a durable write consists of, and what makes and removes names. A process may die before any of these calls.
PRIMITIVES = [(os, name) for name in ("fsync", "rename", "replace", "link", "unlink", "mkdir", "rmdir")]
PRIMITIVES += [(files, name) for name in ("sync_folder", "sync_file", "publish", "append_line")]

Tree = dict[str, tuple[int, int, int]]


class Fate:
    """Counts durable writes; at the chosen one, the process is gone."""

    def __init__(self, kill_at: int) -> None:
        self.kill_at, self.calls = kill_at, 0

    def meet(self, what: str) -> None:
        self.calls += 1
        if self.calls == self.kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def counting(self, call: Callable[..., Any], name: str) -> Callable[..., Any]:
        @functools.wraps(call)
        def counted(*args: Any, **kwargs: Any) -> Any:
            self.meet(f"{name} {args[0] if args else ''}")
            return call(*args, **kwargs)

        return counted

    def rule(self) -> None:
        """From now on, every durable write is counted; a statement of the registry's is one, too."""
        for module, name in PRIMITIVES:
            setattr(module, name, self.counting(getattr(module, name), name))
        meet = self.meet

        class Statements(sqlite3.Connection):
            def execute(self, *args: Any) -> sqlite3.Cursor:
                meet(f"sqlite {args[0]}")
                return super().execute(*args)

        sqlite3.connect = functools.partial(sqlite3.connect, factory=Statements)  # type: ignore[assignment]


class Witness(Fate):
    """Kills nobody: it keeps a copy of the project for each state in which a durable write may have found it."""

    def __init__(self, project: Path, states: Path) -> None:
        super().__init__(0)
        self.project, self.states, self.seen = project, states, tree(project)
        self.told: list[tuple[int, str]] = []

    def meet(self, what: str) -> None:
        super().meet(what)
        now = tree(self.project)
        if now != self.seen:
            self.seen = now
            target = self.states / f"{len(self.told) + 1:03d}"
            subprocess.run(["cp", "-a", self.project, target], check=True)  # hard links stay hard links
            self.told.append((self.calls, what))


def tree(folder: Path) -> Tree:
    """Everything below a folder: which file each name means, how long it is and when it was written.

    Neither the events of a run, which nothing is computed from, nor the empty files of locks make a state of their own.
    """
    found = {}
    for place, folders, names in os.walk(folder):
        for name in folders:
            found[os.path.join(place, name)] = (0, 0, 0)
        for name in names:
            facts = os.lstat(os.path.join(place, name))
            if name != "events.jsonl" and not name.endswith(".lock"):
                found[os.path.join(place, name)] = (facts.st_ino, facts.st_size, facts.st_mtime_ns)
    return found


class Forked:
    """The trials' server as a forked copy of this stage, which has the libraries loaded: no child waits for them."""

    def __init__(self, pid: int) -> None:
        self.pid, self.ended = pid, False

    def poll(self) -> int | None:
        self.ended = self.ended or os.waitpid(self.pid, os.WNOHANG)[0] != 0
        return 0 if self.ended else None

    def wait(self, timeout: float | None = None) -> int:
        if not self.ended:
            os.waitpid(self.pid, 0)
            self.ended = True
        return 0

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)


def fork_trials_server(preload: tuple[str, ...]) -> client.ForkServer:
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        try:
            ours.close()
            sys.argv = ["server", str(theirs.fileno()), *preload]
            server.main()
        finally:
            os._exit(0)
    theirs.close()
    return client.ForkServer(Forked(pid), ours)  # type: ignore[arg-type]


def run(request: dict[str, Any]) -> dict[str, Any]:
    """Run a workflow; what there is to tell of its durable writes."""
    vl_convert.vegalite_to_svg = lambda *args, **kwargs: EMPTY
    client.ForkServer.start = fork_trials_server  # type: ignore[method-assign,assignment]
    if request["until"] not in STEPS[: STEPS.index("modeling")]:
        client.fork_server(PRELOAD)  # before any thread starts
    project = Path(request["project"])
    fate = Witness(project, Path(request["states"])) if request["states"] else Fate(request["kill_at"])
    fate.rule()
    flow = Workflow(project / "workflow.yaml", project=project)
    flow.run(request["until"], release=request["until"] == "release", trials=1)
    fate.meet("the end")
    return {"calls": fate.calls, "states": getattr(fate, "told", [])}


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """Run in a child; how it ended, and what it told."""
    inward, outward = os.pipe()
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            os.close(inward)
            told = run(request)
            os.write(outward, json.dumps(told).encode())
            status = 0
        except BaseException as error:
            print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
        finally:
            for place in client._of_process(PRELOAD, os.getpid()):
                place.close()
            os._exit(status)
    os.close(outward)
    with os.fdopen(inward, "rb") as stream:
        said = stream.read()
    _, status = os.waitpid(pid, 0)
    killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    return {
        "killed": killed,
        "status": None if killed else os.waitstatus_to_exitcode(status),
        **json.loads(said or "{}"),
    }


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    for library in LIBRARIES:
        importlib.import_module(library)
    for step in STEPS:
        code.of_step(step)  # kept for all children: sources edited meanwhile are not what is tested here
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)
