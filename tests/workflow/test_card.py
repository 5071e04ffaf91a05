"""The model card of a released run: what the steps vouch for, and what a request may leave out."""

from __future__ import annotations

import json
import runpy
from pathlib import Path

import pytest

from tenfold import Workflow

SAMPLE = runpy.run_path(str(Path(__file__).parents[1] / "laws" / "sample.py"))


@pytest.mark.slow
def test_the_card_lists_what_a_request_may_leave_out(tmp_path: Path) -> None:
    file = SAMPLE["write_rows"](tmp_path / "rows.csv", SAMPLE["make_rows"](300))
    content = SAMPLE["content"](file, {"modeling": {"candidates": ["dummy", "linear"]}})
    content["cleaning"]["columns"]["visits"] = {"kind": "number", "optional": True}
    released = Workflow(content, project=tmp_path).run(release=True, trials=1).released
    assert released is not None
    assert released.bundle is not None
    card = json.loads((released.bundle / "card.json").read_text("utf-8"))
    income, visits = card["data"]["optional_columns"]
    assert (income["column"], visits["column"]) == ("income", "visits")
    assert income["missing_in_training"] > 0 == visits["missing_in_training"]
    assert income["when_missing"] == "taken as no number, as in training; the answer is flagged (TF-CLEAN-101)"
    assert "which no row of training shows" in visits["when_missing"]
    assert "| income |" in (released.bundle / "card.md").read_text("utf-8")


@pytest.mark.slow
def test_the_card_says_what_the_steps_know(tmp_path: Path) -> None:
    rows = [{**row, "email": f"{row['customer'][-2:]}@example.org"} for row in SAMPLE["make_rows"](300)]
    file = SAMPLE["write_rows"](tmp_path / "rows.csv", rows)
    success = {"roc_auc": {"min": 0.5}, "latency_p99_ms": {"max": 1000}, "bundle_mb": {"max": 0}}
    problem = {"success": success, "fairness": {"sensitive": ["plan"]}}
    content = SAMPLE["content"](file, {"modeling": {"candidates": ["dummy", "linear"]}, "problem": problem})
    flow = Workflow(content, project=tmp_path)
    run = flow.run(release=True, trials=1, accept={"bundle_mb": "a trial"})
    assert run.released is not None
    assert run.released.bundle is not None
    card = json.loads((run.released.bundle / "card.json").read_text("utf-8"))
    gates = {each["gate"].split()[0]: each for each in card["evaluation"]["gates"]}
    assert {name: each["status"] for name, each in gates.items()} == {
        "roc_auc": "passed", "latency_p99_ms": "passed", "bundle_mb": "accepted",
    }  # fmt: skip
    assert gates["latency_p99_ms"]["value"] == "timed; the number stands in the registry"
    assert run.released.evidence["measured"]["latency_p99_ms"] == run.released.checked[0].value
    again = flow.run(release=True, trials=1, accept={"bundle_mb": "a trial"}, again_from="release").released
    assert again is not None
    assert again.latency_p99_ms != run.released.latency_p99_ms
    assert again.evidence["manifest"] == run.released.evidence["manifest"], "the same model is the same bundle"
    assert card["evaluation"]["verdict"] == run.released.evidence["verdict"] == "accepted"
    assert card["training"]["threshold"] == 0.5
    covered = card["metrics"]["coverage"]
    assert (covered["promised"], covered["calibrated"]) == (0.9, f"on {card['training']['rows']} out-of-fold rows")
    assert covered["low"] <= covered["measured"] <= covered["high"]
    assert 1 <= covered["labels_in_a_set"] <= 2
    assert [each.partition(":")[0] for each in card["fairness"]["personal_data"]] == ["email"]
    assert set(card["factors"]["groups"]["plan"]) == {"basic", "plus", "pro", "família"}
    rules = {each["column"]: each["rule"] for each in card["data"]["preparation"]}
    assert "affixes: [$]" in rules["income"]
    assert "formats" in rules["since"]
    gaps = {each for each in SECTION_GAPS if card[each[0]][each[1]] is None}
    assert gaps == SECTION_GAPS, "what nobody said is not invented"
    assert "2 judged at release" in run.chapters["validation"].summary


SECTION_GAPS = {("details", "owner"), ("details", "licence"), ("intended_use", "out_of_scope"), ("data", "time_span")}
