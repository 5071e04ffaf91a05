"""A stage on which runs die: it imports once, then forks a child for each request on standard input.

A child runs a workflow in a project and kills itself (SIGKILL, no clean-up of any kind) at its N-th durable write.
Requests and answers are lines of JSON; this is a program of its own, since a test runner has threads, which no fork
survives well.
"""

from __future__ import annotations

import functools
import json
import os
import signal
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

# What the steps import when they run is imported here, once for all children.
import tenfold.steps.cleaning.step
import tenfold.steps.data.step
import tenfold.steps.exploration.step
import tenfold.steps.features.step
import tenfold.steps.modeling.step
import tenfold.steps.release.step
import tenfold.steps.splitting.step
import tenfold.steps.tuning.step
import tenfold.steps.validation.step
import tenfold.workflow.evidence
import tenfold.workflow.recording  # noqa: F401
from tenfold import Workflow
from tenfold.core import files
from tenfold.workflow import code
from tenfold.workflow.file import STEPS

#: What a durable write consists of. A process may die before any of these calls.
PRIMITIVES = [(os, name) for name in ("fsync", "rename", "replace", "link", "unlink")]
PRIMITIVES += [(files, name) for name in ("sync_folder", "sync_file", "publish", "append_line")]


class Fate:
    """Counts durable writes; at the chosen one, the process is gone."""

    def __init__(self, kill_at: int) -> None:
        self.kill_at, self.calls = kill_at, 0

    def counting(self, call: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(call)
        def counted(*args: Any, **kwargs: Any) -> Any:
            self.calls += 1
            if self.calls == self.kill_at:
                os.kill(os.getpid(), signal.SIGKILL)
            return call(*args, **kwargs)

        return counted


def run(request: dict[str, Any]) -> None:
    fate = Fate(request["kill_at"])
    for module, name in PRIMITIVES:
        setattr(module, name, fate.counting(getattr(module, name)))
    project = Path(request["project"])
    flow = Workflow(project / "workflow.yaml", project=project)
    flow.run(request["until"], release=request["until"] == "release", trials=1)
    (project / "calls.txt").write_text(str(fate.calls))


def answer(request: dict[str, Any]) -> dict[str, Any]:
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            run(request)
            status = 0
        except BaseException as error:
            print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
        finally:
            os._exit(status)
    _, status = os.waitpid(pid, 0)
    killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    return {"killed": killed, "status": None if killed else os.waitstatus_to_exitcode(status)}


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    for step in STEPS:
        code.of_step(step)  # kept for all children: sources edited meanwhile are not what is tested here
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)
