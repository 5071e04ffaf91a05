"""The results file: a line of JSON for each data set, peer, budget and seed. The last line of a kind counts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

Row = dict[str, Any]
Key = tuple[str, str, float, int]


def key(row: Row) -> Key:
    """What a row is about: data set, peer, budget in seconds, seed of the split."""
    return row["data"], row["peer"], float(row["budget"]), row["seed"]


def read(results: Path) -> dict[Key, Row]:
    """All rows that count, in the order of their first lines; empty where there is no file."""
    lines = results.read_text(encoding="utf-8").splitlines() if results.exists() else []
    return {key(row): row for row in map(json.loads, lines)}


def add(results: Path, row: Row) -> None:
    """Append a row."""
    with results.open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(row) + "\n")


def predictions_file(results: Path, row: Row) -> Path:
    """Where the predictions of a row are kept."""
    name = f"{row['data']}-{row['peer']}-{row['budget']:.0f}-{row['seed']}.csv.gz"
    return results.with_suffix("") / name


def overrun(fit_s: float, budget: float) -> float:
    """How far fitting went beyond its budget, in percent of the budget; 0 where it kept it."""
    return round(max(0.0, fit_s / budget - 1) * 100, 1)
