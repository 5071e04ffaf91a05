"""A Dask cluster on this machine, as a process: it says its address and ends when its standard input closes.

It is started as ``python -m tenfold.learning.trials.engines.local_dask CORES``. Everything listens on loopback.
"""

from __future__ import annotations

import sys


def main() -> None:
    """Run a scheduler and as many workers as the first argument says, each with one thread."""
    from distributed import LocalCluster

    # No memory limit: what needs memory are trials, and these are watched where they run.
    with LocalCluster(
        n_workers=int(sys.argv[1]), threads_per_worker=1, processes=True, host="127.0.0.1",
        dashboard_address="127.0.0.1:0", memory_limit=None, silence_logs=50,
    ) as cluster:  # fmt: skip
        print(cluster.scheduler_address, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
