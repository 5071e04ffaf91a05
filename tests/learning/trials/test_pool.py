"""Isolated trials: what overruns, fails or dies loses only itself."""

import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from tenfold.learning.trials.client import end_server, fork_server
from tenfold.learning.trials.pool import Pool

HERE = str(Path(__file__).parent)
sys.path.insert(0, HERE)
import calls  # noqa: E402


@pytest.fixture
def pool():
    with Pool(workers=2, memory=400 << 20, preload=("numpy",), paths=(HERE,)) as pool:
        yield pool


def drain(pool):
    outcomes = {}
    while (outcome := pool.next(timeout=60)) is not None:
        outcomes[outcome.id] = outcome
    return outcomes


@pytest.mark.slow
def test_every_way_to_end_is_told_apart_and_harms_nobody_else(pool):
    numbers = {
        "done": pool.submit(calls.add, (1, 2)),
        "timeout": pool.submit(calls.wait, (60,), seconds=0.3),
        "failed": pool.submit(calls.fail),
        "killed": pool.submit(calls.die),
        "memory": pool.submit(calls.fill_memory),
    }
    too_much, last = pool.submit(calls.ask_for_the_impossible), pool.submit(calls.add, (3, 4))
    outcomes = drain(pool)
    assert {name: outcomes[number].status for name, number in numbers.items()} == {name: name for name in numbers}
    assert outcomes[too_much].status == "memory"
    assert outcomes[last].value == 7
    assert "as it should" in outcomes[numbers["failed"]].error
    assert outcomes[numbers["memory"]].peak_bytes > 400 << 20


def test_memory_that_a_library_did_not_get_is_told_apart_from_other_failures(pool):
    pool.submit(calls.fail_as_cpp_does)
    outcome = pool.next(60)
    assert (outcome.status, outcome.error) == ("memory", "the library got none")


def test_one_thread_per_process(pool):
    pool.submit(calls.threads)
    assert pool.next(60).value == "1"


def test_a_server_that_was_ended_starts_again_when_it_is_needed():
    first = fork_server(("json",))
    end_server(("json",))
    assert not first.alive()
    end_server(("json",))
    with Pool(workers=1, preload=("json",), paths=(HERE,)) as pool:
        pool.submit(calls.add, (1, 2))
        assert pool.next(60).value == 3
    assert fork_server(("json",)) is not first
    end_server(("json",))


def test_polars_is_left_out_of_the_server_and_there_for_whoever_wants_it():
    with Pool(workers=1, preload=("catboost",), paths=(HERE,)) as pool:  # which would load it
        pool.submit(calls.loaded, ("catboost",))
        pool.submit(calls.loaded, ("polars",))
        assert [pool.next(60).value for _ in range(2)] == [(True, True), (False, True)]
    end_server(("catboost",))


def test_cancelled_calls_end_at_once(pool):
    for _ in range(4):
        pool.submit(calls.wait, (60,))
    assert pool.next(0.2) is None
    begun = time.monotonic()
    pool.cancel()
    assert {outcome.status for outcome in drain(pool).values()} == {"cancelled"}
    assert time.monotonic() - begun < 5


def test_two_calls_run_side_by_side(pool):
    pool.submit(calls.add, (0, 0))
    pool.next(60)
    begun = time.monotonic()
    for _ in range(2):
        pool.submit(calls.wait, (0.6,))
    drain(pool)
    assert time.monotonic() - begun < 1.15


def test_leaving_by_an_exception_ends_the_processes():
    pids = []

    def interrupted():
        with Pool(workers=1, preload=("numpy",), paths=(HERE,)) as pool:
            pool.submit(calls.add, (1, 1))
            pool.next(60)
            pool.submit(calls.wait, (60,))
            pool.next(0.2)
            pids.extend(worker.process.pid for worker in pool._crew)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert pids
    assert _gone(pids)


def test_when_a_pool_is_closed_its_processes_are_gone():
    """The folder that they write into is removed right after."""
    with Pool(workers=2, preload=("numpy",), paths=(HERE,)) as pool:
        for _ in range(2):
            pool.submit(calls.add, (1, 1))
        drain(pool)
        for _ in range(2):
            pool.submit(calls.wait, (60,))
        pool.next(0.2)
        pids = [worker.process.pid for worker in pool._crew]
        pool.cancel()
    assert len(pids) == 2
    assert not [pid for pid in pids if psutil.pid_exists(pid) and psutil.Process(pid).status() != "zombie"]


def test_a_caller_that_is_killed_leaves_nobody_behind(tmp_path):
    """Run by a script without a main guard, which the standard library's fork server would run again."""
    script = tmp_path / "script.py"
    script.write_text(
        "import os, sys, operator, time\n"
        "from tenfold.learning.trials.pool import Pool\n"
        "pool = Pool(workers=1, preload=()).__enter__()\n"
        "pool.submit(operator.add, (1, 1)); assert pool.next(60).value == 2\n"
        "pool.submit(time.sleep, (60,)); pool.next(0.2)\n"
        "print(pool._server.process.pid, pool._crew[0].process.pid, flush=True)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    ended = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=120)
    pids = [int(each) for each in ended.stdout.split()]
    assert len(pids) == 2, ended.stderr
    assert _gone(pids)


@pytest.mark.skipif(sys.platform != "linux", reason="prctl is Linux's")
def test_a_server_that_is_killed_takes_its_workers_along():
    with Pool(workers=1, preload=("json",), paths=(HERE,)) as pool:
        pool.submit(calls.add, (1, 1))
        pool.next(60)
        pool.submit(calls.wait, (60,))
        pool.next(0.2)
        pids = [pool._crew[0].process.pid]
        pool._server.process.kill()
        assert _gone(pids)
        assert pool.next(60).status == "killed"


def _gone(pids):
    end = time.monotonic() + 10
    while time.monotonic() < end:
        if not any(psutil.pid_exists(pid) and psutil.Process(pid).status() != "zombie" for pid in pids):
            return True
        time.sleep(0.05)
    return False


def test_the_server_is_shared_and_survives_its_pools():
    servers = set()
    for _ in range(2):
        with Pool(workers=1, preload=("numpy",), paths=(HERE,)) as pool:
            pool.submit(os.getppid)
            servers.add(pool.next(60).value)
    assert len(servers) == 1
