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

#: The least disturbed of so many rounds counts: other work on the machine is no property of the bundle.
ROUNDS = 3
#: Gates on a time, which is never the same twice.
TIMED = frozenset({"latency_p99_ms"})
#: Seconds that a round may take: slow answers are counted fewer times, but never fewer than this.
_SECONDS, _FEWEST = 0.5, 20


def latencies(scorer: Scorer, records: Sequence[Mapping[str, Any]], calls: int = 200) -> tuple[float, float]:
    """Median and 99th percentile of one record's answer, in milliseconds: the best of :data:`ROUNDS` rounds.

    A round is ``calls`` answers, or as many as there is time for.
    """
    _round(scorer, records, 50)  # warm-up
    p50, p99 = np.min([np.percentile(_round(scorer, records, calls), [50, 99]) for _ in range(ROUNDS)], axis=0)
    return float(p50), float(p99)


def _round(scorer: Scorer, records: Sequence[Mapping[str, Any]], calls: int) -> list[float]:
    taken = []
    end = time.perf_counter() + _SECONDS
    for call in range(calls):
        if call >= _FEWEST and time.perf_counter() > end:
            break
        record = records[call % len(records)]
        started = time.perf_counter()
        scorer.predict([record])
        taken.append((time.perf_counter() - started) * 1000)
    return taken


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
