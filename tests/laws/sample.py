"""A small raw table with everything that breaks a wrong design early, and a workflow over it. Loaded by path."""

from __future__ import annotations

import csv
import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

Row = dict[str, str]
WORDS = ("café", "naïve", "señor", "Überraschung", "crème brûlée", "plain", "good", "bad", "slow", "très bien")


def make_rows(count: int, seed: int = 7) -> list[Row]:
    """Raw rows as text; the first ones are the same whatever ``count`` is."""
    draw = random.Random(seed)
    return [_row(number, draw) for number in range(count)]


def _row(number: int, draw: random.Random) -> Row:
    income, plan = draw.gauss(40_000, 12_000), draw.choice(["basic", "plus", "pro", "família"])
    words = draw.sample(WORDS, 4)
    risk = (income < 36_000) + (plan == "basic") + ("bad" in words) + draw.gauss(0, 0.7)
    return {
        "customer": f"C{number:05d}",
        "income": " " if draw.random() < 0.04 else f"${income:,.2f}",
        "plan": plan,
        "since": f"20{draw.randint(10, 23)}-{draw.randint(1, 12):02d}-{draw.randint(1, 28):02d}",
        "visits": str(draw.randint(0, 30)),
        "comment": " ".join(words) + draw.choice(["!", "", "?"]),
        "left": "yes" if risk > 1.4 else "no",
    }


def write_rows(path: Path, rows: list[Row]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def content(table: str | Path, sections: Mapping[str, Any]) -> dict[str, Any]:
    """A workflow over a table; a section given replaces keys of the one here."""
    base: dict[str, Any] = {
        "name": "churn",
        "problem": {"target": "left", "positive": "yes", "metric": "roc_auc", "success": {"roc_auc": {"min": 0.5}}},
        "data": {"sources": {"customers": {"file": str(table)}}},
        "cleaning": {
            "roles": {"customer": "key"},
            "columns": {"since": {"kind": "date", "formats": ["%Y-%m-%d"]}, "comment": {"kind": "text"}},
        },
        "splitting": {"small": 0, "folds": 3},
        "modeling": {"candidates": ["dummy", "linear", "lightgbm"]},
        "validation": {"resamples": 100, "importance_repeats": 0},
    }
    given = {name: {**base.get(name, {}), **value} for name, value in sections.items() if isinstance(value, Mapping)}
    return {**base, **sections, **given}


def write_project(folder: Path, rows: list[Row], sections: Mapping[str, Any]) -> Path:
    """``rows.csv`` and a ``workflow.yaml`` over it; returns the latter."""
    from tenfold.workflow.resolved import to_yaml

    write_rows(folder / "rows.csv", rows)
    file = folder / "workflow.yaml"
    file.write_text(to_yaml(content("rows.csv", sections)), "utf-8")
    return file
