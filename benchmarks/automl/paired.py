"""Two peers side by side: their scores, and whether one is better than the other on the same test rows.

Run: ``python benchmarks/automl/paired.py results.jsonl`` (``--first tenfold --second sklearn --budget 60``). Intervals
are paired bootstrap intervals (95 %) of the difference, over all splits of a data set. Exit status 1 when the first is
clearly worse somewhere.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from compare import DATA, HERE
from kept import Kept, Pair, by_data
from record import read
from standing import Tally


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table. Returns the exit status."""
    asked = _arguments(arguments)
    rows = [row for row in read(asked.results).values()
            if row["budget"] == asked.budget and row["peer"] in (asked.first, asked.second)]  # fmt: skip
    verdicts = []
    print(f"| data set | metric | test rows × splits | {asked.first} | {asked.second} | better by (95 %) | verdict |")
    print("|---|---|---:|---:|---:|---:|---|")
    for name, runs in by_data(rows).items():
        if {peer for peer, _ in runs} != {asked.first, asked.second}:
            continue
        kept = Kept(asked.data / name, asked.results)
        pair = kept.pair(runs, asked.first, asked.second)
        if pair is not None:
            verdicts.append(pair.verdict)
            print(_line(name, kept, pair))
    tally = Tally.of(verdicts)
    print(f"\n{asked.first} against {asked.second} on {len(verdicts)} data sets: "
          f"{tally.better} better, {tally.alike} alike, {tally.worse} worse.")  # fmt: skip
    return int(tally.worse > 0)


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", type=Path, nargs="?", default=HERE / "results.jsonl")
    parser.add_argument("--data", type=Path, default=DATA, help="folder of data sets")
    parser.add_argument("--first", default="tenfold")
    parser.add_argument("--second", default="sklearn")
    parser.add_argument("--budget", type=float, default=60, help="seconds that both had")
    return parser.parse_args(arguments)


def _line(name: str, kept: Kept, pair: Pair) -> str:
    rows = " + ".join(f"{len(kept.split(one['seed']).truth):,}" for one, _ in pair.rows)
    scores = " | ".join("failed" if score is None else f"{score:.5g}" for score in pair.scores)
    better = "" if pair.found is None else pair.found.told()
    return f"| {name} | {pair.rows[0][0]['metric']} | {rows} | {scores} | {better} | {pair.verdict} |"


if __name__ == "__main__":
    sys.exit(main())
