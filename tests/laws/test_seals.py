"""The law of the seal: iterating opens nothing; one release opens once; test rows reach nothing before validation."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tenfold import Run, Workflow
from tenfold.workflow.seals import Ledger

Build = Callable[..., Workflow]
MakeRows = Callable[..., list[dict[str, str]]]
STEPS_5_TO_8 = ("exploration", "features", "modeling", "tuning")


def openings(flow: Workflow) -> list[str]:
    """Every entry of every ledger of the project."""
    return [entry.run for folder in flow.store.seals.glob("*") for entry in Ledger(folder).openings()]


def fingerprints(run: Run, steps: tuple[str, ...] = STEPS_5_TO_8) -> dict[str, str]:
    known = run.folder.facts()["steps"]
    return {step: known[step]["fingerprint"] for step in steps if step in known}


@pytest.mark.parametrize("edits", [3, pytest.param(40, marks=pytest.mark.slow)])
def test_edited_runs_open_nothing(edits: int, build: Build, make_rows: MakeRows) -> None:
    rows = make_rows(300)
    for edit in range(edits):
        flow = build(
            rows, features={"one_hot": 5 + edit}, exploration={"imbalance": 0.01 * (edit + 1)},
            modeling={"candidates": ["dummy", "linear"]}, tuning={"rounds": 1 + edit, "ensemble": edit % 8 == 0},
        )  # fmt: skip
        if edit % 4 or edits < 40:
            flow.run(until="features")
        else:  # to the end of what a person iterates on: models are chosen and tuned
            assert flow.run(trials=1).leaderboard is not None
    assert len(list(flow.store.runs.glob("*/*"))) == edits
    assert openings(flow) == []


@pytest.mark.slow
def test_a_release_opens_once_and_again_not_at_all(build: Build, make_rows: MakeRows) -> None:
    flow = build(make_rows(400))
    run = flow.run(trials=1)
    assert openings(flow) == []
    first = flow.run(release=True, trials=1)
    assert openings(flow) == [first.id]
    again = flow.run(release=True, trials=1)
    assert openings(flow) == [first.id]
    assert first.register().version == again.register().version == 1
    assert all(again.cached.values())
    assert fingerprints(run) == fingerprints(first)


@pytest.mark.slow
def test_values_of_test_rows_reach_nothing(build: Build, make_rows: MakeRows) -> None:
    rows = make_rows(400)
    flow = build(rows)
    first = flow.run(trials=1)
    sealed = {row["customer"] for row in rows} - trained(first)
    assert len(sealed) == pytest.approx(80, abs=2)
    # All rules are pinned by the first run, parts by the store: now the sealed rows say something else.
    changed = [
        {**row, "visits": "9", "comment": "autre très bien"} if row["customer"] in sealed else row for row in rows
    ]
    pinned = Workflow(first.path / "resolved.yaml", project=flow.store.root.parent)
    build(changed)  # writes the same file
    second = pinned.run(trials=1)
    assert fingerprints(first) == fingerprints(second)
    assert not second.cached["cleaning"]
    assert all(second.cached[step] for step in STEPS_5_TO_8)


def trained(run: Run) -> set[str]:
    """The customers of the training part."""
    import pandas as pd

    return set(pd.read_parquet(run.result("splitting").train, columns=["customer"])["customer"])


def test_order_of_rows_and_columns_changes_nothing(build: Build, make_rows: MakeRows) -> None:
    rows = make_rows(300)
    first = build(rows).run(until="features")
    turned = [dict(reversed(row.items())) for row in reversed(rows)]
    second = build(turned, file="turned.csv").run(until="features")
    assert fingerprints(first) == fingerprints(second)
    assert trained(first) == trained(second)
    assert first.chapters["exploration"].findings == second.chapters["exploration"].findings


@pytest.mark.slow
def test_appended_rows_move_no_row(build: Build, make_rows: MakeRows) -> None:
    before = trained(build(make_rows(300)).run(until="splitting"))
    after = trained(build(make_rows(420)).run(until="splitting"))
    assert before <= after
    old = {f"C{number:05d}" for number in range(300)}
    assert after & old == before
