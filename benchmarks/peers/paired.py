"""Tables of a comparison: scores side by side, and whether a system is better than another on the same test rows.

Run: ``python benchmarks/peers/paired.py results.jsonl`` (``--first tenfold --second sklearn``). Intervals are paired
bootstrap intervals (95 %) of the difference, over all splits of a data set. Exit status 1 when the first is clearly
worse somewhere.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from compare import HERE, Row, predictions_file
from ruamel.yaml import YAML
from scoring import Answers, Difference, answers, difference
from splits import split

from tables import raw

Runs = Mapping[tuple[str, int], Row]  # by peer and seed


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table. Returns the exit status."""
    asked = _arguments(arguments)
    verdicts = []
    print(f"| data set | metric | test rows × splits | {asked.first} | {asked.second} | better by (95 %) | verdict |")
    print("|---|---|---:|---:|---:|---:|---|")
    for name, runs in _by_data(asked.results).items():
        seeds = sorted(seed for peer, seed in runs if peer == asked.first and (asked.second, seed) in runs)
        both = [(runs[asked.first, seed], runs[asked.second, seed]) for seed in seeds]
        both = [pair for pair in both if all("score" in row for row in pair)]
        if not both:
            continue
        pairs = _pairs(asked.data / name, both, asked.results)
        found = difference(pairs)
        verdicts.append(found.verdict)
        print(_line(name, both, pairs, found))
    told = ", ".join(f"{verdicts.count(each)} {each}" for each in ("better", "alike", "worse"))
    print(f"\n{asked.first} against {asked.second} on {len(verdicts)} data sets: {told}.")
    return int("worse" in verdicts)


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", type=Path, nargs="?", default=HERE / "results.jsonl")
    parser.add_argument("--data", type=Path, default=HERE.parents[2] / "shared" / "data", help="folder of data sets")
    parser.add_argument("--first", default="tenfold")
    parser.add_argument("--second", default="sklearn")
    return parser.parse_args(arguments)


def _by_data(results: Path) -> dict[str, dict[tuple[str, int], Row]]:
    found: dict[str, dict[tuple[str, int], Row]] = defaultdict(dict)
    for line in results.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        found[row["data"]][row["peer"], row["seed"]] = row
    return dict(sorted(found.items()))


def _pairs(folder: Path, both: Iterable[tuple[Row, Row]], results: Path) -> list[tuple[Answers, Answers]]:
    facts: dict[str, Any] = YAML(typ="safe").load(folder / "dataset.yaml")
    table = raw(folder, facts)
    found = []
    for one, other in both:
        truth = split(table, facts, one["seed"]).truth
        kept = [pd.read_csv(predictions_file(results, row)) for row in (one, other)]
        found.append((answers(truth, kept[0], one["metric"]), answers(truth, kept[1], other["metric"])))
    return found


def _line(
    name: str, both: Sequence[tuple[Row, Row]], pairs: Sequence[tuple[Answers, Answers]], found: Difference
) -> str:
    scores = [sum(row["score"] for row in rows) / len(rows) for rows in zip(*both, strict=True)]
    rows = " + ".join(f"{len(one.truth):,}" for one, _ in pairs)
    better = f"{found.value:+.3g} ({found.low:+.2g} to {found.high:+.2g})"
    return (
        f"| {name} | {both[0][0]['metric']} | {rows} | {scores[0]:.5g} | {scores[1]:.5g} | {better} | {found.verdict} |"
    )


if __name__ == "__main__":
    sys.exit(main())
