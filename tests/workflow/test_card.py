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
