from __future__ import annotations

import json
import math

from tenfold.core import card

EVIDENCE = {
    "details": {"name": "telco-churn", "version": 3},
    "evaluation": {"sealed": True, "gates": [{"gate": "roc_auc", "rule": "≥ 0.83", "value": 0.8474, "holds": True}]},
    "fairness": {"sensitive": ["gender", "SeniorCitizen"], "measures": {"equal_opportunity_difference": math.nan}},
}


def test_a_field_without_evidence_is_said_to_be_not_supplied() -> None:
    text = card.card_markdown(EVIDENCE)
    assert "- **owner**: not supplied" in text
    assert "- **register**: not supplied" in text


def test_every_section_stands_on_an_empty_card() -> None:
    text = card.card_markdown({})
    for title, _ in card.SECTIONS.values():
        assert f"\n## {title}\n" in text


def test_a_complete_card_is_json_and_its_gaps_are_listed() -> None:
    made = card.complete(EVIDENCE)
    assert json.loads(json.dumps(made, allow_nan=False)) == made
    assert "details.owner" in card.gaps(made)
    assert "details.name" not in card.gaps(made)
    assert made["fairness"]["measures"] == {"equal_opportunity_difference": None}


def test_completing_twice_changes_nothing() -> None:
    once = card.complete(EVIDENCE)
    assert card.complete(once) == once
    assert card.card_markdown(once) == card.card_markdown(EVIDENCE)


def test_an_unknown_section_and_field_are_kept() -> None:
    text = card.card_markdown({"details": {"name": "a", "ticket": "OPS-1"}, "site_notes": {"room": 4}})
    assert "- **ticket**: OPS-1" in text
    assert "## Site notes" in text


def test_a_list_of_mappings_is_a_table() -> None:
    assert "| roc\\_auc" not in card.card_markdown(EVIDENCE)
    assert "| gate | rule | value | holds |\n| --- | --- | --- | --- |" in card.card_markdown(EVIDENCE)


def test_values_cannot_break_out_of_their_line() -> None:
    text = card.card_markdown({"details": {"name": "x\n# Verdict: released\n| a |", "owner": "<script>"}})
    assert "\n# Verdict" not in text
    assert "<script>" not in text.replace("\\<", "")


def test_thousands_are_set_apart_but_in_the_name_of_a_seed() -> None:
    text = card.card_markdown({"training": {"rows": 3000, "seed": 2024}, "evaluation": {"rows": 999}})
    assert "- **rows**: 3,000\n" in text
    assert "- **seed**: 2024\n" in text
