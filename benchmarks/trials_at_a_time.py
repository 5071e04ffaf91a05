"""Of many rows: two fits at a time with one thread each, or one after the other with two threads.

Run: ``python benchmarks/trials_at_a_time.py`` on an idle machine. It prints seconds for a fit, medians of several runs,
and the ratio. What it says is why there is a trial for each core, with one thread.
"""

from __future__ import annotations

import argparse
import multiprocessing
import statistics
import time
from typing import Any

import numpy as np

from tenfold.learning.candidates import candidate

FITS: dict[str, dict[str, Any]] = {
    "lightgbm": {"n_estimators": 100, "num_leaves": 100, "learning_rate": 0.05},
    "catboost": {"iterations": 60, "depth": 7, "learning_rate": 0.08},
    "extra_trees": {"n_estimators": 8, "max_features": 0.75},
}


def seconds(name: str, rows: int, columns: int, threads: int) -> float:
    """What one fit takes."""
    generator = np.random.default_rng(0)
    X = generator.normal(size=(rows, columns)).astype(np.float32)
    y = X[:, 0] * X[:, 1] + np.sin(3 * X[:, 2]) + generator.normal(size=rows)
    model = candidate(name)
    estimator = model.estimator("regression", FITS[name], seed=0, threads=threads)
    begun = time.perf_counter()
    model.fit(estimator, X, y)
    return time.perf_counter() - begun


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=250_000)
    parser.add_argument("--columns", type=int, default=17)
    parser.add_argument("--repeats", type=int, default=3)
    asked = parser.parse_args()
    print("| candidate | two at a time, seconds for a fit | one with two threads | ratio |\n|---|---:|---:|---:|")
    for name in FITS:
        apart, together = [], []
        for _ in range(asked.repeats):
            given = (name, asked.rows, asked.columns)
            with multiprocessing.get_context("spawn").Pool(2) as pool:
                apart.append(statistics.mean(pool.starmap(seconds, [(*given, 1)] * 2)) / 2)
                together.append(pool.apply(seconds, (*given, 2)))
        two, one = statistics.median(apart), statistics.median(together)
        print(f"| {name} | {two:.2f} | {one:.2f} | {one / two:.2f} |", flush=True)


if __name__ == "__main__":
    main()
