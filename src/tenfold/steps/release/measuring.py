"""How long one answer takes, and how large the bundle is: the gates on the bundle itself."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tenfold.bundle import Scorer
from tenfold.steps.problem.result import Gate
from tenfold.steps.release.result import Checked


def latencies(scorer: Scorer, records: Sequence[Mapping[str, Any]], calls: int = 400) -> tuple[float, float]:
    """Median and 99th percentile of one record's answer, in milliseconds, after a warm-up."""
    taken = []
    for call in range(calls + 50):
        record = records[call % len(records)]
        started = time.perf_counter()
        scorer.predict([record])
        taken.append((time.perf_counter() - started) * 1000)
    p50, p99 = np.percentile(taken[50:], [50, 99])
    return float(p50), float(p99)


def folder_bytes(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.iterdir())


def check(gates: Sequence[Gate], measured: Mapping[str, float], accepted: Mapping[str, str]) -> tuple[Checked, ...]:
    """The gates whose number was measured here."""
    return tuple(
        Checked(
            gate.name, gate.minimum, gate.maximum, measured[gate.name], gate.holds(measured[gate.name]),
            accepted.get(gate.name, ""),
        )
        for gate in gates
        if gate.name in measured
    )  # fmt: skip
