"""Shared by the tests of engines: each of them, really started, and skipped with the command where it is absent."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

import psutil
import pytest

from tenfold.core.compute import Compute
from tenfold.core.errors import UserError
from tenfold.learning.trials.engines import lease

ENGINES = ("dask", "ray", "spark")


@pytest.fixture(scope="session")
def installed() -> Callable[[str], None]:
    """Skip a test whose engine is not installed; where tests may not skip, that fails."""

    def skip(name: str) -> None:
        try:
            lease.check(Compute.model_validate({"trials": name}))
        except UserError as error:
            pytest.skip(f"{error.problems[0].got}: {error.problems[0].do}")

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
