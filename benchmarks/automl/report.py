"""Where every peer stands: ranks, scores, who was better than whom, overruns, failures, memory. Markdown on stdout.

Run: ``python benchmarks/automl/report.py`` (``--budgets 60,300``, ``--peers tenfold,autogluon``, ``--first tenfold``).
Ranks and normalised scores are over the splits that all peers were run on; comparisons of two over those that both were
run on. Scores of several splits are averaged by data set; who failed on one of them failed there.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import sections
from compare import DATA, HERE, PEERS
from kept import Kept, Pair, Runs, by_data, mean_score
from record import Row, read
from standing import Scores, normalised, ranks

from tenfold.metrics import METRICS


@dataclass(frozen=True)
class Judged:
    """One data set. ``scores``, ``ranks``, ``normalised``: empty where no split has all peers. ``held``: how many
    intervals of the first hold the truth, of how many, over all its splits; None where it gave none."""

    name: str
    metric: str
    rows: Sequence[Row]
    scores: Scores
    ranks: Mapping[str, float]
    normalised: Mapping[str, float]
    pairs: Mapping[str, Pair]
    held: tuple[int, int] | None = None


@dataclass(frozen=True)
class Board:
    """All data sets at one budget, seen from the peer ``first``."""

    budget: float
    first: str
    peers: Sequence[str]
    sets: Sequence[Judged]

    @property
    def ranked(self) -> list[Judged]:
        """The data sets that all peers were run on."""
        return [each for each in self.sets if each.ranks]

    @property
    def rows(self) -> list[Row]:
        """All rows, by data set."""
        return [row for each in self.sets for row in each.rows]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the report of each budget."""
    asked = _arguments(arguments)
    rows = list(read(asked.results).values())
    for budget in asked.budgets or sorted({row["budget"] for row in rows}):
        here = [row for row in rows if row["budget"] == budget]
        peers = asked.peers or [name for name in PEERS if name in {row["peer"] for row in here}]
        here = [row for row in here if row["peer"] in peers]
        sets = [judged(Kept(asked.data / name, asked.results), name, runs, peers, asked.first)
                for name, runs in by_data(here).items()]  # fmt: skip
        print(sections.report(Board(budget, asked.first, peers, sets)))
    return 0


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", type=Path, nargs="?", default=HERE / "results.jsonl")
    parser.add_argument("--data", type=Path, default=DATA, help="folder of data sets")
    parser.add_argument("--budgets", type=lambda text: [float(each) for each in text.split(",")], help="all by default")
    parser.add_argument("--peers", type=lambda text: text.split(","), help="all that were run by default")
    parser.add_argument("--first", default="tenfold", help="whom the others are compared with")
    return parser.parse_args(arguments)


def judged(kept: Kept, name: str, runs: Runs, peers: Sequence[str], first: str) -> Judged:
    """Judge the peers on one data set."""
    rows = list(runs.values())
    metric = rows[0]["metric"]
    pairs = {peer: kept.pair(runs, first, peer) for peer in peers if peer != first}
    scores = shared(runs, peers)
    sign = METRICS[metric].sign
    dummy = kept.dummy(_seeds(runs, peers), metric) if scores else 0.0
    return Judged(
        name, metric, rows, scores, ranks(scores, sign), normalised(scores, dummy, sign),
        {peer: pair for peer, pair in pairs.items() if pair is not None}, _held(kept, runs, first),
    )  # fmt: skip


def _held(kept: Kept, runs: Runs, first: str) -> tuple[int, int] | None:
    mine = [row for (peer, _), row in runs.items() if peer == first and row["metric"] == "rmse" and "score" in row]
    found = [each for each in map(kept.held, mine) if each is not None]
    return (sum(held for held, _ in found), sum(rows for _, rows in found)) if found else None


def shared(runs: Runs, peers: Sequence[str]) -> dict[str, float | None]:
    """The mean score of each peer over the splits that all were run on; empty where there is none."""
    seeds = _seeds(runs, peers)
    return {peer: mean_score([runs[peer, seed] for seed in seeds]) for peer in peers if seeds}


def _seeds(runs: Runs, peers: Sequence[str]) -> list[int]:
    return [seed for seed in sorted({seed for _, seed in runs}) if all((peer, seed) in runs for peer in peers)]


if __name__ == "__main__":
    sys.exit(main())
