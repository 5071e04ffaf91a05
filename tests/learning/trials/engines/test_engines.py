"""Ray, Dask and Spark, really started: a call keeps its promises there as it does here, and nothing is left behind."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from tenfold.core.compute import Compute
from tenfold.core.errors import UserError
from tenfold.learning.trials import versions
from tenfold.learning.trials.engines.lease import Lease
from tenfold.learning.trials.engines.pool import EnginePool
from tenfold.learning.trials.pool import Outcome

CALLS = str(Path(__file__).parents[1])
sys.path.insert(0, CALLS)
import calls  # noqa: E402

pytestmark = [pytest.mark.engine, pytest.mark.slow]
LOOPBACK = {"127.0.0.1", "::1", "::ffff:127.0.0.1"}


@pytest.fixture(scope="module", params=["dask", "ray", "spark"])
def lease(request: pytest.FixtureRequest, installed: Callable[[str], None]) -> Iterator[Lease]:
    installed(request.param)
    with Lease(Compute.model_validate({"trials": request.param}), 2) as held:
        yield held


@pytest.fixture
def pool(lease: Lease, tmp_path: Path) -> Iterator[EnginePool]:
    with EnginePool(lease, tmp_path, 400 << 20, ("numpy",), (CALLS,)) as pool:
        yield pool


def drain(pool: EnginePool) -> dict[int, Outcome]:
    outcomes = {}
    while (outcome := pool.next(timeout=60)) is not None:
        outcomes[outcome.id] = outcome
    return outcomes


def test_every_way_to_end_is_told_apart_and_harms_nobody_else(pool: EnginePool) -> None:
    numbers = {
        "done": pool.submit(calls.add, (1, 2)),
        "timeout": pool.submit(calls.wait, (60,), seconds=0.5),
        "failed": pool.submit(calls.fail),
        "killed": pool.submit(calls.die),
        "memory": pool.submit(calls.fill_memory),
    }
    last = pool.submit(calls.add, (3, 4))
    outcomes = drain(pool)
    assert {name: outcomes[number].status for name, number in numbers.items()} == {name: name for name in numbers}
    assert outcomes[last].value == 7
    assert "as it should" in outcomes[numbers["failed"]].error
    assert outcomes[numbers["memory"]].peak_bytes > 400 << 20


def test_a_call_has_one_thread_and_a_process_of_its_own(pool: EnginePool) -> None:
    numbers = [pool.submit(calls.threads), pool.submit(os.getpid), pool.submit(os.getpid)]
    outcomes = drain(pool)
    threads, first, second = (outcomes[number].value for number in numbers)
    assert threads == "1"
    assert len({first, second, os.getpid()}) == 3


def test_calls_run_side_by_side_and_come_back_as_they_end(pool: EnginePool) -> None:
    for _ in range(2):  # both workers have their server of forks
        pool.submit(calls.wait, (0.3,))
    drain(pool)
    begun = time.monotonic()
    long, *short = (pool.submit(calls.wait, (seconds,)) for seconds in (2.5, 0.1, 0.1, 0.1))
    assert list(drain(pool)) == [*short, long]
    assert time.monotonic() - begun < 5


def test_cancelled_calls_end_where_they_run(pool: EnginePool, tmp_path: Path, gone: Callable[..., list[str]]) -> None:
    for _ in range(2):
        pool.submit(calls.wait_and_say, (60, str(tmp_path)))
    queued = pool.submit(calls.wait, (60,))
    end = time.monotonic() + 30
    while len(pids := [int(file.stem) for file in tmp_path.glob("*.pid")]) < 2 and time.monotonic() < end:
        assert pool.next(0.1) is None
    begun = time.monotonic()
    pool.cancel()
    outcomes = drain(pool)
    assert time.monotonic() - begun < 1
    assert {outcome.status for outcome in outcomes.values()} == {"cancelled"}
    assert outcomes[queued].error == "it had not begun"
    assert len(pids) == 2
    assert gone(pids) == []
    assert pool.workers == 2
    pool.submit(calls.add, (1, 1))
    assert pool.next(60).value == 2  # type: ignore[union-attr]


def test_calls_end_with_their_folder(lease: Lease, tmp_path: Path, gone: Callable[..., list[str]]) -> None:
    with EnginePool(lease, tmp_path, 0, ("numpy",), (CALLS,)) as pool:
        pool.submit(calls.wait_and_say, (60, str(tmp_path)))
        while not (found := list(tmp_path.glob("*.pid"))):
            assert pool.next(0.1) is None
    assert gone([int(found[0].stem)]) == []
    assert [file.name for file in tmp_path.iterdir()] == [found[0].name], "signs are removed"


def test_a_folder_that_workers_do_not_see_is_told_before_any_trial(lease: Lease, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="TF-MODEL-007"):
        EnginePool(lease, tmp_path / "elsewhere").__enter__()


def test_other_versions_on_a_worker_are_told(lease: Lease, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions, "of_process", lambda: ("tenfold 99", *versions.of_libraries()))
    with pytest.raises(UserError, match=r"TF-MODEL-008.*has.*tenfold.*Expected: tenfold 99"):
        EnginePool(lease, tmp_path).__enter__()


def test_everything_listens_on_loopback(pool: EnginePool) -> None:
    family = [psutil.Process(), *psutil.Process().children(recursive=True)]
    found: set[str] = set()
    for process in family:
        try:
            found |= {each.laddr.ip for each in process.net_connections() if each.status == psutil.CONN_LISTEN}
        except psutil.NoSuchProcess:
            continue
    assert found
    assert found <= LOOPBACK


SCRIPT = """
# No guard of the main module: whatever an engine starts must not run this again.
import os, sys, time
from pathlib import Path
import psutil
sys.path.insert(0, sys.argv[3])
import calls
from tenfold.core.compute import Compute
from tenfold.learning.trials.engines.lease import Lease
from tenfold.learning.trials.engines.pool import EnginePool

