"""One raw row, in process: the released bundle against its own scikit-learn pipelines.

    python benchmarks/single_row.py [--rows 200]

Both answer the same raw records of the Telco churn example, one at a time, in turns: the bundle from the raw record
(reading included), the pipelines from a one-row frame of columns that were read already. Prints medians and ratio.
Promise: at least 50 times.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tenfold import Workflow
from tenfold.tables.examples import frame_of
from tenfold.tables.records import sample_records

EXAMPLE = Path(__file__).parents[1] / "examples" / "telco-churn" / "workflow.yaml"


def milliseconds(call: Callable[[Any], object], argument: object) -> float:
    started = time.perf_counter()
    call(argument)
    return (time.perf_counter() - started) * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=200)
    rows = parser.parse_args().rows
    with tempfile.TemporaryDirectory() as project:
        run = Workflow(EXAMPLE, project=project).run(release=True, trials=2)
        scorer, composition = run.model.scorer, run.composition
        records = sample_records(run.result("data").raw, rows)
        frames = [frame_of(scorer.reader.read([each]).columns, scorer.schema.inputs) for each in records]
        served, trained = [], []
        for _ in range(3):  # in turn, but in blocks: threads that one leaves spinning would slow down the other
            trained += [milliseconds(composition.scores, frame) for frame in frames]
            time.sleep(0.5)
            served += [milliseconds(scorer.predict, [record]) for record in records]
    bundle, pipelines = statistics.median(served), statistics.median(trained)
    members = ", ".join(member.name for member in composition.members)
    print(f"members: {members}")
    print(f"bundle, from the raw record   {bundle:8.3f} ms")
    print(f"pipelines, from typed columns {pipelines:8.3f} ms")
    print(f"ratio                         {pipelines / bundle:8.0f} times   promised: at least 50")


if __name__ == "__main__":
    main()
