"""Many processes, and processes that are killed at any moment."""

from __future__ import annotations

import functools
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tenfold.registry import Registry

Make = Callable[[str], Path]

REGISTER = """
import sys
from tenfold.registry import Registry
registry = Registry(sys.argv[1])
for folder in sys.argv[2:]:
    number = registry.register("churn", folder, "run", actor="process")
    registry.alias("churn", "champion", number, "process", folder)
    print(number, flush=True)
"""


def register_and_die(step: int, registry: Registry, bundle: Path) -> int:
    """Register in a process of its own that kills itself at the n-th durable step; how many steps it took."""
    child = os.fork()
    if child == 0:
        left = step

        def dying(work: Callable[..., object]) -> Callable[..., object]:
            def stepped(*args: object, **kwargs: object) -> object:
                nonlocal left
                left -= 1
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
                return work(*args, **kwargs)

            return stepped

        class Connection(sqlite3.Connection):
            execute = dying(sqlite3.Connection.execute)  # type: ignore[assignment]

        os.fsync = dying(os.fsync)  # type: ignore[assignment]
        Path.rename, Path.mkdir = dying(Path.rename), dying(Path.mkdir)  # type: ignore[method-assign,assignment]
        sqlite3.connect = functools.partial(sqlite3.connect, factory=Connection)  # type: ignore[assignment]
        registry.register("churn", bundle, "run", actor="victim")
        os._exit(step - left)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def test_processes_at_once_lose_nothing_and_share_what_is_equal(registry: Registry, make: Make) -> None:
    shared = make("shared")
    command = [sys.executable, "-c", REGISTER, str(registry.path)]
    crowd = [
        subprocess.Popen([*command, *map(str, [make(f"{who}-{each}") for each in range(2)]), str(shared)])
        for who in range(3)
    ]
    assert [each.wait(timeout=120) for each in crowd] == [0] * 3
    found = registry.versions("churn")
    assert [each.version for each in found] == list(range(1, 8))  # three times two, and one that is everybody's
    assert len({each.identity for each in found}) == 7
    assert registry.verify() == ()
    assert not list(registry.bundles.rglob("*.tmp"))


@pytest.mark.slow
def test_killed_at_any_step_leaves_the_version_or_nothing_and_the_next_one_succeeds(tmp_path: Path, make: Make) -> None:
    bundle, other = make("one"), make("two")
    steps = register_and_die(200, Registry(tmp_path / "count" / "registry.db"), bundle)
    assert 15 < steps < 200
    for step in range(1, steps + 1):
        registry = Registry(tmp_path / str(step) / "registry.db")
        assert register_and_die(step, registry, bundle) == -signal.SIGKILL
        assert registry.models() == () or registry.verify() == ()
        assert registry.register("churn", other if step % 2 else bundle, "run") in (1, 2)
        assert registry.register("churn", bundle, "run") in (1, 2)
        assert registry.verify() == ()
        numbers = {each.name for each in (registry.bundles / "churn").iterdir()}
        assert numbers == {str(each.version) for each in registry.versions("churn")}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_registry_that_may_not_be_written_is_named(registry: Registry, make: Make) -> None:
    registry.register("churn", make("one"), "r")
    registry.path.chmod(0o400)
    with pytest.raises(Exception, match="TF-REGISTRY-001"):
        registry.register("churn", make("two"), "r")