folder, me = Path(sys.argv[2]), psutil.Process()
compute = Compute(trials=sys.argv[1])

def family():
    trackers = "resource_tracker"  # of the standard library and joblib: one per process, ends with it
    found = []
    for each in me.children(recursive=True):
        try:
            found += [each.pid] if trackers not in " ".join(each.cmdline()) else []
        except psutil.Error:  # it has just ended
            continue
    return found

def work():
    pool = EnginePool(Lease(compute, 2), folder, 0, ("numpy",), (sys.argv[3],))
    with pool:
        pool.submit(calls.add, (1, 1))
        assert pool.next(60).value == 2
        pool.submit(calls.wait_and_say, (60, str(folder)))
        while not list(folder.glob("*.pid")):
            pool.next(0.1)
        if sys.argv[4] == "killed":
            print(*family(), *(each.stem for each in folder.glob("*.pid")), flush=True)
            os.kill(os.getpid(), 9)
        raise KeyboardInterrupt

for again in range(2):
    try:
        work()
    except KeyboardInterrupt:
        pass
    for file in folder.glob("*.pid"):
        file.unlink()
    assert psutil.wait_procs([psutil.Process(pid) for pid in family()], timeout=10)[1] == [], family()
print("ended")
"""


@pytest.mark.parametrize("name", ["dask", "ray", "spark"])
@pytest.mark.parametrize("how", ["interrupted", "killed"])
def test_no_engine_outlives_its_run(
    name: str, how: str, installed: Callable[[str], None], gone: Callable[..., list[str]], tmp_path: Path
) -> None:
    installed(name)
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    folder = tmp_path / "bench"
    folder.mkdir()
    command = [sys.executable, str(script), name, str(folder), CALLS, how]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=180, stdin=subprocess.DEVNULL)
    if how == "interrupted":  # twice in a row: what was ended can be started again
        assert ended.stdout.split() == ["ended"], ended.stderr
    else:
        pids = [int(each) for each in ended.stdout.split()]
        assert len(pids) > 2, ended.stderr
        assert gone(pids) == []


ADDRESSED = """
import os, sys
from pathlib import Path
os.environ["PYSPARK_PYTHON"] = sys.executable
from tenfold.learning.trials.engines import local
os.environ.update(local.RAY)
sys.path.insert(0, sys.argv[3])
import calls
from tenfold.core.compute import Compute
from tenfold.learning.trials.engines.lease import Lease
from tenfold.learning.trials.engines.pool import EnginePool

if __name__ == "__main__":
    name, end = sys.argv[1], None
    address = "local-cluster[2,1,1024]"  # a master and two workers with an executor each, as Spark itself tests them
    if name != "spark":
        address, end = local.started(name, 2)
    for again in range(2 if end else 1):  # what was not started for us is still there
        with EnginePool(Lease(Compute(trials=name, address=address), 1), Path(sys.argv[2]), 0, ("numpy",)) as pool:
            assert (pool.workers, pool.threads) == (2, 1), pool
            for _ in range(4):
                pool.submit(os.getppid)
            servers = {pool.next(60).value for _ in range(4)}
            assert len(servers) == 2, servers
    if end:
        end()
    print("ended")
"""


@pytest.mark.parametrize("name", ["dask", "ray", "spark"])
def test_a_cluster_that_is_there_is_used_and_left(name: str, installed: Callable[[str], None], tmp_path: Path) -> None:
    installed(name)
    script = tmp_path / "script.py"
    script.write_text(ADDRESSED)
    command = [sys.executable, str(script), name, str(tmp_path), CALLS]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=180, stdin=subprocess.DEVNULL)
    assert ended.stdout.split() == ["ended"], ended.stderr
    assert "TF-" not in ended.stderr


def test_a_cluster_that_does_not_answer_is_told(
    installed: Callable[[str], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed("dask")
    monkeypatch.setattr("tenfold.learning.trials.engines.dask._PATIENCE", 2)
    with pytest.raises(UserError, match=r"TF-MODEL-006.*at tcp://127.0.0.1:1 "):
        EnginePool(Lease(Compute(trials="dask", address="tcp://127.0.0.1:1"), 2), tmp_path).__enter__()
