"""Shared by all tests: data sets, engines, processes, and no silent skips where everything can be installed."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import time
from collections.abc import Callable, Generator, Iterable
from pathlib import Path
from typing import Any

import psutil
import pytest

from tenfold.core.compute import Compute
from tenfold.core.errors import UserError
from tenfold.learning.trials.engines import lease

PROJECT = Path(__file__).parents[1]

# A shell that starts the tests in the background has them, and all that they start, ignore Ctrl-C.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def project() -> Path:
    """The root of the project."""
    return PROJECT


@pytest.fixture(scope="session")
def data_sets() -> Path:
    """The folder with the raw data sets; tests that want it skip where it is absent."""
    folder = Path(os.environ.get("TENFOLD_DATA", PROJECT.parent / "shared" / "data"))
    if not (folder / "INDEX.md").is_file():
        pytest.skip(f"the data sets are not at {folder}; set TENFOLD_DATA")
    return folder


@pytest.fixture(scope="session")
def installed() -> Callable[[str], None]:
    """Skip a test whose engine is not installed; where tests may not skip, that fails."""

    def skip(name: str) -> None:
        try:
            lease.check(Compute.model_validate({"trials": name}))
        except UserError as error:
            pytest.skip(f"{error.problems[0].got}: {error.problems[0].do}")
        if name == "spark" and shutil.which("java") is None:
            pytest.skip("there is no Java: install Java 17, such as openjdk-17-jre-headless")

    return skip


@pytest.fixture(scope="session")
def gone() -> Callable[[Iterable[int]], list[str]]:
    """Wait for processes to end; returns the commands of those that did not within 15 s."""

    def wait(pids: Iterable[int]) -> list[str]:
        end, left = time.monotonic() + 15, list(pids)
        while left and time.monotonic() < end:
            left = [pid for pid in left if _alive(pid)]
            time.sleep(0.1)
        return [" ".join(psutil.Process(pid).cmdline()) for pid in left if _alive(pid)]

    return wait


def _alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.fixture(autouse=True)
def without_extras(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """`auto` means the same candidates whether the extra `torch` is installed or not; tests marked `torch` have it.

    Fixtures of a wider scope, and commands in processes of their own, see what is installed.
    """
    if request.node.get_closest_marker("torch") is None:
        found = importlib.util.find_spec
        monkeypatch.setattr(
            importlib.util, "find_spec", lambda name, *rest: None if name == "torch" else found(name, *rest)
        )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[Any]) -> Generator[None, Any, Any]:
    """With TENFOLD_NO_SKIPS set, a test that skips for want of something installable fails."""
    report = yield
    if report.skipped and os.environ.get("TENFOLD_NO_SKIPS") and "install" in str(report.longrepr):
        report.outcome = "failed"
    return report
