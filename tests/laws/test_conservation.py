"""The law of conservation: every raw row is typed or quarantined, once, whatever stands in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pyarrow.parquet as pq

from tenfold import Run, Workflow

Build = Callable[..., Workflow]
HOSTILE = (" ", "", "NaN", "-", "1e999", "-inf", "$-5.00", "９９", "1,2,3", "0x10", "\u202e12", "💣", "'; drop table",
           "a" * 5000, "12\u00a0000", "NULL", "2024-02-30")  # fmt: skip


def hostile(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """Every few rows one field is spoilt; some rows stand there twice; some have no target."""
    spoilt = []
    for number, row in enumerate(rows):
        name = list(row)[1 + number % 5]
        bad = HOSTILE[number % len(HOSTILE)]
        spoilt.append({**row, name: bad} if number % 3 == 0 else row)
        spoilt += [row] if number % 20 == 0 else []
    return [{**row, "left": ("", "maybe")[n % 2]} if n % 31 == 0 else row for n, row in enumerate(spoilt)]


def counted(run: Run) -> tuple[int, int, int, int]:
    """Rows: raw, typed, quarantined, and in both parts of the split."""
    cleaned, parts = run.result("cleaning"), run.result("splitting")
    raw = pq.read_metadata(run.result("data").raw).num_rows
    typed, aside = (pq.read_metadata(path).num_rows for path in (cleaned.typed, cleaned.quarantine))
    return raw, typed, aside, parts.rows_train + parts.rows_test


def test_rows_of_a_hostile_table_are_conserved(build: Build, make_rows: Callable[..., Any]) -> None:
    rows = hostile(make_rows(300))
    contracts = {"since": {"kind": "date", "formats": ["%Y-%m-%d"]}, "comment": {"kind": "text"},
                 "income": {"kind": "number", "thousands": ",", "affixes": ["$"], "contract": {"min": 0}},
                 "visits": {"kind": "number", "contract": {"max": 29}}, "plan": {"kind": "category"}}  # fmt: skip
    problem = {"task": "multiclass", "positive": None}
    run = build(rows, cleaning={"columns": contracts}, problem=problem).run(until="splitting")
    raw, typed, aside, divided = counted(run)
    assert raw == len(rows)
    assert typed + aside == raw
    assert divided == typed
    assert aside > 10
    assert run.result("cleaning").ledger.quarantined == aside
    # Which rows, not only how many: keys on both sides together are the keys of the raw table, as often as there.
    cleaned = run.result("cleaning")
    kept = pq.read_table(cleaned.typed, columns=["customer"])["customer"].to_pylist()
    broken = pq.read_table(cleaned.quarantine, columns=["customer"])["customer"].to_pylist()
    assert Counter(kept) + Counter(broken) == Counter(row["customer"] for row in rows)


def test_every_quarantined_row_says_why(build: Build, make_rows: Callable[..., Any]) -> None:
    rows = [{**row, "left": "" if n % 10 == 0 else row["left"]} for n, row in enumerate(make_rows(200))]
    run = build(rows).run(until="cleaning")
    reasons = pq.read_table(run.result("cleaning").quarantine)["__reasons"].to_pylist()
    assert len(reasons) == 20
    assert all("left" in reason for reason in reasons)
