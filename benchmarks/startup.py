"""How long a person waits for nothing: ``tenfold --help`` and a run whose steps all come from the cache.

    python benchmarks/startup.py [--runs 7]

Prints medians with their range. Run it while nothing else runs. Promises: help at most 0.3 s, a no-op run at most 1 s.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

EXAMPLE = Path(__file__).parents[1] / "examples" / "telco-churn" / "workflow.yaml"


def seconds(arguments: list[str], runs: int) -> list[float]:
    """Wall-clock seconds of whole processes, after one that is not counted."""
    taken = []
    for number in range(runs + 1):
        started = time.perf_counter()
        subprocess.run([sys.executable, "-m", "tenfold", *arguments], check=True, stdout=subprocess.DEVNULL)
        if number:
            taken.append(time.perf_counter() - started)
    return taken


def told(name: str, taken: list[float], promise: float) -> str:
    """One line: median, range, promise."""
    median = statistics.median(taken)
    return f"{name:<28}{median:6.2f} s  ({min(taken):.2f} to {max(taken):.2f})   promised: at most {promise:g} s"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7)
    runs = parser.parse_args().runs
    print(told("tenfold --help", seconds(["--help"], runs), 0.3))
    with tempfile.TemporaryDirectory() as project:
        again = ["run", str(EXAMPLE), "--release", "--trials", "1", "--quiet", "--project", project]
        subprocess.run([sys.executable, "-m", "tenfold", *again], check=True)
        print(told("run again, nothing changed", seconds(again, runs), 1.0))


if __name__ == "__main__":
    main()
