"""Ctrl-C once: the best model so far is kept, and the next run goes on. Twice: it stops at once."""

from __future__ import annotations

import json
import os
import runpy
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tenfold.cli.interrupt import Interrupts
from tenfold.workflow.runs import RunFolder, all_runs
from tenfold.workflow.store import Store

pytestmark = pytest.mark.slow
SAMPLE = runpy.run_path(str(Path(__file__).parents[1] / "laws" / "sample.py"))
ENOUGH = 10_000  # trials: more than anybody waits for


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A table, and a candidate whose space is not soon exhausted."""
    SAMPLE["write_project"](tmp_path, SAMPLE["make_rows"](300), {"modeling": {"candidates": ["dummy", "lightgbm"]}})
    return tmp_path


@contextmanager
def running(project: Path, trials: int = ENOUGH) -> Iterator[subprocess.Popen[str]]:
    """``tenfold run`` in a process of its own, which is gone afterwards."""
    command = [sys.executable, "-m", "tenfold", "run", "workflow.yaml", "--trials", str(trials), "--json"]
    with subprocess.Popen(
        command, cwd=project, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1", "TENFOLD_PROJECT": str(project)}, start_new_session=True,
    ) as process:  # fmt: skip
        try:
            yield process
        finally:
            process.kill()


def events(project: Path) -> list[dict[str, Any]]:
    """What the newest run has said so far."""
    runs = all_runs(Store(project / ".tenfold"))
    path = runs[-1].path / "events.jsonl" if runs else None
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path and path.exists() else []


def trials_of(project: Path) -> list[str]:
    return [each["message"] for each in events(project) if each["message"].startswith("trial ")]


def wait_for(condition: Callable[[], bool], process: subprocess.Popen[str], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end, "nothing came in time"
        time.sleep(0.05)


def newest(project: Path) -> RunFolder:
    return all_runs(Store(project / ".tenfold"))[-1]


def journal(project: Path) -> list[str]:
    lines = [path.read_text("utf-8").splitlines() for path in project.glob(".tenfold/journals/*/*/trials.jsonl")]
    assert len(lines) == 1
    return lines[0]


def test_the_first_is_said_at_once_and_the_second_raises() -> None:
    said: list[str] = []
    with Interrupts(said.append) as interrupts:
        signal.raise_signal(signal.SIGINT)
        assert interrupts.stopping()
        assert said == ["Stopping: keeping the best model so far. Ctrl-C again stops at once."]
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_once_keeps_the_best_model_and_the_next_run_goes_on(project: Path) -> None:
    with running(project) as process:
        wait_for(lambda: len(trials_of(project)) >= 3, process)
        process.send_signal(signal.SIGINT)
        said, error = process.communicate(timeout=120)
    assert process.returncode == 0, error
    assert json.loads(said)["status"] == newest(project).facts()["status"] == "stopped early"
    assert json.loads(said)["measures"], "there is a best model, with its score"
    assert newest(project).result("tuning") is not None
    before = journal(project)
    assert len(before) >= 3
    first = newest(project).id
    with running(project) as process:
        wait_for(lambda: newest(project).id != first and bool(trials_of(project)), process)
        process.send_signal(signal.SIGINT)
        _, error = process.communicate(timeout=120)
    assert process.returncode == 0, error
    after = journal(project)
    assert after[: len(before)] == before, "no trial was computed twice, none was lost"
    assert len(after) > len(before)
    numbers = [json.loads(line)["number"] for line in after]
    assert len(set(numbers)) == len(numbers)
    cached = {step: known["cached"] for step, known in newest(project).facts()["steps"].items()}
    assert all(cached[step] for step in cached if step != "tuning")
    assert not cached["tuning"], "a partial result is not taken for a complete one"


def test_before_there_is_a_model_the_run_ends_with_a_word(project: Path) -> None:
    with running(project) as process:
        wait_for(lambda: bool(events(project)), process)
        process.send_signal(signal.SIGINT)
        _said, error = process.communicate(timeout=120)
    assert process.returncode in (0, 130), error
    assert newest(project).facts()["status"] in ("stopped early", "stopped")
    assert "Traceback" not in error


def test_twice_stops_at_once(project: Path) -> None:
    with running(project) as process:
        wait_for(lambda: len(trials_of(project)) >= 1, process)
        process.send_signal(signal.SIGINT)
        time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        started = time.monotonic()
        said, error = process.communicate(timeout=60)
    assert process.returncode == 130, (said, error)
    assert time.monotonic() - started < 20
    assert [each["code"] for each in json.loads(error)["problems"]] == ["TF-CLI-002"]
    assert newest(project).facts()["status"] == "stopped"
    assert not list(project.glob(".tenfold/cache/.*.tmp")), "a stop cleans up after itself"
