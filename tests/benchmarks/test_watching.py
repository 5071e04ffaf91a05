"""Watching a command: what it leaves running is ended, also where that made a session of its own."""

from __future__ import annotations

import runpy
import sys
import time
from pathlib import Path

import psutil
import pytest

LEAVES = """
import subprocess, sys, time
left = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True,
                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print(left.pid, flush=True)
time.sleep({stays})
"""


@pytest.mark.parametrize(("stays", "status"), [(1, 0), (60, -9)])
def test_what_a_command_left_running_is_ended(project: Path, stays: int, status: int) -> None:
    watched = runpy.run_path(str(project / "benchmarks" / "datasets" / "watching.py"))["watched"]
    seen = watched([sys.executable, "-c", LEAVES.format(stays=stays)], seconds=2)
    assert seen.status == status
    assert seen.peak_mb > 1
    assert ended(int(seen.out), within=5)


def ended(pid: int, within: float) -> bool:
    """Whether a process is gone, or waits for its parent to ask how it ended, before so many seconds are over."""
    until = time.monotonic() + within
    while time.monotonic() < until:
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.05)
    return False
