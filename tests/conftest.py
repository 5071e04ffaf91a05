"""Shared by all tests: the data sets beside the project, and no silent skips where everything can be installed."""

from __future__ import annotations

import importlib.util
import os
import signal
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

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


@pytest.fixture(autouse=True)
def without_extras(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """`auto` means the same candidates whether the extra `torch` is installed or not; tests marked `torch` have it."""
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
