"""One data set as a comparison saw it: its splits, and what the peers answered on them. Everything is read once."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from record import Row, predictions_file
from ruamel.yaml import YAML
from scoring import FLOOR, Answers, Difference, answers, constant, difference
from splits import Split, split
from standing import verdict

from tables import raw

#: Rows of one data set by peer and seed.
Runs = Mapping[tuple[str, int], Row]


@dataclass(frozen=True)
class Pair:
    """Two peers on the same splits of a data set. ``found``: None where one of them failed on a split."""

    rows: Sequence[tuple[Row, Row]]
    found: Difference | None
    verdict: str

    @property
    def scores(self) -> tuple[float | None, float | None]:
        """The mean score of each, None where it failed."""
        first, second = zip(*self.rows, strict=True)
        return mean_score(first), mean_score(second)


class Kept:
    """A data set in ``folder``, and the predictions kept beside ``results``."""

    def __init__(self, folder: Path, results: Path) -> None:
        self._facts: dict[str, Any] = YAML(typ="safe").load(folder / "dataset.yaml")
        self._table = raw(folder, self._facts)
        self._results = results
        self._splits: dict[int, Split] = {}
        self._answers: dict[Path, Answers] = {}

    def split(self, seed: int) -> Split:
        """The split that ``seed`` gives."""
        if seed not in self._splits:
            self._splits[seed] = split(self._table, self._facts, seed)
        return self._splits[seed]

    def answers(self, row: Row) -> Answers:
        """What the peer of ``row`` answered."""
        path = predictions_file(self._results, row)
        if path not in self._answers:
            truth, floor = self.split(row["seed"]).truth, row.get("kept_floor", FLOOR)
            self._answers[path] = answers(truth, pd.read_csv(path), row["metric"], floor)
        return self._answers[path]

    def held(self, row: Row) -> tuple[int, int] | None:
        """How many of its intervals hold the truth, and how many there are; None where the peer gave none."""
        told = pd.read_csv(predictions_file(self._results, row))
        if not {"low", "high"} <= {*told}:
            return None
        truth = self.split(row["seed"]).truth.to_numpy(float)
        return int(((told["low"] <= truth) & (truth <= told["high"])).sum()), len(truth)

    def dummy(self, seeds: Iterable[int], metric: str) -> float:
        """The mean score of the constant answer that the training rows suggest."""
        return statistics.fmean(self._constant(seed, metric).score() for seed in seeds)

    def _constant(self, seed: int, metric: str) -> Answers:
        rows = self.split(seed)
        learned = rows.train[self._facts["target"]]
        return answers(rows.truth, constant(learned, len(rows.truth), metric), metric)

    def pair(self, runs: Runs, first: str, second: str) -> Pair | None:
        """Two peers beside each other on all splits that both were run on; None where there is none."""
        seeds = sorted(seed for peer, seed in runs if peer == first and (second, seed) in runs)
        both = [(runs[first, seed], runs[second, seed]) for seed in seeds]
        if not both:
            return None
        failed = [any("score" not in row for row in rows) for rows in zip(*both, strict=True)]
        if any(failed):
            return Pair(both, None, verdict(failed[0], failed[1], ""))
        found = difference([(self.answers(one), self.answers(other)) for one, other in both])
        return Pair(both, found, found.verdict)


def mean_score(rows: Iterable[Row]) -> float | None:
    """The mean score over splits; None where one of them has no score."""
    scores = [row.get("score") for row in rows]
    return None if None in scores or not scores else statistics.fmean(scores)


def by_data(rows: Iterable[Row]) -> dict[str, dict[tuple[str, int], Row]]:
    """Rows by data set (in order of names), then by peer and seed."""
    found: dict[str, dict[tuple[str, int], Row]] = {}
    for row in sorted(rows, key=lambda row: row["data"]):
        found.setdefault(row["data"], {})[row["peer"], row["seed"]] = row
    return found
