"""From measured scores to the table of configurations that a search begins with.

Run: ``python benchmarks/portfolio/learn.py`` (``--without adult,iris``, ``--table other.json``). For classes and for
values apart, each candidate's configurations are put in order: first the one that is best on average, then, again and
again, the one that adds most where the best so far is wanting. Scores are shares of the way from the dummy to the best
configuration of any candidate; what few rows say is mostly luck, and counts for less.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from pool import EXTRAS, POOL

HERE = Path(__file__).parent
TABLE = HERE.parents[1] / "src" / "tenfold" / "learning" / "search" / "portfolio.json"
#: A configuration that adds less than this share on average is left out.
_LEAST = 2e-4
#: The worst that one data set may say of a configuration: some fail, and no single set shall decide.
_FLOOR = 0.8
#: Rows of which a data set counts half as much as one of very many.
_HALF = 1000


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the table. Returns the exit status."""
    asked = _arguments(arguments)
    measured = pd.read_csv(asked.scores)
    known = measured[~measured["data"].isin(asked.without.split(","))]
    table = {part: _part(rows) for part, rows in known.groupby("part")}
    asked.table.write_text(json.dumps(table, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{asked.table}: learned from {known['data'].nunique()} data sets")
    return 0


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scores", type=Path, default=HERE / "scores.csv", help="as measure.py writes them")
    parser.add_argument("--without", default="", help="names of data sets that the table shall know nothing of")
    parser.add_argument("--table", type=Path, default=TABLE, help="the file to write")
    return parser.parse_args(arguments)


def _part(rows: pd.DataFrame) -> dict[str, list[dict[str, Any]]]:
    shares = shares_of(rows)
    sizes = rows.groupby("data")["rows"].first()
    weights = sizes / (sizes + _HALF)
    found: dict[str, list[dict[str, Any]]] = {}
    for name, (candidate, parameters) in POOL.items():
        found.setdefault(candidate, []).append({"name": name, "parameters": parameters})
    return {candidate: _ordered(shares, weights / weights.sum(), known) for candidate, known in found.items()}


def shares_of(rows: pd.DataFrame) -> pd.DataFrame:
    """Data set × configuration: how much of the way from the dummy to the best it goes."""
    gains = rows.assign(gain=rows["score"] * rows["sign"], dummy=rows["dummy"] * rows["sign"])
    extra = gains["configuration"].map(lambda name: POOL[name][0] in EXTRAS)
    best = gains["data"].map(gains[~extra].groupby("data")["gain"].max())
    gains["share"] = ((gains["gain"] - gains["dummy"]) / (best - gains["dummy"])).clip(lower=_FLOOR)
    return gains.pivot(index="data", columns="configuration", values="share").fillna(_FLOOR)


def _ordered(shares: pd.DataFrame, weights: pd.Series, known: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Greedily: what lifts the mean of the best so far the most comes next."""
    left = {each["name"]: each for each in known if each["name"] in shares}
    reached = pd.Series(_FLOOR, index=shares.index)
    found: list[dict[str, Any]] = []
    while left:
        lifted = {name: (reached.combine(shares[name], max) * weights).sum() for name in left}
        name = max(lifted, key=lambda each: lifted[each])
        added = float(lifted[name] - (reached * weights).sum())
        if found and added < _LEAST:
            break
        reached = reached.combine(shares[name], max)
        found.append({**left.pop(name), "gain": round(added, 4) if found else 0.0})
    return found


if __name__ == "__main__":
    sys.exit(main())
