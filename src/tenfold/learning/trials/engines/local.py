"""A cluster on this machine, as a process of its own: it says its address and ends when its standard input closes.

It is started as ``python -m tenfold.learning.trials.engines.local NAME CORES``. So it ends with the caller, whatever
way that came to its end; workers are made from it, not from the caller, whose main module they would run again; and
Ctrl-C does not reach it. Everything listens on loopback.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable

#: Ray reads them when it is imported: without clusters everything listens on loopback (the name is of systems where
#: that is so anyway), and whoever connects has to know the user's token.
RAY = {"RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0", "RAY_AUTH_MODE": "token"}
#: The least that Ray keeps for objects is 75 MB; calls and outcomes are small.
_OBJECTS = 100 << 20
#: Ray's sockets have long names in its folder, and a socket's name may have 107 characters.
_LONGEST = 30


def started(name: str, cores: int) -> tuple[str, Callable[[], None]]:
    """Start a cluster with so many slots; returns its address, and what ends it.

    Raises:
        OSError: it ended before it was ready.
    """
    command = [sys.executable, "-m", "tenfold.learning.trials.engines.local", name, str(cores)]
    path = os.pathsep.join(each or os.getcwd() for each in sys.path)
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        env={**os.environ, **RAY, "PYTHONPATH": path}, start_new_session=True,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    stdin, stdout = process.stdin, process.stdout

    def end() -> None:
        stdin.close()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        stdout.close()

    try:
        address = stdout.readline().strip()
        if not address:
            raise OSError("its first process ended before it was ready")
    except BaseException:
        end()
        raise
    return address, end


def main() -> None:
    """Run the cluster that the first argument names, with as many slots as the second says."""
    {"dask": _dask, "ray": _ray}[sys.argv[1]](int(sys.argv[2]))


def _until_the_caller_is_gone(address: str) -> None:
    print(address, flush=True)
    sys.stdin.read()


def _dask(cores: int) -> None:
    from distributed import LocalCluster

    # No memory limit: what needs memory are trials, and these are watched where they run.
    with LocalCluster(
        n_workers=cores, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address="127.0.0.1:0",
        memory_limit=None, silence_logs=50,
    ) as cluster:  # fmt: skip
        _until_the_caller_is_gone(cluster.scheduler_address)


def _ray(cores: int) -> None:
    import ray

    place = tempfile.gettempdir()
    folder = tempfile.mkdtemp(prefix="tf-ray-", dir=place if len(place) <= _LONGEST else "/tmp")
    try:
        context = ray.init(
            address="local", num_cpus=cores, include_dashboard=False, log_to_driver=False,
            object_store_memory=_OBJECTS, _temp_dir=folder,
        )  # fmt: skip
        _until_the_caller_is_gone(context.address_info["gcs_address"])
    finally:
        ray.shutdown()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
