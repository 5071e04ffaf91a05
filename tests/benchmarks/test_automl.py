"""The tables of the comparison: places with ties and failures, tallies, what counts in the results file."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest


@pytest.fixture
def part(project: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Any]]:
    """The modules of the benchmark, by name: scripts that import each other."""
    folder = str(project / "benchmarks" / "automl")
    monkeypatch.syspath_prepend(folder)
    yield import_module
    for name, module in tuple(sys.modules.items()):
        if str(getattr(module, "__file__", "")).startswith(folder):
            del sys.modules[name]


def row(data: str, peer: str, score: float | None, seed: int = 0, **facts: Any) -> dict[str, Any]:
    made = {"data": data, "peer": peer, "budget": 60.0, "seed": seed, "metric": "rmse", "train_rows": 75,
            "test_rows": 25, "fit_s": 50.0, "predict_s": 1.0, **facts}  # fmt: skip
    return {**made, "failed": "it broke"} if score is None else {**made, "score": score}


def test_best_is_first_whichever_way_is_better(part: Any) -> None:
    ranks = part("standing").ranks
    assert ranks({"a": 0.9, "b": 0.8}, 1) == {"a": 1, "b": 2}
    assert ranks({"a": 0.9, "b": 0.8}, -1) == {"a": 2, "b": 1}


def test_equal_scores_share_their_places_and_who_failed_is_last(part: Any) -> None:
    ranks = part("standing").ranks
    assert ranks({"a": 1.0, "b": 1.0, "c": 1.0, "d": 2.0}, -1) == {"a": 2, "b": 2, "c": 2, "d": 4}
    assert ranks({"a": 1.0, "b": None, "c": None, "d": 2.0}, -1) == {"a": 1, "b": 4, "c": 4, "d": 2}
    assert ranks({"a": None, "b": None}, 1) == {"a": 2, "b": 2}


def test_normalised_is_nought_where_nobody_beats_the_dummy(part: Any) -> None:
    normalised = part("standing").normalised
    assert normalised({"a": 0.5, "b": 0.4, "c": None}, 0.5, 1) == {"a": 0, "b": 0, "c": 0}
    assert normalised({"a": 0.7, "b": 0.6, "c": 0.4}, 0.5, 1) == pytest.approx({"a": 1, "b": 0.5, "c": 0})


def test_no_decided_comparison_has_no_share(part: Any) -> None:
    tally = part("standing").Tally
    assert tally.of(["alike"]).share is None
    assert tally.of([]).share is None
    assert tally.of(["worse", "alike"]).share == 0


def test_a_failure_on_one_split_is_a_failure(part: Any) -> None:
    assert part("kept").mean_score([row("d", "a", 1.0), row("d", "a", 3.0, seed=1)]) == 2
    assert part("kept").mean_score([row("d", "a", 1.0), row("d", "a", None, seed=1)]) is None


def test_only_splits_that_all_peers_have_are_ranked(part: Any) -> None:
    rows = [row("d", "a", 1.0), row("d", "a", 5.0, seed=1), row("d", "b", 2.0)]
    runs = part("kept").by_data(rows)["d"]
    assert part("report").shared(runs, ["a", "b"]) == {"a": 1.0, "b": 2.0}
    assert part("report").shared(runs, ["a", "b", "c"]) == {}


def test_the_last_row_of_a_kind_counts(part: Any, tmp_path: Path) -> None:
    results = tmp_path / "results.jsonl"
    results.write_text("".join(json.dumps(row("d", "a", score)) + "\n" for score in (1.0, 2.0)), "utf-8")
    assert [each["score"] for each in part("record").read(results).values()] == [2.0]
    assert part("record").read(tmp_path / "none.jsonl") == {}


def test_overrun_is_none_within_the_budget(part: Any) -> None:
    assert part("record").overrun(59.9, 60) == 0
    assert part("record").overrun(66, 60) == 10


@pytest.mark.parametrize(
    ("answers", "said"),
    [({"a": [0.5], "b": [0.5]}, "1 answers for 2"), ({"a": [0.5, math.nan], "b": [0.5, 1]}, "finite"),
     ({"a": [0.5, 0.5], "c": [0.5, 0.5]}, "no column for")],
)  # fmt: skip
def test_answers_that_do_not_fit_are_refused(part: Any, answers: dict[str, list[float]], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        part("scoring").answers(pd.Series(["a", "b"]), pd.DataFrame(answers), "log_loss")


def test_the_dummy_answers_with_the_shares_of_the_training_classes(part: Any) -> None:
    scoring = part("scoring")
    made = scoring.constant(pd.Series(["a", "a", "a", "b"]), 2, "log_loss")
    told = scoring.answers(pd.Series(["a", "b"]), made, "log_loss")
    assert told.score() == pytest.approx(-np.log([0.75, 0.25]).mean())


def board(part: Any) -> Any:
    """Two data sets, three peers: one wins, one is alike, one fails once."""
    kept, report = part("kept"), part("report")
    rows = [
        row("one", "t", 1.0, version="t 1"), row("one", "u", 2.0, overrun_percent=12.0, fit_s=67.2),
        row("one", "v", 1.0), row("two", "t", 3.0, train_rows=90_000, test_rows=30_000, peak_tree_mb=900),
        row("two", "u", 2.0, train_rows=90_000, test_rows=30_000, peak_process_mib=1000),
        row("two", "v", None, train_rows=90_000, test_rows=30_000),
    ]  # fmt: skip
    words = {"one": {"u": "better", "v": "alike"}, "two": {"u": "worse", "v": "better"}}
    sets = []
    for name, runs in kept.by_data(rows).items():
        pairs = {peer: kept.Pair([(runs["t", 0], runs[peer, 0])], None, word) for peer, word in words[name].items()}
        scores = report.shared(runs, ["t", "u", "v"])
        ranks, normalised = (part("standing").ranks(scores, -1), part("standing").normalised(scores, 4.0, -1))
        sets.append(report.Judged(name, "rmse", list(runs.values()), scores, ranks, normalised, pairs))
    return report.Board(60.0, "t", ["t", "u", "v"], sets)


def test_the_report_counts_and_names_what_happened(part: Any) -> None:
    told = part("sections").report(board(part))
    assert "| t | t 1 | 1.75 | 0.750 | 0 of 2 | 0 | 50 | 1 |" in told
    assert "| v |  | 2.25 | 0.500 | 1 of 2 | 0 | 50 | 1 |" in told
    assert "| against u | 2 | 1 | 0 | 1 | 50% |" in told
    assert "| all | 4 | 2 | 1 | 1 | 67% |" in told
    assert "| two | u | rmse | 3 | 2 |  |" in told
    assert "* u (1): one 67 s (+12 %)" in told
    assert "* v on two: `it broke`" in told
    assert "| two | 120,000 | 900 | (1,049) |  |" in told
    assert "| two | rmse | 3 | **2** | failed |" in told


def board_of(part: Any, *sets: tuple[Any, dict[str, Any], tuple[int, int] | None]) -> Any:
    report = part("report")
    made = [report.Judged(name, "rmse", [facts], {}, {}, {}, {}, held) for name, facts, held in sets]
    return report.Board(60.0, "tenfold", ["tenfold"], made)


def test_promises_are_shown_of_the_worst_split_and_intervals_are_pooled_without_those_split_by_time(part: Any) -> None:
    facts = {"one_row_ms": 0.5, "one_row_p99_ms": 0.9, "bundle_mb": 3.0, "by": "random"}
    one = row("a", "tenfold", 1.0, **facts)
    ordered = row("b", "tenfold", 1.0, **{**facts, "by": "time", "calibration_error": 0.012})
    told = part("sections").promises(board_of(part, ("a", one, (90, 100)), ("b", ordered, (1, 100))))
    assert "| a | 100 | 0.50 | 0.90 | 3.0 |  | 90.0% |" in told
    assert "| b | 100 | 0.50 | 0.90 | 3.0 | 0.012 | 1.0% |" in told
    assert told.endswith("together: 90.0% hold.")


def test_nothing_is_said_of_promises_that_were_not_measured(part: Any) -> None:
    assert part("sections").promises(board_of(part, ("a", row("a", "tenfold", 1.0), None))) == ""
