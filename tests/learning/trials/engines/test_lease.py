"""Leases and pools, by an engine of threads: who starts it, who ends it, and what is said when it fails."""

from __future__ import annotations

import math
import operator
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tenfold.core.compute import Compute
from tenfold.core.errors import Fault, UserError
from tenfold.learning.trials.engines import lease as leases
from tenfold.learning.trials.engines.lease import Lease
from tenfold.learning.trials.engines.pool import EnginePool

DASK = Compute(trials="dask")


class Threads:
    """An engine that runs each call in a thread, and loses those numbers of trials that it is told to."""

    name, slots, ours = "threads", 2, True

    def __init__(self) -> None:
        self.ended = 0
        self.losing = 0

    def submit(self, function: Callable[..., Any], arguments: tuple[Any, ...], hear: Callable[[Any], None]) -> None:
        if function.__name__ == "run" and self.losing:
            self.losing -= 1
            hear(OSError("a machine went away"))
        else:
            threading.Thread(target=lambda: hear(function(*arguments))).start()

    def close(self) -> None:
        self.ended += 1


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Threads]:
    engines: list[Threads] = []

    def start(compute: Compute, cores: int) -> Threads:
        engines.append(Threads())
        return engines[-1]

    monkeypatch.setattr(leases, "_start", start)
    return engines


def pool(folder: Path, compute: Compute = DASK) -> EnginePool:
    return EnginePool(Lease(compute, 2), folder, 0, ("operator",))


def test_an_engine_is_shared_and_ends_with_its_last_holder(started: list[Threads], tmp_path: Path) -> None:
    with Lease(DASK, 2):
        assert started == []
        for _ in range(2):
            with pool(tmp_path) as one:
                assert one.workers == 2
        assert [engine.ended for engine in started] == [0]
    assert [engine.ended for engine in started] == [1]
    with pool(tmp_path):
        pass
    assert [engine.ended for engine in started] == [1, 1]


def test_an_engine_ends_when_a_pool_cannot_be_entered(started: list[Threads], tmp_path: Path) -> None:
    with pytest.raises(UserError, match="TF-MODEL-007"):
        pool(tmp_path / "absent").__enter__()
    assert [engine.ended for engine in started] == [1]


def test_a_lost_call_is_sent_once_more(started: list[Threads], tmp_path: Path) -> None:
    with pool(tmp_path) as one:
        started[0].losing = 1
        one.submit(operator.add, (2, 3))
        outcome = one.next(60)
        assert outcome is not None
        assert (outcome.status, outcome.value) == ("done", 5)
        started[0].losing = 2
        one.submit(operator.add, (2, 3))
        outcome = one.next(60)
        assert outcome is not None
        assert outcome.status == "killed"
        assert "a machine went away" in outcome.error


def test_an_engine_that_loses_everything_is_gone(started: list[Threads], tmp_path: Path) -> None:
    with pool(tmp_path) as one:
        started[0].losing = 100
        for _ in range(6):
            one.submit(operator.add, (2, 3))
        with pytest.raises(Fault, match="TF-MODEL-091"):
            list(iter(lambda: one.next(1), None))


def test_workers_may_be_fewer_than_slots(started: list[Threads], tmp_path: Path) -> None:
    with pool(tmp_path, Compute(trials="dask", workers=1)) as one:
        assert one.workers == 1
        numbers = [one.submit(operator.add, (each, 0)) for each in range(3)]
        assert [one.next(60).value for _ in numbers] == [0, 1, 2]  # type: ignore[union-attr]
        assert one.next(1) is None


def test_a_call_that_is_never_answered_is_given_up(
    started: list[Threads], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tenfold.learning.trials.engines.pool._ON_ITS_WAY", 0.1)
    with pool(tmp_path) as one:
        monkeypatch.setattr(started[0], "submit", lambda function, arguments, hear: None)
        one.submit(operator.add, (1, 1), seconds=0.1)
        outcome = one.next(10)
        assert outcome is not None
        assert outcome.status == "timeout"
        monkeypatch.setattr("tenfold.learning.trials.engines.pool._ENDING", 0.1)


def test_an_error_of_a_call_comes_back_as_one(started: list[Threads], tmp_path: Path) -> None:
    with pool(tmp_path) as one:
        one.submit(math.sqrt, (-1,))
        outcome = one.next(60)
        assert outcome is not None
        assert outcome.status == "failed"
        assert outcome.error.startswith("ValueError")


def test_an_engine_that_is_not_installed_says_how_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(leases.NEEDED, "ray", ("not_ray_at_all",))
    with pytest.raises(UserError) as caught:
        leases.check(Compute(trials="ray"))
    (problem,) = caught.value.problems
    assert problem.code == "TF-MODEL-005"
    assert "not_ray_at_all" in problem.got
    assert "pip install 'tenfold[ray]'" in problem.do
    leases.check(Compute())


def test_an_engine_that_does_not_start_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(leases.NEEDED, "spark", ())
    monkeypatch.setattr(leases, "import_module", lambda name: type("Module", (), {"start": staticmethod(_fail)}))
    with pytest.raises(UserError, match=r"TF-MODEL-006.*at spark://nowhere:1 \(no Java here\).*Java 17"):
        pool(tmp_path, Compute(trials="spark", address="spark://nowhere:1")).__enter__()


def _fail(address: str | None, cores: int) -> None:
    raise OSError("no Java here\nand much more")
